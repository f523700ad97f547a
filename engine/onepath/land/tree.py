"""The files of a commit and what is put on top of them; nothing is written anywhere."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from onepath.land.git_format import canonical_mode
from onepath.model import Entry, FileChange
from onepath.snapshot.blobs import blob_id, decode_path
from onepath.snapshot.git_source import GitSource
from onepath.snapshot.repository import Repository


class TreeFile(NamedTuple):
    """A file as a git tree has it."""

    mode: str
    """Octal digits, as git writes them today."""
    oid: str


class FileWrite(NamedTuple):
    """A file that a commit writes, or deletes if `file` is None."""

    path: str
    file: TreeFile | None
    data: bytes | None
    """The content if it may be new to the repository."""


class FileTree:
    """All files below the top folder, changed step by step."""

    def __init__(self, repository: Repository, commit: str) -> None:
        """Take the files of `commit`."""
        self._git_dir = repository.git_dir
        self._length = repository.oid_length
        self.content: dict[str, bytes] = {}
        """By blob id, of the blobs that may be new to the repository."""
        self.files = files_of_commit(repository, commit)
        """By path."""

    def apply(self, changes: Iterable[FileChange]) -> None:
        """Carry out the changes of a phase."""
        for change in changes:
            if change.new is None:
                self.files.pop(change.path, None)
            else:
                self.files[change.path] = self.add(canonical_mode(change.mode), change.new)

    def add(self, mode: str, data: bytes) -> TreeFile:
        """Keep content that may be new to the repository; no path has it yet."""
        oid = blob_id(data, self._length)
        self.content[oid] = data
        return TreeFile(mode, oid)

    def read(self, oids: Iterable[str]) -> dict[str, bytes]:
        """The content of blobs of this tree or of the repository; those it lacks are left out."""
        wanted = dict.fromkeys(oids)
        result = {oid: self.content[oid] for oid in wanted if oid in self.content}
        entries = [Entry("", oid, 0o100644) for oid in wanted if oid not in self.content]
        read = GitSource(self._git_dir).read(entries)
        result |= {entry.oid: data for entry, data in read if data is not None}
        return result

    def writes_since(self, before: Mapping[str, TreeFile]) -> tuple[FileWrite, ...]:
        """What brings the files `before` to this tree, in path order."""
        return writes_between(before, self.files, self.content)


def writes_between(
    before: Mapping[str, TreeFile], after: Mapping[str, TreeFile], content: Mapping[str, bytes]
) -> tuple[FileWrite, ...]:
    """What brings the files `before` to those `after`, in path order.

    Args:
        before: By path.
        after: By path.
        content: By blob id, of those that may be new to the repository.
    """
    return tuple(
        FileWrite(path, file, None if file is None else content.get(file.oid))
        for path in sorted(before.keys() | after.keys())
        if (file := after.get(path)) != before.get(path)
    )


def files_of_commit(repository: Repository, commit: str) -> dict[str, TreeFile]:
    """Return the files of a commit by path; submodules are among them, with their commit."""
    listed = repository.git("ls-tree", "-r", "-z", "--full-tree", commit).stdout
    result = {}
    for line in listed.split(b"\0")[:-1]:
        meta, _, path = line.partition(b"\t")
        mode, _, oid = meta.decode().split()
        result[decode_path(path)] = TreeFile(canonical_mode(int(mode, 8)), oid)
    return result


def changed_files(
    repository: Repository, parent: str, commit: str
) -> dict[str, tuple[TreeFile | None, TreeFile | None]]:
    """Return the files in which two commits differ, before and after; None where there is none."""
    listed = repository.git(
        "diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", parent, commit
    ).stdout
    fields = listed.split(b"\0")[:-1]
    result = {}
    for meta, path in zip(fields[::2], fields[1::2], strict=True):
        old_mode, mode, old_oid, oid, _ = meta.decode().lstrip(":").split()
        result[decode_path(path)] = file_of(old_mode, old_oid), file_of(mode, oid)
    return result


def file_of(mode: str, oid: str) -> TreeFile | None:
    """A file as `git diff --raw` tells it; None where there is none."""
    return None if mode == "000000" else TreeFile(canonical_mode(int(mode, 8)), oid)
