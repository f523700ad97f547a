"""Where sources come from, and what runs over them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeVar, runtime_checkable

T = TypeVar("T")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Entry(NamedTuple):
    """One file of a snapshot: where it is and which bytes it has, without the bytes."""

    path: str
    oid: str
    """The git blob id of the content (40 or 64 hex digits); for a submodule, its commit."""
    mode: int
    """As in git: 0o100644, 0o100755, 0o120000 (symlink) or 0o160000 (submodule)."""

    @property
    def is_regular(self) -> bool:
        return self.mode in (0o100644, 0o100755, 0o100664)


class Source(Protocol):
    """Reads the bytes of entries. Picklable, so that a worker process opens its own."""

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes | None]]:
        """Yield every entry, in the order given, with its bytes, or None if it can't be had."""
        ...

    def part(self, entries: Iterable[Entry]) -> "Source":
        """What another process needs of this source to read these entries."""
        ...


class Snapshot(Protocol):
    """Where sources come from: a revision, the work tree, a folder, or one with an overlay."""

    @property
    def name(self) -> str:
        """What a person calls it: a commit id, `WORKTREE`, or the folder's path."""
        ...

    @property
    def commit(self) -> str | None:
        """The commit a branch would start from; None where there is no git."""
        ...

    @property
    def entries(self) -> Mapping[str, Entry]:
        """All files by path, in path order; no content is read."""
        ...

    def source(self) -> Source:
        """A picklable reader for these entries."""
        ...

    def notes(self) -> tuple["Note", ...]:
        """What was met that can't be migrated: submodules, symlinks, LFS pointers, ..."""
        ...


class Note(NamedTuple):
    """Something met on the way that the user should know of."""

    path: str
    kind: str
    """`submodule`, `symlink`, `lfs-pointer`, `missing-object`, `sparse`, `odd-name`, `too-big`,
    `set-aside`"""
    text: str


@runtime_checkable
class Divisible(Protocol[R_co]):
    """A batch that can be done in parts, should it end the process that does it."""

    def halves(self) -> "tuple[Divisible[R_co], ...]":
        """Two smaller batches; none if it is one thing only."""
        ...

    def lost(self) -> R_co:
        """The result of a batch of one thing that is set aside."""
        ...


class Executor(Protocol):
    """Runs a function over batches: in this process, in several, or elsewhere."""

    @property
    def jobs(self) -> int:
        """How many processes may work at a time."""
        ...

    @property
    def carries(self) -> bool:
        """Whether the work is done where the files are not, so that batches hold their bytes."""
        ...

    def map(self, function: Callable[[T], R], batches: Iterable[T]) -> Iterator[R]:
        """Yield `function(batch)` for each batch, in any order. `function` is picklable."""
        ...

    def apart(self, tasks: Sequence[Callable[[], R]]) -> list[R]:
        """What each task returns, in order; tasks see what this process holds, and change nothing.

        Only what they give is picklable.
        """
        ...

    def rest(self) -> None:
        """Only few batches will follow for a while: what waits for more of them may go."""
        ...

    def beside(self, task: Callable[[], None]) -> None:
        """Begin a task that may be left undone at any time, if there is a process to spare.

        It is picklable.
        """
        ...
