"""What a run has read of the files of a snapshot: whatever else there is has not mattered to it."""

from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, field

from onepath.facts.prefilter.words import Search
from onepath.model import Entry, Note, Snapshot, Source


@dataclass
class Reads:
    """A record of what was asked, filled while it goes on."""

    blobs: set[str] = field(default_factory=set)
    """The ids of what somebody was given the bytes of."""
    facts: dict[str, set[str]] = field(default_factory=dict)
    """By id, the parts of the facts that somebody has asked for."""
    searches: dict[str, Search] = field(default_factory=dict)
    """Every search that was made, by digest: of a file that is in no more than its answers, nothing
    else is known."""
    is_searching: bool = False

    @contextmanager
    def searching(self) -> Iterator[None]:
        """Record nothing of what is handed out inside: it is searched, and that is recorded."""
        self.is_searching = True
        try:
            yield
        finally:
            self.is_searching = False

    def asked(self, oid: str, keys: Set[str]) -> None:
        """Somebody has asked for these parts of the facts of a file."""
        self.facts.setdefault(oid, set()).update(keys)

    def add(self, other: "Reads") -> None:
        """What another process has read counts as well."""
        self.blobs |= other.blobs
        self.searches |= other.searches
        for oid, keys in other.facts.items():
            self.asked(oid, keys)

    def given(self, entries: Iterable[Entry]) -> None:
        """Somebody is given the bytes of these files."""
        if not self.is_searching:
            self.blobs.update(entry.oid for entry in entries)


@dataclass(frozen=True)
class Watched:
    """A snapshot of which is recorded what is read.

    Args:
        base: The snapshot itself.
        reads: Takes the record.
    """

    base: Snapshot
    reads: Reads

    @property
    def name(self) -> str:
        return self.base.name

    @property
    def commit(self) -> str | None:
        return self.base.commit

    @property
    def entries(self) -> Mapping[str, Entry]:
        return self.base.entries

    def source(self) -> Source:
        return _WatchedSource(self.base.source(), self.reads)

    def notes(self) -> tuple[Note, ...]:
        return self.base.notes()


@dataclass(frozen=True)
class _WatchedSource:
    base: Source
    reads: Reads

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes | None]]:
        wanted = list(entries)
        self.reads.given(wanted)
        return self.base.read(wanted)

    def part(self, entries: Iterable[Entry]) -> Source:
        """Not watched: another process has nobody to tell."""
        wanted = list(entries)
        self.reads.given(wanted)
        return self.base.part(wanted)
