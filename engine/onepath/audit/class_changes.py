"""When the roles of classes stand although some files have changed.

Which classes play the role of a canonical one rests on how many classes have each method. A change
leaves that alone where the classes in question are what they were, and where no other comes to be
one: a class that comes or goes elsewhere changes the counts, and each comparison must come to the
same with the new ones.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from onepath.analysis.classes import (
    MethodCounts,
    ancestors,
    claims,
    descendants,
    in_tests,
    interface,
    interfaces_apart,
    method_counts,
    plays_by_methods,
    pool,
    role_classes,
    role_names,
)
from onepath.analysis.index import Canonical, Index
from onepath.analysis.top_classes import Class, Place
from onepath.audit.changes import FilesChange, Memory, Rests, moved
from onepath.audit.finding import Violation
from onepath.model import Definition

_DEEPEST = 20
"""Generations of classes in changed files that are looked through."""


def remember_roles(index: Index) -> Memory:
    """What a change must leave alone; None where no canonical symbol is a class."""
    return index.once("roles remembered", lambda: _remember(index))


def roles_stand(memory: Memory, change: FilesChange) -> bool:
    """Whether every role is played by the same classes, and these are the same."""
    if memory is None:
        return True
    known = memory["places"] | memory["bases"]
    counted: Counter[str] = Counter()
    classes = 0
    for path in change.paths:
        before, after = (_classes(index, path) for index in (change.before, change.after))
        for name in before.keys() | after.keys():
            if in_tests(path) and (path, name) not in known:
                continue
            cls, two = before.get(name), after.get(name)
            if cls is not None and two is not None:
                if not _same(memory, change, cls, two):
                    return False
                continue
            index, passing, sign = (
                (change.before, cls, -1) if cls is not None else (change.after, two, 1)
            )
            methods = None if passing is None else _methods_apart(memory, change, index, passing)
            if methods is None:
                return False
            classes += sign
            counted.update(dict.fromkeys(methods, sign))
        for place in memory["routes"]:
            if place[0] == path and _definition(change.before, place) != _definition(
                change.after, place
            ):
                return False
    return not (classes or counted) or _counts_alike(memory, counted, classes)


def _remember(index: Index) -> Memory:
    roles = role_classes(index)
    if not roles:
        return None
    routes = {
        (resolution.path, ".".join((resolution.name, *resolution.rest)))
        for resolution in map(index.resolver.dotted, index.settings.imports)
        if resolution.kind == "definition"
    }
    places: set[Place] = {place for place in routes if place in index.classes}
    family: set[Place] = set()
    pools = [(canonical, cls, _pool(index, canonical, cls)) for canonical, cls in roles]
    for _, cls, others in pools:
        places |= {cls.place, *others}
        family |= {cls.place, *descendants(index, cls)}
    pairs = [
        (
            claims(place[1], role_names(canonical)),
            *interfaces_apart(index, cls, index.classes[place]),
        )
        for canonical, cls, others in pools
        for place in others - {cls.place}
    ]
    for place in tuple(places):
        places.update(ancestor.place for ancestor in ancestors(index, index.classes[place]))
    names = {name for place in places for name in interface(index, index.classes[place])}
    counts = method_counts(index)
    return {
        "places": places,
        "names": names,
        "counts": ({name: counts.having.get(name, 0) for name in names}, counts.classes),
        "pairs": sorted((named, sorted(mine), sorted(theirs)) for named, mine, theirs in pairs),
        "roles": sorted(sorted(interface(index, cls)) for _, cls in roles),
        "inherited": {
            base.place: sorted(names & interface(index, base))
            for cls in index.classes.values()
            for base in ancestors(index, cls)
        },
        "bases": {
            base.place
            for cls in index.classes.values()
            if not in_tests(cls.path)
            for base in ancestors(index, cls)
            if in_tests(base.path)
        },
        "family": family,
        "patterns": tuple({name for canonical, _ in roles for name in role_names(canonical)}),
        "routes": routes,
    }


def _pool(index: Index, canonical: Canonical, cls: Class) -> frozenset[Place]:
    """The classes that may play a role: one of tests plays none, whatever it is called."""
    return frozenset(place for place in pool(index, canonical, cls) if not in_tests(place[0]))


def _classes(index: Index, path: str) -> dict[str, Class]:
    return {name: cls for (where, name), cls in index.classes.items() if where == path}


def _same(memory: Memory, change: FilesChange, cls: Class, two: Class) -> bool:
    if cls.place in memory["places"]:
        return _plain(change.before, cls) == _plain(change.after, two)
    names: set[str] = memory["names"]
    return names.isdisjoint(cls.interface ^ two.interface)


def _methods_apart(
    memory: Memory, change: FilesChange, index: Index, cls: Class
) -> frozenset[str] | None:
    """Those methods of a class, inherited ones too, that any class in question has.

    None where it may have to do with a role, or what it inherits is not certain.
    """
    if cls.place in memory["places"] | memory["family"] or claims(cls.name, memory["patterns"]):
        return None
    every = _methods(memory, change, index, cls)
    methods = None if every is None else every & frozenset(memory["names"])
    counts = _counts(memory)
    if methods is None or any(counts.enough(methods, role) for role in memory["roles"]):
        return None
    return methods


def _methods(
    memory: Memory, change: FilesChange, index: Index, cls: Class, below: tuple[Place, ...] = ()
) -> frozenset[str] | None:
    """The methods of a class, of those that it inherits only such as are asked for."""
    bases = [base for base in index.bases(cls) if base.kind == "definition"]
    if len(bases) > 1 or len(below) > _DEEPEST:
        return None
    methods = cls.interface
    for base in bases:
        place = base.path, base.name
        if base.rest or place in memory["places"] | memory["family"]:
            return None
        if base.path not in change.paths:
            inherited = memory["inherited"].get(place)
        elif place in index.classes and place not in below:
            parent = index.classes[place]
            inherited = _methods(memory, change, index, parent, (*below, cls.place))
        else:
            inherited = None
        if inherited is None:
            return None
        methods = methods.union(inherited)
    return methods


def _counts(memory: Memory) -> MethodCounts:
    having, classes = memory["counts"]
    return MethodCounts(having, classes)


def _counts_alike(memory: Memory, counted: Mapping[str, int], classes: int) -> bool:
    """Whether each comparison comes to the same where so many more classes have each method."""
    before = _counts(memory)
    having = {name: number + counted.get(name, 0) for name, number in before.having.items()}
    after = MethodCounts(having, before.classes + classes)
    return all(before.is_uncommon(name) == after.is_uncommon(name) for name in having) and all(
        _likeness(before, *pair) == _likeness(after, *pair) for pair in memory["pairs"]
    )


def _likeness(
    counts: MethodCounts, named: bool, mine: Sequence[str], theirs: Sequence[str]
) -> tuple[Any, ...]:
    """What a comparison comes to: of a class that plays no role, no more is said."""
    shared, overlap = counts.likeness({*mine}, {*theirs})
    plays = plays_by_methods(named, len(shared), overlap)
    return (shared, round(overlap, 2)) if plays else ()


def _plain(index: Index, cls: Class) -> list[Any]:
    """A class without its place."""
    members = ((name, _without_place(member)) for name, member in cls.members.items())
    return [cls.bases, _definition(index, cls.place), *members]


def _definition(index: Index, place: Place) -> tuple[Any, ...] | None:
    definition = index.definitions(place[0]).get(place[1])
    return None if definition is None else _without_place(definition)


def _without_place(definition: Definition) -> tuple[Any, ...]:
    return (
        definition.qualname,
        definition.kind,
        definition.target,
        definition.bases,
        definition.decorators,
        definition.params,
        definition.returns,
    )


def _follow(
    memory: Memory, change: FilesChange, known: Sequence[Violation]
) -> list[Violation] | None:
    return moved(change, known) if roles_stand(memory, change) else None


ROLES = Rests(remember_roles, _follow)
"""For rules that judge the classes of a role alone."""


def looked_at_in(index: Index, places: set[Place], path: str) -> Iterator[tuple[str, str, str]]:
    """What a file says of these top-level definitions and their members, without its place."""
    for definition in index.facts(path).definitions:
        if (path, definition.qualname.partition(".")[0]) in places:
            yield definition.qualname, definition.kind, definition.returns
