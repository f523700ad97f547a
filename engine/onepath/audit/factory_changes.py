"""What factories there are after some files have changed.

The search for them is made again in the changed files alone; what gives an instance elsewhere, and
how often each other file calls what, is remembered.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import chain
from typing import Any

from onepath.analysis.classes import role_classes
from onepath.analysis.factories.construction import Search, search
from onepath.analysis.factories.factory import DIRECT, Factory
from onepath.analysis.index import Canonical, Index
from onepath.analysis.mentions import call_sites
from onepath.analysis.top_classes import Class, Place
from onepath.audit.changes import FilesChange, Memory
from onepath.model import Definition

_KnownSearch = Mapping[str, Any]
"""What `_remember` keeps of the search for the factories of one class."""


def remember_factories(index: Index) -> Memory:
    """What was found for each canonical class."""
    return {
        cls.place: _remember(search(index, canonical, cls))
        for canonical, cls in role_classes(index)
    }


def factories_after(
    memory: Memory, change: FilesChange
) -> Sequence[tuple[Canonical, Factory]] | None:
    """All factories of all canonical classes; None where what the changed files say may have a say
    in what makes an instance elsewhere.

    The roles of classes must stand, and what was asked about definitions in the changed files.
    """
    index = change.after.reaching()
    roles = role_classes(index)
    if {cls.place for _, cls in roles} != memory.keys():
        return None
    found: list[tuple[Canonical, Factory]] = []
    for canonical, cls in roles:
        known = memory[cls.place]
        again = _SearchAgain(index, canonical, cls, known, change.paths)
        ways = _with_others(again, known)
        if ways is None or not _leaves_others(known, again, change):
            return None
        found += ((canonical, way) for way in ways)
    return found


class _SearchAgain(Search):
    """A search in some files, where it is known what gives an instance in all others."""

    def __init__(
        self,
        index: Index,
        canonical: Canonical,
        cls: Class,
        known: _KnownSearch,
        paths: Sequence[str],
    ) -> None:
        super().__init__(index, canonical, cls, known["classes"])
        self._known = known
        self.paths = paths
        self.making |= {place for place in known["making"] if place[0] not in paths}

    def _all_aliases(self) -> Iterable[tuple[str, Definition]]:
        return chain.from_iterable(map(self._index.aliases_of, self.paths))

    def _may_make(self, path: str) -> bool:
        return path in self.paths and super()._may_make(path)

    def _read(self, path: str, definition: Definition) -> None:
        if path in self.paths:
            super()._read(path, definition)

    def _calls(self, places: frozenset[Place]) -> Mapping[Place, Mapping[str, int]]:
        known: Mapping[Place, Mapping[str, int]] = self._known["calls"]
        wanted = places.union(place for place in known if place[0] not in self.paths)
        sites = call_sites(self._index, wanted, self.paths)
        return {
            place: {**self._others(known.get(place, {})), **self._counted(sites[place])}
            for place in wanted
        }

    def _others(self, counts: Mapping[str, int]) -> dict[str, int]:
        return {path: count for path, count in counts.items() if path not in self.paths}

    def users(self, place: Place) -> Set[str]:
        known: set[str] = self._known["users"].get(place, set())
        return super().users(place) | known.difference(self.paths)


def _remember(done: Search) -> _KnownSearch:
    factories = [tuple(factory) for factory in done.found]
    variables = filter(done.is_variable, done.making)
    return {
        "factories": factories,
        "classes": set(done.classes),
        "making": set(done.making),
        "supports": done.supports,
        "users": {place: set(done.users(place)) for place in variables},
        "calls": {place: dict(counts) for place, counts in done.calls.items()},
    }


def _with_others(again: _SearchAgain, known: _KnownSearch) -> list[Factory] | None:
    """The factories in changed files and all others; None if one that nothing in the changed files
    defines is gone: what was found elsewhere stays."""
    there = [way for way in again.found if way.path in again.paths or way.kind == DIRECT]
    for way in map(Factory._make, known["factories"]):
        if way.path in again.paths:
            continue
        if way.kind != DIRECT:
            counts = again.calls[way.place]
            there.append(way._replace(calls=sum(counts.values()), files=len(counts)))
        elif all(other.kind != DIRECT for other in there):
            return None
    return there


def _leaves_others(known: _KnownSearch, again: _SearchAgain, change: FilesChange) -> bool:
    """Whether all other files go on to make what they made.

    What is there before and after gives an instance as it did, by way of the same things at least;
    what is new, or gone, nobody else has asked for. A variable that only its module used stays one.
    """
    for path in change.paths:
        before, after = (
            {place for place in making if place[0] == path}
            for making in (known["making"], again.making)
        )
        there = change.before.definitions(path).keys() & change.after.definitions(path).keys()
        if any(name in there for _, name in before ^ after):
            return False
        if any(
            not known["supports"].get(place, set()) <= again.supports.get(place, set())
            for place in before & after
        ):
            return False
    return all(
        (users == {place[0]}) == (again.users(place) == {place[0]})
        for place, users in known["users"].items()
        if place[0] not in again.paths
    )
