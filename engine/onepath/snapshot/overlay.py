"""Planned content over a snapshot, so that a phase can read what the one before it leaves."""

from collections.abc import Generator, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from onepath.model import Entry, Note, Snapshot, Source
from onepath.snapshot.blobs import SHA1_LENGTH, blob_id, in_path_order
from onepath.snapshot.disk import FILE


@dataclass(frozen=True, slots=True)
class OverlaySource:
    """Reads planned content by its blob id, and everything else from `base`."""

    base: Source
    planned: Mapping[str, bytes] = field(repr=False)

    def read(self, entries: Iterable[Entry]) -> Generator[tuple[Entry, bytes | None], None, None]:
        """Yield every entry, in order, with its bytes, or None if they can't be had."""
        wanted = list(entries)
        untouched = self._from_base([entry for entry in wanted if entry.oid not in self.planned])
        with closing(untouched):
            for entry in wanted:
                if entry.oid in self.planned:
                    yield entry, self.planned[entry.oid]
                else:
                    yield next(untouched)

    def part(self, entries: Iterable[Entry]) -> Source:
        """Sent with the planned content of these entries alone: all of it may be many megabytes."""
        wanted = list(entries)
        planned = {e.oid: self.planned[e.oid] for e in wanted if e.oid in self.planned}
        base = self.base.part(wanted)
        return OverlaySource(base, planned) if planned else base

    def _from_base(self, entries: list[Entry]) -> Generator[tuple[Entry, bytes | None], None, None]:
        yield from self.base.read(entries)


class Overlay:
    """The snapshot that `base` becomes with `changes`; nothing is written anywhere.

    Args:
        base: What lies below; may be an overlay itself.
        changes: New content by path; None deletes the file. A new path becomes a regular file,
            a changed one keeps its mode.
    """

    def __init__(self, base: Snapshot, changes: Mapping[str, bytes | None]) -> None:
        # Overlays of many phases stay one level deep, and so do their sources.
        self._base: Snapshot = base._base if isinstance(base, Overlay) else base
        below = base._changes if isinstance(base, Overlay) else {}
        self._changes: dict[str, bytes | None] = {**below, **changes}

    @property
    def name(self) -> str:
        return self._base.name

    @property
    def commit(self) -> str | None:
        return self._base.commit

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """All files by path, in path order, with the oids of the planned content."""
        below = self._base.entries
        length = next((len(entry.oid) for entry in below.values()), SHA1_LENGTH)
        entries = dict(below)
        for path, data in self._changes.items():
            old = entries.get(path)
            if data is not None:
                mode = old.mode if old is not None and old.is_regular else FILE
                entries[path] = Entry(path, blob_id(data, length), mode)
            elif old is not None:
                del entries[path]
        # What only changes stays where it is in the order.
        is_new = any(data is not None and path not in below for path, data in self._changes.items())
        return MappingProxyType(in_path_order(entries) if is_new else entries)

    def source(self) -> OverlaySource:
        planned = {
            self.entries[path].oid: data for path, data in self._changes.items() if data is not None
        }
        return OverlaySource(self._base.source(), planned)

    def notes(self) -> tuple[Note, ...]:
        """The notes of the base, less those of files that were planned anew or deleted."""
        return tuple(note for note in self._base.notes() if note.path not in self._changes)
