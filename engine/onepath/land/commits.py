"""Commits as git stores them, read many at a time."""

from collections.abc import Iterable
from functools import cached_property

from onepath.errors import OutsideError
from onepath.land.commit.message import Trailer, read_trailers
from onepath.snapshot.repository import Repository


class StoredCommit:
    """A commit of the repository: its headers and its message, as bytes where they are kept on.

    Args:
        oid: Its id.
        content: As `git cat-file commit` prints it.
    """

    def __init__(self, oid: str, content: bytes) -> None:
        self.oid = oid
        header, _, self.raw_message = content.partition(b"\n\n")
        self._headers = [line.partition(b" ")[::2] for line in header.split(b"\n")]

    @property
    def parents(self) -> tuple[str, ...]:
        """The ids of its parents, the first one first."""
        return tuple(value.decode() for key, value in self._headers if key == b"parent")

    @property
    def author(self) -> str:
        """`Name <email> seconds zone`"""
        return self._header(b"author").decode("utf-8", "surrogateescape")

    @property
    def committer(self) -> str:
        """`Name <email> seconds zone`"""
        return self._header(b"committer").decode("utf-8", "surrogateescape")

    @property
    def encoding(self) -> str:
        """The encoding of the message, if it is not UTF-8; else empty."""
        return self._header(b"encoding").decode("ascii", "replace")

    @cached_property
    def message(self) -> str:
        """The message as text; bytes that are none are replaced."""
        try:
            return self.raw_message.decode(self.encoding or "utf-8", "replace")
        except LookupError:
            return self.raw_message.decode("utf-8", "replace")

    @property
    def title(self) -> str:
        """The first line of the message."""
        return self.message.strip().partition("\n")[0]

    @cached_property
    def trailers(self) -> tuple[Trailer, ...]:
        """The trailers of its last paragraph."""
        return tuple(read_trailers(self.message))

    def trailer(self, key: str) -> str:
        """The first trailer of that key; empty if there is none."""
        return next((value for name, value in self.trailers if name == key), "")

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions that it carries out, by its trailers."""
        return tuple(value for key, value in self.trailers if key == "Migrate-Version")

    @property
    def is_ours(self) -> bool:
        """Whether it says that this tool made it, for a phase."""
        return bool(self.versions and self.trailer("Base-Oid"))

    def _header(self, key: bytes) -> bytes:
        return next((value for name, value in self._headers if name == key), b"")


def read_commits(repository: Repository, oids: Iterable[str]) -> list[StoredCommit]:
    """Return commits by their ids, in that order.

    Raises:
        OutsideError: One is not in the repository.
    """
    wanted = list(oids)
    if not wanted:
        return []
    ids = "".join(f"{oid}\n" for oid in wanted).encode()
    output = repository.git("cat-file", "--batch", input=ids).stdout
    result = []
    for oid in wanted:
        line, _, output = output.partition(b"\n")
        fields = line.split()
        if len(fields) != 3 or fields[1] != b"commit":
            raise OutsideError(
                f"{oid}: this repository lacks the commit", hint="git fsck says more"
            )
        size = int(fields[2])
        result.append(StoredCommit(oid, output[:size]))
        output = output[size + 1 :]
    return result


def is_ancestor(repository: Repository, commit: str, descendant: str) -> bool:
    """Whether `commit` is `descendant` or in its history."""
    if commit == descendant:
        return True

    def ask() -> bool | None:
        done = repository.git("merge-base", "--is-ancestor", commit, descendant, check=False)
        return done.returncode == 0 if done.returncode < 2 else None

    if not (repository.is_id(commit) and repository.is_id(descendant)):
        return bool(ask())
    return bool(repository.once(("is ancestor", commit, descendant), ask))
