"""Which places of a changed file can be accepted or skipped, and which of them only together."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from onepath.codemod.refusals.left_out import Location
from onepath.model import BindingKey, Edit, Facts, FileChange
from onepath.symbols.world import World


class PlaceSet(NamedTuple):
    """Places of one file that are done or left alone together."""

    starts: tuple[int, ...]
    """Where they begin, in order."""
    locations: tuple[Location, ...]
    """By what a codemod is told to leave them alone."""


def place_sets(
    change: FileChange, world: World, locations: Collection[Location]
) -> tuple[PlaceSet, ...]:
    """The places of a changed file, those together that can only change together.

    What a name is imported as changes with all its uses; whatever else a codemod can leave alone
    is a place by itself. Imports that are put in belong to no place: they follow.

    Args:
        change: Of one file.
        world: The code as it is.
        locations: What the codemod can leave alone in it.
    """
    is_bound = any(one.binding is not None for one in locations)
    touched = _touched(change.edits, world.facts(change.path)) if is_bound else {}
    sets: list[PlaceSet] = []
    for location in sorted({*locations}):
        starts = {location.start, *location.also}
        if location.binding is not None:
            starts = touched.get(location.binding, set())
        if starts:
            sets.append(PlaceSet(tuple(sorted(starts)), (location,)))
    return tuple(_joined(sets))


def _touched(edits: Iterable[Edit], facts: Facts) -> dict[BindingKey, set[int]]:
    """Where the edits begin that change an import of a name or a use of it, by what binds it."""
    spans = [
        (statement.start, statement.end, (statement.scope, alias.bound))
        for statement in facts.imports
        for alias in statement.names
    ]
    for use in facts.uses:
        end = use.chain[-1][1] if use.chain else use.end
        spans.append((use.start, end, (use.bound_in, use.name)))
    spans.sort()
    found: dict[BindingKey, set[int]] = {}
    # One way through both, by their starts: a generated file may have 100,000 of each.
    begun, at = spans[:0], 0
    for edit in sorted(edits):
        last = max(edit.end, edit.start + 1)
        while at < len(spans) and spans[at][0] < last:
            begun.append(spans[at])
            at += 1
        begun = [span for span in begun if span[1] > edit.start]
        for start, _, key in begun:
            if start < last:
                found.setdefault(key, set()).add(edit.start)
    return found


def _joined(sets: Sequence[PlaceSet]) -> Iterator[PlaceSet]:
    """The sets, those as one that share a place."""
    having: dict[int, list[PlaceSet]] = {}
    for place_set in sets:
        for start in place_set.starts:
            having.setdefault(start, []).append(place_set)
    seen: set[PlaceSet] = set()
    for first in sets:
        together: set[PlaceSet] = set()
        reached = [first]
        while reached:
            place_set = reached.pop()
            if place_set not in seen:
                seen.add(place_set)
                together.add(place_set)
                reached += (each for start in place_set.starts for each in having.pop(start, ()))
        if together:
            starts = {start for each in together for start in each.starts}
            locations = {location for each in together for location in each.locations}
            yield PlaceSet(tuple(sorted(starts)), tuple(sorted(locations)))
