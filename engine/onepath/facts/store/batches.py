"""Work for one process: blobs that are searched, and read where a search hits."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from onepath.facts.extract.file import extract_raw, unread_facts
from onepath.facts.prefilter.together import together
from onepath.facts.prefilter.words import Search
from onepath.facts.store.collecting import without_collecting
from onepath.facts.store.packed import pack
from onepath.model import Entry, Source
from onepath.snapshot.notes import is_lfs_pointer

_CARRIED = 2_000_000
"""Bytes of files in a batch that is sent away; a larger file is one of its own."""
_SET_ASIDE = "reading it has ended every process that tried: it is set aside"


class BlobHit(NamedTuple):
    """What a process found in one blob."""

    oid: str
    hit: bool
    packed: bytes | None
    missing: bool = False
    along: tuple[bool, ...] = ()
    """For each of the other searches, whether it hits."""
    words: tuple[bytes, ...] | None = None
    """Which of the words to note it holds; None if they were not looked for."""
    lost: bool = False
    """Whether nobody could read it; this is no property of the blob, and is not kept."""


class Batch(NamedTuple):
    """Search these blobs, and read those that hit."""

    source: Source
    entries: tuple[Entry, ...]
    needles: Search | None
    """None lets every blob through."""
    extracting: bool = True
    """False only searches."""
    along: tuple[Search, ...] = ()
    """Other searches to answer at the same time."""
    noted: tuple[bytes, ...] = ()
    """Words of which is to be told which ones a blob holds."""

    def halves(self) -> "tuple[Batch, ...]":
        """Two smaller batches; none if it is one blob only."""
        middle = len(self.entries) // 2
        parts = (self.entries[:middle], self.entries[middle:]) if middle else ()
        return tuple(self._replace(source=self.source.part(part), entries=part) for part in parts)

    def lost(self) -> list[BlobHit]:
        """The result where it is set aside: any search may hit, and the file can't be read."""
        packed = pack(unread_facts(_SET_ASIDE)) if self.extracting else None
        along = (True,) * len(self.along)
        return [BlobHit(entry.oid, True, packed, along=along, lost=True) for entry in self.entries]


class CarriedSource(NamedTuple):
    """A source that holds the bytes, for where the files are not."""

    content: tuple[tuple[Entry, bytes | None], ...]

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes | None]]:
        """Yield every entry, in order, with its bytes, or None if it has none of them."""
        known = {entry.oid: data for entry, data in self.content}
        for entry in entries:
            yield entry, known.get(entry.oid)

    def part(self, entries: Iterable[Entry]) -> "CarriedSource":
        """Those bytes alone that belong to these entries."""
        return CarriedSource(tuple(self.read(entries)))


def carried(batches: Iterable[Batch]) -> Iterator[Batch]:
    """The same work in batches that hold their bytes, read when each is asked for."""
    for batch in batches:
        content: list[tuple[Entry, bytes | None]] = []
        size = 0
        for entry, data in batch.source.read(batch.entries):
            if content and size + len(data or b"") > _CARRIED:
                yield _carrying(batch, content)
                content, size = [], 0
            content.append((entry, data))
            size += len(data or b"")
        if content:
            yield _carrying(batch, content)


def _carrying(batch: Batch, content: list[tuple[Entry, bytes | None]]) -> Batch:
    entries = tuple(entry for entry, _ in content)
    return batch._replace(source=CarriedSource(tuple(content)), entries=entries)


def read_batch(batch: Batch) -> list[BlobHit]:
    """Search and extract a batch; runs in a worker."""
    hits = []
    first = () if batch.needles is None else (batch.needles,)
    searches = together((*first, *batch.along), batch.noted)
    with without_collecting():
        for entry, data in batch.source.read(batch.entries):
            if data is None:
                hits.append(BlobHit(entry.oid, False, None, True))
                continue
            answers, words = searches.answers(data)
            if is_lfs_pointer(data):
                answers, words = [True] * len(answers), None
            hit = not first or answers[0]
            packed = pack(extract_raw(data)) if hit and batch.extracting else None
            along = tuple(answers[len(first) :])
            hits.append(BlobHit(entry.oid, hit, packed, along=along, words=words))
    return hits
