import os
import resource
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from onepath.errors import InputError, OutsideError
from onepath.land.commit.identity import Identity
from onepath.land.commit.message import commit_message
from onepath.model import Changeset, FileChange, Phase, Plan, VersionId
from onepath.report.patch import phase_patch, write_patches

DATE = datetime(2025, 9, 14, 10, 0, tzinfo=timezone(timedelta(hours=5, minutes=30)))
ADA = Identity("", "Ada Author", "ada@example.org", DATE)
ODD = 'pkg/od d "n\xe4me.py'
FILES = {
    "pkg/use.py": b"from pkg.old import Name\n\nName()\n",
    "pkg/crlf.py": b"from pkg.old import Name\r\nx = 1\r\n",
    "pkg/latin.py": b"# -*- coding: latin-1 -*-\nfrom pkg.old import Name  # \xe9\n\x0c\n",
    ODD: b"from pkg.old import Name",
    "pkg/old.py": b"from pkg.new import Name\n",
}


def phase(number: int, name: str, *changes: FileChange) -> Phase:
    version = VersionId("demo", number, name.replace("-", "_"), "a" * 64)
    changeset = Changeset(changes, ())
    return Phase(number, name, f"migrate/{number}", f"Do {name}", (version,), changeset, {}, {})


@pytest.fixture
def phases(changes: Any) -> list[Phase]:
    def moved(path: str) -> FileChange:
        made: FileChange = changes.replaced(path, FILES[path], (b"pkg.old", b"pkg.new"))
        return made

    use = moved("pkg/use.py")
    again = changes.replaced("pkg/use.py", use.new, (b"Name()", b"print(Name())\n-- \nx"))
    first = phase(1, "canonical-imports", use, *map(moved, ["pkg/crlf.py", "pkg/latin.py", ODD]))
    gone = changes.deleted("pkg/old.py", FILES["pkg/old.py"])
    return [first, phase(2, "delete-shims", gone, again)]


@pytest.fixture
def repository(make_repository: Callable[..., Any]) -> Any:
    return make_repository(FILES)


def plan_of(phases: list[Phase], repository: Any) -> Plan:
    commit = repository.git("rev-parse", "HEAD")
    return Plan(commit, commit, tuple(phases), (), (), 5, 5)


def mail(phase: Phase, message: str, author: str = "Ada Author") -> bytes:
    return phase_patch(phase, author=author, email="ada@example.org", date=DATE, message=message)


