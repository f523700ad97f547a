"""What a run has read of the files of a snapshot: whatever else there is has not mattered to it."""

from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from onepath.facts.prefilter.words import Search
from onepath.model import Entry, Note, Snapshot, Source
from onepath.snapshot import Overlay
from onepath.snapshot.asked import AskedPaths, PathKind, RecordedEntries


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
    searched: dict[str, dict[PathKind, None]] = field(default_factory=dict)
    """By digest of a search, the kinds of files in all of which it was made; where it was made in
    given files alone, whoever gave them has found them by something else that is recorded."""
    paths: AskedPaths = field(default_factory=AskedPaths)
    """What was asked of which files there are."""
    loaded: set[str] = field(default_factory=set)
    """The ids of what the facts are at hand of, whether or not somebody has asked for them."""
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
        for digest, kinds in other.searched.items():
            self.searched.setdefault(digest, {}).update(kinds)
        self.paths.add(other.paths)
        self.loaded |= other.loaded
        for oid, keys in other.facts.items():
            self.asked(oid, keys)

    def searches_in(self, search: Search, kind: PathKind | None) -> None:
        """A search is made in all files of a kind, or in given ones."""
        self.searches[search.digest] = search
        if kind is not None:
            self.searched.setdefault(search.digest, {})[kind] = None

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
        return self._entries

    @cached_property
    def _entries(self) -> RecordedEntries:
        return RecordedEntries(self.base.entries, self.reads.paths)

    def after(self, changes: Mapping[str, bytes | None]) -> "Watched":
        """What planned changes make of it, with the same record."""
        self.reads.paths.planned.update(changes)
        return Watched(Overlay(self.base, changes), self.reads)

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
