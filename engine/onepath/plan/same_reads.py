"""Plans that stand although files have changed: nothing that they were given to read has.

A plan leaves behind what it was given to read: the bytes of some files, parts of the facts of
others, and the answers of searches in all. If only the content of files has changed of which it was
not given the bytes, and it would be given the same facts and answers again, planning anew would
come to the same.
"""

import pickle
from collections.abc import Mapping, Sequence
from typing import Any

from onepath.facts.extract.file import extract_raw
from onepath.facts.prefilter.words import Search
from onepath.facts.store.cache import FactsCache
from onepath.facts.store.reads import Reads
from onepath.model import Entry, Snapshot
from onepath.snapshot.notes import is_lfs_pointer

_MOST_CHANGED = 200
"""With more changed files than this, one of them has nearly always been read."""


def remember_reads(
    cache: FactsCache, asked: str, outcome: str, snapshot: Snapshot, reads: Reads
) -> None:
    """Keep what a plan has read.

    Args:
        cache: Where it is kept.
        asked: A name for what was asked for, whatever the code.
        outcome: The key of the plan.
        snapshot: The code.
        reads: What was read of it.
    """
    there = {entry.oid for entry in snapshot.entries.values()}
    cache.put_reads(asked, {
        "outcome": outcome,
        "entries": {path: (one.oid, one.mode) for path, one in snapshot.entries.items()},
        "notes": list(map(tuple, snapshot.notes())),
        "blobs": reads.blobs.intersection(there),
        "facts": {oid: tuple(reads.facts[oid]) for oid in there & reads.facts.keys()},
        "searches": pickle.dumps(list(reads.searches.values())),
    })  # fmt: skip


def plan_of_same_reads(cache: FactsCache, asked: str, snapshot: Snapshot) -> str | None:
    """The key of a plan that is also the plan of this snapshot; None if that is not certain.

    Args:
        cache: Where plans are kept.
        asked: A name for what is asked for, whatever the code.
        snapshot: The code.
    """
    kept = cache.reads(asked)
    if kept is None or kept["notes"] != list(map(tuple, snapshot.notes())):
        return None
    changed = _changed(kept["entries"], snapshot.entries)
    if changed is None or any(entry.oid in kept["blobs"] for entry in changed):
        return None
    searches = pickle.loads(kept["searches"])  # noqa: S301 - our own file, as the rest of the cache
    source = snapshot.source()
    now = source.read([snapshot.entries[entry.path] for entry in changed])
    for (before, old), (_, new) in zip(source.read(changed), now, strict=True):
        if old is None or new is None:
            return None
        keys = kept["facts"].get(before.oid, ())
        if _answers(old, searches, keys) != _answers(new, searches, keys):
            return None
    outcome: str = kept["outcome"]
    return outcome


def _answers(data: bytes, searches: Sequence[Search], keys: Sequence[str]) -> list[Any]:
    """What searches, and those who ask for some parts of the facts, are told of a file."""
    raw = extract_raw(data) if keys else {}
    hits = [search.hit(data) for search in searches]
    return [is_lfs_pointer(data), *hits, *(raw[key] for key in keys)]


def _changed(
    before: Mapping[str, tuple[str, int]], after: Mapping[str, Entry]
) -> list[Entry] | None:
    """The regular files whose content has changed, as they were; None if anything else has."""
    if before.keys() != after.keys():
        return None
    changed = [
        Entry(path, *before[path])
        for path, entry in after.items()
        if before[path] != (entry.oid, entry.mode)
    ]
    is_content = all(entry.is_regular and entry.mode == after[entry.path].mode for entry in changed)
    return changed if is_content and len(changed) <= _MOST_CHANGED else None