def am(repository: Any, content: bytes) -> None:
    done = subprocess.run(
        ["git", "-C", repository.path, "am", "--quiet"],
        input=content, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_file_is_no_folder_for_patches(
    repository: Any, phases: list[Phase], tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("mine\n")
    with pytest.raises(InputError, match="is a file"):
        write_patches(tmp_path / "taken", plan_of(phases, repository), phases, author=ADA)
    assert (tmp_path / "taken").read_text() == "mine\n"


def test_a_folder_below_a_file_can_not_be_made(
    repository: Any, phases: list[Phase], tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("mine\n")
    with pytest.raises(OutsideError, match="taken"):
        write_patches(tmp_path / "taken/x", plan_of(phases, repository), phases, author=ADA)


def test_a_full_disk_leaves_the_old_patches(
    repository: Any, phases: list[Phase], changes: Any, tmp_path: Path
) -> None:
    plan = plan_of(phases, repository)
    written = write_patches(tmp_path / "out", plan, phases, author=ADA)
    before = {path: path.read_bytes() for path in written}
    big = phase(2, "delete-shims", changes.replaced("a.py", b"x\n", (b"x", b"x" * 50_000)))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(OutsideError, match="too large"):
            write_patches(
                tmp_path / "out", plan, [replace(phases[0], title="New"), big], author=ADA
            )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert {path: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_git_makes_the_commits_from_the_patches(
    repository: Any, phases: list[Phase], tmp_path: Path
) -> None:
    plan = plan_of(phases, repository)
    written = write_patches(tmp_path / "new/out", plan, phases, author=ADA)
    assert [path.name for path in written] == [
        "0001-canonical-imports.patch",
        "0002-delete-shims.patch",
    ]
    assert sorted(os.listdir(tmp_path / "new/out")) == [path.name for path in written]
    for path, made in zip(written, phases, strict=True):
        if b"quoted-printable" not in path.read_bytes():
            repository.git("apply", "--check", os.fspath(path))
        repository.git("am", "--quiet", os.fspath(path))
        assert repository.git("log", "-1", "--format=%B").strip() == (
            commit_message(made, plan.commit or "").strip()
        )
        for change in made.changeset.changes:
            target = repository.path / change.path
            assert (target.read_bytes() if target.exists() else None) == change.new
    shown = repository.git("log", "-1", "--format=%an <%ae> %ad")
    assert shown == "Ada Author <ada@example.org> Sun Sep 14 10:00:00 2025 +0530"
    assert repository.git("status", "--porcelain") == ""


def test_patches_of_before_are_replaced_and_others_stay(
    repository: Any, phases: list[Phase], tmp_path: Path
) -> None:
    (tmp_path / "0009-other.patch").write_text("mine\n")
    (tmp_path / "0001-canonical-imports.patch").write_text("old\n")
    [written] = write_patches(tmp_path, plan_of(phases, repository), phases[:1], author=ADA)
    assert written.read_bytes().startswith(b"From 0000")
    assert written.stat().st_mode & 0o777 == 0o666 & ~current_umask()
    assert (tmp_path / "0009-other.patch").read_text() == "mine\n"


def current_umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_name_can_not_lead_out_of_the_folder(
    repository: Any, phases: list[Phase], tmp_path: Path
) -> None:
    odd = replace(phases[0], name="../up and/away")
    [written] = write_patches(tmp_path / "out", plan_of([odd], repository), [odd], author=ADA)
    assert written == tmp_path / "out" / "0001-..-up-and-away.patch"


@pytest.mark.parametrize(
    "name",
    [
        "Zoë Ångström",
        'J. R. "Bob" O\'Hara',
        "山田 太郎",
        "a\\b, c",
        "=?utf-8?q?x?=",
        "Z" * 50 + "é",
    ],
)
def test_authors_arrive_as_they_are(repository: Any, phases: list[Phase], name: str) -> None:
    am(repository, mail(phases[0], "Title\n\nBody\n", name))
    assert repository.git("log", "-1", "--format=%an|%ae") == f"{name}|ada@example.org"


@pytest.mark.parametrize(
    "title",
    [
        "Où est passé l'import ?",
        "A title " + "that goes on and " * 12 + "ends",
        "Ünï " * 40 + "end",
        "Take: a colon",
    ],
)
def test_titles_arrive_as_they_are(repository: Any, phases: list[Phase], title: str) -> None:
    am(repository, mail(phases[0], f"{title}\n\nBödy.\n\nKey: value\n"))
    assert repository.git("log", "-1", "--format=%B").strip() == f"{title}\n\nBödy.\n\nKey: value"


def test_it_is_laid_out_as_git_does(
    repository: Any, phases: list[Phase], make_repository: Callable[..., Any]
) -> None:
    """Below the header, but for context that git moves and the name of who made it."""
    made = phases[1]
    repository.write({"pkg/use.py": made.changeset.changes[1].old})
    repository.commit()
    am(repository, mail(made, "Title\n\nBody\n"))
    theirs = repository.git("format-patch", "--stdout", "--abbrev=10", "-1", "--no-signature")
    ours = mail(made, "Title\n\nBody\n").decode()
    assert (
        ours.partition("\n---\n")[2].rpartition("-- \n")[0] == theirs.partition("\n---\n")[2] + "\n"
    )


def test_git_makes_a_new_file_from_the_patch(repository: Any) -> None:
    made = FileChange.made("pkg/protocol.py", b"class P: ...\n")
    content = mail(phase(1, "managers", made), "Make it\n\nWhy.\n")
    assert b"\n create mode 100644 pkg/protocol.py\n" in content
    am(repository, content)
    assert (repository.path / "pkg/protocol.py").read_bytes() == made.new
    assert repository.git("status", "--porcelain") == ""


def test_every_byte_of_a_file_with_crlf_survives_the_mail(repository: Any, changes: Any) -> None:
    text = (
        b"from pkg.old import Name  # " + b"=\xe9\t" * 60 + b"\r\nFrom nobody\r\n.\r\n\x0c\r\r\n"
        b"mixed \n\tend= \r"
    )
    repository.commit({"odd.py": text})
    change = changes.replaced("odd.py", text, (b"pkg.old", b"pkg.new"))
    whole = phase(1, "imports", change)
    am(repository, mail(whole, commit_message(whole, "0" * 40)))
    shown = ["git", "-C", repository.path, "cat-file", "blob", "HEAD:odd.py"]
    assert subprocess.run(shown, capture_output=True, check=True).stdout == change.new
