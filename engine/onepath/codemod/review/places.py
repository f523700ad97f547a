"""Which places of a changed file can be accepted or skipped, and which of them only together."""

from collections.abc import Collection, Iterable, Iterator
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
    for edit in edits:
        for start, end, key in spans:
            if start >= max(edit.end, edit.start + 1):
                break
            if edit.start < end:
                found.setdefault(key, set()).add(edit.start)
    return found


def _joined(sets: Iterable[PlaceSet]) -> Iterator[PlaceSet]:
    """The sets, those as one that share a place."""
    waiting = [*sets]
    while waiting:
        place_set = waiting.pop(0)
        while others := [
            each for each in waiting if not {*each.starts}.isdisjoint(place_set.starts)
        ]:
            waiting = [each for each in waiting if each not in others]
            starts = {*place_set.starts, *(start for each in others for start in each.starts)}
            locations = {*place_set.locations, *(at for each in others for at in each.locations)}
            place_set = PlaceSet(tuple(sorted(starts)), tuple(sorted(locations)))
        yield place_set
