"""Plans that stand although files have changed: nothing that they were given to read has.

A plan leaves behind what it was given to read: the bytes of some files, parts of the facts of
others, and the answers of searches in all. It also leaves behind which paths were asked for. If a
file has changed of which it was not given the bytes, and it would be given the same facts and
answers again, or if a file came or went for which nobody has asked and in which no search hits,
planning anew would come to the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from onepath.facts.extract.file import extract_raw
from onepath.facts.prefilter.words import Search
from onepath.facts.store.cache import FactsCache
from onepath.facts.store.reads import Reads
from onepath.model import Entry, Snapshot
from onepath.snapshot.asked import PathKind
from onepath.snapshot.notes import is_lfs_pointer
from onepath.symbols.same_paths import kept_paths, nobody_asked
from onepath.symbols.world import World

_MOST_CHANGED = 200
"""With more changed files than this, one of them has nearly always been read."""


_MadeSearch = tuple[Search, tuple[PathKind, ...]]
"""A search, and the kinds of files in all of which it was made."""


class _Changes(NamedTuple):
    """What differs between two trees."""

    changed: Sequence[Entry]
    """The files that are in both, as they were."""
    gone: Sequence[Entry]
    come: Sequence[Entry]


def remember_reads(
    cache: FactsCache, asked: str, outcome: str, world: World, snapshot: Snapshot, reads: Reads
) -> None:
    """Keep what a plan has read.

    Args:
        cache: Where it is kept.
        asked: A name for what was asked for, whatever the code.
        outcome: The key of the plan.
        world: The code.
        snapshot: Its files.
        reads: What was read of it.
    """
    import pickle

    there = {entry.oid for entry in snapshot.entries.values()}
    try:
        code = pickle.dumps((_with_kinds(reads), tuple(reads.paths.kinds)))
    except (pickle.PicklingError, AttributeError, TypeError):
        return  # somebody's own codemod looks for paths by a function that has no name
    cache.put_reads(asked, {
        "outcome": outcome,
        "entries": {path: (one.oid, one.mode) for path, one in snapshot.entries.items()},
        "notes": list(map(tuple, snapshot.notes())),
        "blobs": reads.blobs.intersection(there),
        "facts": {oid: tuple(reads.facts[oid]) for oid in there & reads.facts.keys()},
        "loaded": reads.loaded.intersection(there),
        "code": code,
        "paths": kept_paths(world.modules, reads.paths),
    })  # fmt: skip


def plan_of_same_reads(
    cache: FactsCache, asked: str, world: World, snapshot: Snapshot
) -> str | None:
    """The key of a plan that is also the plan of this snapshot; None if that is not certain.

    Args:
        cache: Where plans are kept.
        asked: A name for what is asked for, whatever the code.
        world: The code.
        snapshot: Its files.
    """
    kept = cache.reads(asked)
    if kept is None or kept["notes"] != list(map(tuple, snapshot.notes())):
        return None
    changes = _changes(kept["entries"], snapshot.entries)
    if changes is None or any(entry.oid in kept["blobs"] for entry in changes.changed):
        return None
    import pickle

    # Our own file, which nobody shares.
    searches, kinds = pickle.loads(kept["code"])  # noqa: S301
    if not nobody_asked(
        kept["paths"],
        world.modules,
        differing=[entry.path for entry in (*changes.gone, *changes.come)],
        there=kept["entries"].keys() & snapshot.entries.keys(),
        gone=[entry.path for entry in changes.gone],
        kinds=kinds,
    ):
        return None
    if any(entry.oid in kept["loaded"] for entry in (*changes.gone, *changes.come)):
        return None
    return kept["outcome"] if _same_answers(snapshot, changes, searches, kept["facts"]) else None


def _same_answers(
    snapshot: Snapshot,
    changes: _Changes,
    searches: Sequence[_MadeSearch],
    facts: Mapping[str, Sequence[str]],
) -> bool:
    source = snapshot.source()
    for entry, data in source.read([*changes.gone, *changes.come]):
        if data is None or any(
            any(kind(entry.path) for kind in kinds) and search.hit(data)
            for search, kinds in searches
        ):
            return False
    now = source.read([snapshot.entries[entry.path] for entry in changes.changed])
    for (before, old), (_, new) in zip(source.read(changes.changed), now, strict=True):
        if old is None or new is None:
            return False
        keys = facts.get(before.oid, ())
        if _answers(old, searches, keys) != _answers(new, searches, keys):
            return False
    return True


def _with_kinds(reads: Reads) -> list[_MadeSearch]:
    return [
        (search, tuple(reads.searched.get(digest, ()))) for digest, search in reads.searches.items()
    ]


def _answers(data: bytes, searches: Sequence[_MadeSearch], keys: Sequence[str]) -> list[Any]:
    """What searches, and those who ask for some parts of the facts, are told of a file."""
    raw = extract_raw(data) if keys else {}
    hits = [search.hit(data) for search, _ in searches]
    return [is_lfs_pointer(data), *hits, *(raw[key] for key in keys)]


def _changes(before: Mapping[str, tuple[str, int]], after: Mapping[str, Entry]) -> _Changes | None:
    """The regular files that differ; None if something else differs, or too many do."""
    changed = [
        Entry(path, *before[path])
        for path, entry in after.items()
        if path in before and before[path] != (entry.oid, entry.mode)
    ]
    gone = [Entry(path, *plain) for path, plain in before.items() if path not in after]
    come = [entry for path, entry in after.items() if path not in before]
    if len(changed) + len(gone) + len(come) > _MOST_CHANGED:
        return None
    if not _are_regular([*changed, *gone, *come]):
        return None
    if any(entry.mode != after[entry.path].mode for entry in changed):
        return None
    return _Changes(changed, gone, come)


def _are_regular(entries: Iterable[Entry]) -> bool:
    return all(entry.is_regular for entry in entries)
