"""commit.gpgSign is followed, with a real key; and nothing is left where that fails."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from onepath.errors import OutsideError
from onepath.model import Plan
from onepath.state.branches.landing import land


@pytest.fixture
def signing(project: Any, tmp_path: Path) -> Any:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("no ssh-keygen")
    key = tmp_path / "key"
    made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ada", "-f", str(key)]
    subprocess.run(made, check=True, stdin=subprocess.DEVNULL)
    allowed = tmp_path / "allowed"
    allowed.write_text(f"ada@example.org {key.with_suffix('.pub').read_text()}")
    for name, value in {
        "gpg.format": "ssh",
        "user.signingKey": str(key),
        "gpg.ssh.allowedSignersFile": str(allowed),
        "commit.gpgSign": "true",
    }.items():
        project.git("config", name, value)
    return project


def test_every_commit_is_signed(signing: Any, repository: Any, plan: Plan) -> None:
    landed = land(repository, plan, plan.phases)
    assert [one.status for one in landed] == ["created", "created"]
    signing.git("verify-commit", landed[0].commit, landed[1].commit)
    assert signing.git("rev-parse", f"{landed[1].commit}~") == landed[0].commit
    shown = signing.git("log", "-1", "--format=%an <%ae> %ad %G?", landed[1].commit)
    assert shown == "Ada Author <ada@example.org> Sun Sep 14 10:00:00 2025 +0000 G"
    assert [one.status for one in land(repository, plan, plan.phases)] == ["unchanged"] * 2
    assert signing.git("fsck", "--strict", "--no-dangling") == ""


def test_a_signature_changes_nothing_else(signing: Any, repository: Any, plan: Plan) -> None:
    [first, _] = land(repository, plan, plan.phases)
    signed = signing.git("cat-file", "commit", first.commit)
    signing.git("config", "commit.gpgSign", "false")
    signing.git("branch", "-D", *(phase.branch for phase in plan.phases))
    [first, _] = land(repository, plan, plan.phases)
    plain = signing.git("cat-file", "commit", first.commit)
    head, _, rest = signed.partition("gpgsig ")
    assert plain == head.rstrip("\n") + "\n" + rest.partition("-----END SSH SIGNATURE-----")[
        2
    ].lstrip("\n ").join(["\n", ""])


def test_a_key_that_is_not_there(signing: Any, repository: Any, plan: Plan) -> None:
    signing.git("config", "user.signingKey", "/nowhere/key")
    before = signing.state()
    with pytest.raises(OutsideError, match="could not sign a commit") as caught:
        land(repository, plan, plan.phases)
    assert "commit.gpgSign" in caught.value.hint
    assert signing.state() == before
    assert not list(signing.path.glob(".git/objects/tmp_*"))
