"""The files of a commit, without a checkout."""

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

from onepath.model import Entry, Note, Source
from onepath.snapshot.blobs import decode_path, in_path_order
from onepath.snapshot.disk import DiskSource
from onepath.snapshot.git_process import objects_only, run_git
from onepath.snapshot.git_source import GitSource
from onepath.snapshot.notes import entry_notes
from onepath.snapshot.repository import Repository


class GitTree:
    """The snapshot of one commit.

    Args:
        repository: Where it is.
        rev: The commit, as git understands revisions.

    Raises:
        InputError: `rev` names no commit.
        OutsideError: a tree of the commit is missing or damaged.
    """

    def __init__(self, repository: Repository, rev: str = "HEAD") -> None:
        self._git_dir = repository.git_dir
        self._top = None if repository.bare else repository.top
        self._commit = repository.resolve(rev)

    @property
    def name(self) -> str:
        return self._commit

    @property
    def commit(self) -> str:
        return self._commit

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """All files by path, in path order. Submodules are among them, with their commit."""
        arguments = ("ls-tree", "-r", "-z", "--full-tree", self._commit)
        with objects_only(self._git_dir, len(self._commit)) as env:
            listing = decode_path(run_git(arguments, env=env).stdout)
        modes: dict[str, int] = {}
        entries: dict[str, Entry] = {}
        for record in listing.split("\0")[:-1]:
            head, _, path = record.partition("\t")
            mode, _, oid = head.split(" ")
            entries[path] = Entry(
                path, oid, modes.get(mode) or modes.setdefault(mode, int(mode, 8))
            )
        return MappingProxyType(in_path_order(entries))

    def source(self) -> Source:
        """A reader that takes files from the work tree where they are those of the commit.

        A file's bytes are compared with the blob id, so this gives the same as git's objects, in a
        sixth of the time.
        """
        if self._top is None:
            return GitSource(self._git_dir)
        return DiskSource(self._top, self._git_dir)

    def notes(self) -> tuple[Note, ...]:
        return tuple(entry_notes(self.entries.values()))
