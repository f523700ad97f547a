"""Brings a change of files onto other files: a three-way merge, file by file, in memory.

Git's own merge would follow the repository's attributes to merge drivers, which are programs of
somebody else; `git merge-file` reads three files and runs nothing.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from onepath.errors import OutsideError
from onepath.land.tree import FileTree, TreeFile
from onepath.snapshot.repository import Repository

REGULAR = ("100644", "100755")


class ChangedFile(NamedTuple):
    """What somebody did to a file."""

    path: str
    before: TreeFile | None
    """None: the file is new."""
    after: TreeFile | None
    """None: the file is deleted."""
    source: str = ""
    """The path it was renamed from; empty if it was not."""


MergedFile = tuple[TreeFile | None]
"""A merged file in a tuple of its own; None in it: there is no file."""


def merge_changes(
    repository: Repository, tree: FileTree, changes: Sequence[ChangedFile]
) -> list[str]:
    """Carry somebody's changes out on `tree`; return the paths where that conflicts.

    With a conflict the tree is left as it was.
    """
    files = dict(tree.files)
    folders = {path[:at] for path in files for at in range(len(path)) if path[at] == "/"}
    conflicts = []
    for change in changes:
        there = change.source or change.path
        merged = merged_file(repository, tree, files.get(there), change)
        in_the_way = _in_the_way(files, change, folders)
        if merged is None or (merged[0] is not None and in_the_way):
            conflicts.append(change.path)
            continue
        files.pop(there, None)
        if merged[0] is not None:
            files[change.path] = merged[0]
    if not conflicts:
        tree.files = files
    return conflicts


def _in_the_way(files: Mapping[str, TreeFile], change: ChangedFile, folders: set[str]) -> bool:
    """Whether a new file can't be where it shall be, because something else is there."""
    path = change.path
    if path in files:
        return bool(change.source)
    return path in folders or any(path[:at] in files for at in range(len(path)) if path[at] == "/")


def merged_file(
    repository: Repository, tree: FileTree, ours: TreeFile | None, change: ChangedFile
) -> MergedFile | None:
    """Bring somebody's change of a file onto that file as we have it; None for a conflict.

    Args:
        repository: Where git is run.
        tree: Has the contents, and gets the merged one.
        ours: The file as we have it; None if we have none.
        change: What somebody did to it.
    """
    before, after = change.before, change.after
    if ours in (before, after):
        return (after,)
    if ours is None or before is None or after is None:
        return None
    if ours.mode in (before.mode, after.mode):
        mode = after.mode
    elif after.mode == before.mode:
        mode = ours.mode
    else:
        return None
    if ours.oid in (before.oid, after.oid):
        return (TreeFile(mode, after.oid),)
    if after.oid == before.oid:
        return (TreeFile(mode, ours.oid),)
    sides = (ours, before, after)
    data = tree.read(file.oid for file in sides)
    if len(data) < len({file.oid for file in sides}) or any(
        file.mode not in REGULAR for file in sides
    ):
        return None
    text = merge_text(repository, *(data[file.oid] for file in sides))
    return None if text is None else (tree.add(mode, text),)


def merge_text(repository: Repository, ours: bytes, base: bytes, theirs: bytes) -> bytes | None:
    """Merge two texts that were made from one; None if they conflict or are not text.

    Raises:
        OutsideError: git failed.
    """
    with tempfile.TemporaryDirectory(prefix="onepath-merge-") as folder:
        paths = list(_written(Path(folder), (ours, base, theirs)))
        done = repository.git("merge-file", "-p", "-q", *map(os.fspath, paths), check=False)
    if done.returncode == 0:
        return done.stdout
    if done.returncode < 0:
        raise OutsideError(f"git merge-file failed: exit status {done.returncode}")
    return None


def _written(folder: Path, contents: tuple[bytes, ...]) -> Iterator[Path]:
    for name, content in zip(("ours", "base", "theirs"), contents, strict=True):
        path = folder / name
        path.write_bytes(content)
        yield path
