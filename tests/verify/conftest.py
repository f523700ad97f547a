"""A repository with gates, and the command run in it."""

import json
import os
import shlex
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from onepath_cli.app import app

BRANCH = "migrate/websocket/01-canonical-imports"
PYTEST = f"{shlex.quote(sys.executable)} -m pytest -q -p no:cacheprovider tests"
USER = "from pkg.old import Manager\n\n\ndef make():\n    return Manager()\n"
FILES = {
    "pkg/__init__.py": "",
    "pkg/new.py": "class Manager:\n    def __init__(self, user=None):\n        self.user = user\n",
    "pkg/old.py": "from pkg.new import Manager\n",
    **{f"pkg/user{number}.py": USER for number in range(1, 6)},
    "pkg/twice.py": f"{USER}\n\ndef late():\n    from pkg.old import Manager as Late\n\n"
    "    return Late()\n",
    "tests/test_users.py": "import pkg.user1\n\n\ndef test_make():\n"
    "    assert pkg.user1.make().user is None\n",
}  # fmt: skip


class Gated:
    """A repository whose configuration has gates."""

    BRANCH, PYTEST, USER = BRANCH, PYTEST, USER

    def __init__(self, repository: Any) -> None:
        self.repository = repository
        self.path: Path = repository.path
        self.git = repository.git

    def configure(self, *commands: str, more: str = "") -> None:
        gates = ", ".join(json.dumps(command) for command in commands)
        self.repository.write(
            {
                "migrate.toml": f"verify = [{gates}]\n{more}\n"
                '[imports]\n"pkg.old.Manager" = "pkg.new.Manager"\n'
            }
        )

    def migrate(self, *arguments: str, code: int = 0, repo: Path | None = None) -> str:
        done = CliRunner().invoke(
            app, ["--repo", os.fspath(repo or self.path), "--jobs", "1", *arguments]
        )
        assert done.exit_code == code, f"{arguments}: {done.exit_code}\n{done.output}"
        return done.stdout

    def land(self, files: dict[str, str], *commands: str, more: str = "") -> None:
        """Commit files and gates, and land the phase."""
        self.configure(*(commands or (PYTEST,)), more=more)
        self.repository.commit(files)
        self.migrate("apply")

    def verify(self, *arguments: str, code: int = 0, repo: Path | None = None) -> dict[str, Any]:
        """Run `migrate verify`; return what it says of the one branch."""
        out = self.migrate("verify", "--format", "json", *arguments, code=code, repo=repo)
        [branch] = json.loads(out)["branches"]
        assert isinstance(branch, dict)
        return branch

    def changed(self) -> list[str]:
        """The files that the branch changes, less the ledger's."""
        listed = self.git("diff", "--name-only", "main", BRANCH).splitlines()
        return [path for path in listed if not path.startswith(".migrate/")]

    def refusals(self) -> list[tuple[str, int, str]]:
        """The places that a dry run leaves alone because of a gate."""
        plan = json.loads(self.migrate("--dry-run", "--format", "json"))
        [phase] = plan["phases"]
        return [
            (one["path"], one["line"], one["reason"])
            for one in phase["refusals"]
            if one["code"] == "gate-failed"
        ]


@pytest.fixture
def gated(
    make_repository: Callable[..., Any],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Gated:
    monkeypatch.setattr(tempfile, "tempdir", os.fspath(tmp_path_factory.mktemp("checkouts")))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return Gated(make_repository(FILES))
