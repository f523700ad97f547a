"""Checkouts of real repositories: what they show, and what they leave alone."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from onepath.land.tree import FileWrite, TreeFile
from onepath.snapshot.blobs import blob_id
from onepath.snapshot.repository import Repository
from onepath.verify.checkout import PREFIX, open_checkout

FILES = {"a.py": "a = 1\n", "pkg/b.py": "b = 2\n", "run.sh": "#!/bin/sh\n"}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where checkouts are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", os.fspath(folder))
    return folder


@pytest.fixture
def project(make_repository: Callable[..., Any]) -> Any:
    made = make_repository(FILES)
    (made.path / "run.sh").chmod(0o755)
    (made.path / "link").symlink_to("a.py")
    made.commit()
    return made


@pytest.fixture
def repository(project: Any, place: Path) -> Iterator[Repository]:
    found = Repository.discover(project.path)
    assert found is not None
    with found:
        yield found


def shown(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def test_one_commit_after_another_and_files_over_it(
    project: Any, repository: Repository, place: Path
) -> None:
    first = project.git("rev-parse", "HEAD")
    second = project.commit({"a.py": "a = 3\n"})
    project.write({"a.py": "not committed\n"})
    before = project.state()
    data = b"b = 4\n"
    writes = [
        FileWrite("pkg/b.py", None, None),
        FileWrite("pkg/b.py/c.py", TreeFile("100755", blob_id(data)), data),
    ]
    with open_checkout(repository) as checkout:
        folder = checkout.show(first)
        assert shown(folder) == {**FILES, "link": FILES["a.py"]}
        assert (folder / "link").is_symlink()
        assert os.access(folder / "run.sh", os.X_OK)
        (folder / "a.py").write_text("changed by a test\n")
        (folder / "pkg" / "__pycache__").mkdir()
        (folder / "pkg" / "b.py").unlink()
        assert shown(checkout.show(second)) == {**FILES, "a.py": "a = 3\n", "link": "a = 3\n"}
        there = shown(checkout.show(first, writes))
        assert there == {
            **{path: FILES[path] for path in ("a.py", "run.sh")},
            "link": FILES["a.py"],
            "pkg/b.py/c.py": "b = 4\n",
        }
        assert shown(checkout.show(first)) == {**FILES, "link": FILES["a.py"]}
    assert list(place.iterdir()) == []
    assert project.state() == before
    assert not (project.path / ".git" / "worktrees").exists()
    assert not (project.path / ".git" / "onepath").exists()


def test_git_in_a_checkout_reaches_nothing_of_the_users(
    project: Any, repository: Repository
) -> None:
    first = project.git("rev-parse", "HEAD")
    before = project.state()
    with open_checkout(repository) as checkout:
        folder = checkout.show(first)
        for arguments in (
            "tag x",
            "commit --allow-empty -qm y",
            "stash",
            "config user.name z",
            "checkout -q -b main",
        ):
            subprocess.run(
                ["git", "-C", folder, *arguments.split()], check=True, capture_output=True
            )
        log = subprocess.run(
            ["git", "-C", folder, "log", "--format=%s"], check=True, capture_output=True
        ).stdout
        assert log.split() == [b"y", b"change", b"start"]
        assert shown(checkout.show(first)) == {**FILES, "link": FILES["a.py"]}
    assert project.state() == before
    assert "z" not in (project.path / ".git" / "config").read_text()


def test_no_program_of_the_configuration_runs(
    project: Any, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = tmp_path / "ran"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {marker}\ncat\n")
    script.chmod(0o755)
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("post-checkout", "post-index-change", "reference-transaction"):
        shutil.copy(script, hooks / name)
    settings = tmp_path / "settings"
    settings.write_text(
        f"[core]\n\tfsmonitor = {script}\n\thooksPath = {hooks}\n[init]\n\ttemplateDir = {hooks}\n"
        f'[filter "x"]\n\tsmudge = {script}\n\tclean = {script}\n\trequired = true\n'
    )
    commit = project.commit({".gitattributes": "*.py filter=x\n"})
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.fspath(settings))
    with open_checkout(repository) as checkout:
        assert shown(checkout.show(commit))["a.py"] == "a = 1\n"
    assert not marker.exists()


def test_what_a_killed_run_left_is_removed_and_nothing_else(
    project: Any, repository: Repository, place: Path
) -> None:
    code = (
        "import os, sys, tempfile, pathlib\n"
        f"tempfile.tempdir = {os.fspath(place)!r}\n"
        "from onepath.snapshot.repository import Repository\n"
        "from onepath.verify.checkout import open_checkout\n"
        f"repository = Repository.discover(pathlib.Path({os.fspath(project.path)!r}))\n"
        "with open_checkout(repository) as c:\n"
        "    c.show(sys.argv[1])\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    commit = project.git("rev-parse", "HEAD")
    subprocess.run([sys.executable, "-c", code, commit], check=False)
    [left] = place.iterdir()
    assert left.name.startswith(PREFIX)
    other = place / f"{PREFIX}of-somebody-else"
    other.mkdir()
    with open_checkout(repository) as checkout:
        assert not left.exists()
        with open_checkout(repository):  # One that is at work is left alone.
            assert checkout.show(commit).exists()
        assert checkout.show(commit).exists()
    assert list(place.iterdir()) == [other]


def test_a_folder_that_cannot_be_entered_is_removed_too(
    project: Any, repository: Repository, place: Path
) -> None:
    with open_checkout(repository) as checkout:
        folder = checkout.show(project.git("rev-parse", "HEAD"))
        (folder / "closed" / "inner").mkdir(parents=True)
        (folder / "closed" / "inner" / "file").write_text("x")
        (folder / "closed" / "inner").chmod(0o500)
        (folder / "closed").chmod(0o000)
    assert list(place.iterdir()) == []


def test_files_whose_content_is_not_there_are_left_out(
    project: Any, repository: Repository
) -> None:
    commit = project.commit({"big.bin": "large\n", "pkg/big.bin": "larger\n"})
    for name in ("big.bin", "pkg/big.bin"):
        oid = project.git("rev-parse", f"{commit}:{name}")
        (project.path / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    data = b"here\n"
    writes = [FileWrite("big.bin", TreeFile("100644", blob_id(data)), data)]
    with open_checkout(repository) as checkout:
        assert shown(checkout.show(commit)) == {**FILES, "link": FILES["a.py"]}
        assert shown(checkout.show(commit, writes))["big.bin"] == "here\n"
        assert "pkg/big.bin" not in shown(checkout.files)


def test_a_repository_with_longer_ids(tmp_path: Path, place: Path) -> None:
    folder = tmp_path / "sha256"
    folder.mkdir()
    for arguments in (["init", "-q", "--object-format=sha256"], ["add", "."]):
        (folder / "a.py").write_text("a = 1\n")
        subprocess.run(["git", "-C", folder, *arguments], check=True)
    subprocess.run(["git", "-C", folder, "commit", "-qm", "x"], check=True)
    found = Repository.discover(folder)
    assert found is not None
    data = b"b = 1\n"
    write = FileWrite("b.py", TreeFile("100644", blob_id(data, 64)), data)
    with found, open_checkout(found) as checkout:
        commit = found.head()
        assert commit is not None
        assert shown(checkout.show(commit, [write])) == {"a.py": "a = 1\n", "b.py": "b = 1\n"}
