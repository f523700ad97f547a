"""Facts that will be wanted later, extracted by a process beside while this one plans.

They reach this one through the cache, and whatever becomes of the other process costs time only.
"""

from collections.abc import Sequence
from pathlib import Path

from onepath.facts.extract.file import extract_raw
from onepath.facts.prefilter.words import Search
from onepath.facts.store.cache import FactsCache
from onepath.facts.store.packed import pack
from onepath.model import Entry, Source

_KEPT = 20
"""So many files' facts are written at once: they may be wanted the next moment."""


def read_ahead(
    folder: Path, source: Source, entries: Sequence[Entry], wanted: Sequence[Search], others: Search
) -> None:
    """Put the facts of files in the cache that somebody will look into.

    Args:
        folder: Where the cache is.
        source: Reads the files.
        entries: The files.
        wanted: Searches, one of which hits in the files that are wanted.
        others: Hits in files that are being read by now, and are left out.
    """
    packed: list[tuple[str, bytes]] = []
    with FactsCache(folder) as cache:
        for entry, data in source.read(entries):
            if data is None or others.hit(data) or not any(search.hit(data) for search in wanted):
                continue
            packed.append((entry.oid, pack(extract_raw(data))))
            if len(packed) >= _KEPT:
                cache.put(packed)
                packed.clear()
        cache.put(packed)
