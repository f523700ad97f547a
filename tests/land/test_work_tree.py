import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from onepath.errors import OutsideError, RefusedError
from onepath.land.worktree.work_tree import write_work_tree
from onepath.model import Changeset, FileChange


def tree(root: Path) -> dict[str, bytes | str]:
    """Every file and link below root, with what it holds."""
    return {
        os.fspath(path.relative_to(root)): os.readlink(path)
        if path.is_symlink()
        else path.read_bytes()
        for path in root.rglob("*")
        if ".git" not in path.parts and (path.is_symlink() or path.is_file())
    }


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Make writes fail as on a full disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_files_that_moved_on_are_refused_all_together(project: Any, kit: Any) -> None:
    (project.path / "run.py").write_bytes(b"other\n")
    (project.path / "pkg/crlf.py").unlink()
    before = tree(project.path)
    with pytest.raises(RefusedError) as caught:
        write_work_tree(project.path, kit.two_phases()[0].changeset)
    assert "run.py: it has changed" in caught.value.message
    assert "pkg/crlf.py: no such file" in caught.value.message
    assert tree(project.path) == before


@pytest.mark.parametrize("linked", ["pkg/crlf.py", "pkg"])
def test_a_symlink_is_never_written_through(
    project: Any, kit: Any, tmp_path: Path, linked: str
) -> None:
    place = project.path / linked
    place.rename(tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere")
    before, outside = tree(project.path), tree(tmp_path)
    with pytest.raises(RefusedError, match=f"{linked} is a symlink"):
        write_work_tree(project.path, kit.two_phases()[0].changeset)
    assert tree(project.path) == before
    assert tree(tmp_path) == outside


def test_a_full_disk_changes_nothing(project: Any, kit: Any) -> None:
    before = tree(project.path)
    big = kit.changed("run.py", kit.FILES["run.py"], b"Name()", b"#" * 50_000)
    small = kit.changed("pkg/crlf.py", kit.FILES["pkg/crlf.py"], b"old", b"new")
    with files_no_larger_than(10_000), pytest.raises(OutsideError, match="no file was changed"):
        write_work_tree(project.path, Changeset((small, big), ()))
    assert tree(project.path) == before


def test_phases_are_written_one_after_the_other(project: Any, kit: Any) -> None:
    for phase in kit.two_phases():
        write_work_tree(project.path, phase.changeset)
    written = tree(project.path)
    assert (
        written["run.py"] == b"#!/usr/bin/env python\nfrom pkg.new import Name\n\nprint(Name())\n"
    )
    assert written["pkg/crlf.py"] == b"from pkg.new import Name\r\nx = 1\r\n"
    assert written["pkg/latin\udce9.py"].endswith(b"# \xe9\n")  # type: ignore[arg-type]
    assert set(written) == set(kit.FILES) - {"pkg/old.py"}
    assert stat.S_IMODE((project.path / "run.py").stat().st_mode) == 0o755
    assert " D pkg/old.py" in project.git("status", "--porcelain")


def test_odd_permissions_stay(project: Any, kit: Any) -> None:
    target = project.path / "pkg/crlf.py"
    target.chmod(0o640)
    write_work_tree(project.path, kit.two_phases()[0].changeset)
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_folder_that_loses_its_last_file_goes(tmp_path: Path, kit: Any) -> None:
    root = tmp_path / "plain"
    (root / "a/b").mkdir(parents=True)
    (root / "a/b/shim.py").write_bytes(b"x\n")
    write_work_tree(root, Changeset((kit.deleted("a/b/shim.py", b"x\n"),), ()))
    assert list(root.iterdir()) == []


def test_a_file_that_is_there_already_is_not_made(project: Any, kit: Any) -> None:
    before = tree(project.path)
    made = FileChange.made("run.py", b"mine\n")
    with pytest.raises(RefusedError, match=r"run\.py: it is there already"):
        write_work_tree(project.path, Changeset((made,), ()))
    assert tree(project.path) == before


def test_a_new_file_gets_its_folders_and_the_usual_permissions(project: Any) -> None:
    made = FileChange.made("pkg/a/b/new.py", b"x = 1\n")
    write_work_tree(project.path, Changeset((made,), ()))
    target = project.path / made.path
    assert target.read_bytes() == b"x = 1\n"
    beside = project.path / "pkg/beside.py"
    beside.touch()
    assert target.stat().st_mode == beside.stat().st_mode
    assert [path.name for path in target.parent.iterdir()] == ["new.py"]


def test_a_failure_takes_new_files_and_their_folders_back(project: Any, kit: Any) -> None:
    before = tree(project.path)
    made = FileChange.made("pkg/a/new.py", b"x = 1\n")
    big = kit.changed("run.py", kit.FILES["run.py"], b"Name()", b"#" * 50_000)
    with files_no_larger_than(10_000), pytest.raises(OutsideError, match="no file was changed"):
        write_work_tree(project.path, Changeset((made, big), ()))
    assert tree(project.path) == before
    assert not (project.path / "pkg/a").exists()
