"""When the roles of classes stand although some files have changed.

Which classes play the role of a canonical one rests on how many classes define each method. A
change leaves that alone where the number of classes that count, the methods that any class in
question has, and those classes themselves are what they were.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from onepath.analysis.classes import (
    ancestors,
    claims,
    descendants,
    in_tests,
    interface,
    pool,
    role_classes,
    role_names,
)
from onepath.analysis.index import Index
from onepath.analysis.top_classes import Class, Place
from onepath.audit.changes import FilesChange, Memory, Rests, moved
from onepath.audit.finding import Violation
from onepath.model import Definition


def remember_roles(index: Index) -> Memory:
    """What a change must leave alone; None where no canonical symbol is a class."""
    return index.once("roles remembered", lambda: _remember(index))


def roles_stand(memory: Memory, change: FilesChange) -> bool:
    """Whether every role is played by the same classes, and these are the same."""
    if memory is None:
        return True
    for path in change.paths:
        before, after = (_classes(index, path) for index in (change.before, change.after))
        for name in before.keys() | after.keys():
            cls, two = before.get(name), after.get(name)
            if cls is not None and two is not None:
                if not _same(memory, change, cls, two):
                    return False
            elif not in_tests(path) or not (
                (cls is None or _is_apart(memory, change.before, cls))
                and (two is None or _is_apart(memory, change.after, two))
            ):
                return False
        for place in memory["routes"]:
            if place[0] == path and _definition(change.before, place) != _definition(
                change.after, place
            ):
                return False
    return True


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
    for canonical, cls in roles:
        places |= {cls.place, *pool(index, canonical, cls)}
        family |= {cls.place, *descendants(index, cls)}
    for place in tuple(places):
        places.update(ancestor.place for ancestor in ancestors(index, index.classes[place]))
    return {
        "places": places,
        "names": {name for place in places for name in interface(index, index.classes[place])},
        "family": family,
        "patterns": tuple({name for canonical, _ in roles for name in role_names(canonical)}),
        "routes": routes,
    }


def _classes(index: Index, path: str) -> dict[str, Class]:
    return {name: cls for (where, name), cls in index.classes.items() if where == path}


def _same(memory: Memory, change: FilesChange, cls: Class, two: Class) -> bool:
    if cls.place in memory["places"]:
        return _plain(change.before, cls) == _plain(change.after, two)
    names: set[str] = memory["names"]
    return names.isdisjoint(cls.interface ^ two.interface)


def _is_apart(memory: Memory, index: Index, cls: Class) -> bool:
    """Whether a class of tests, which do not count, has to do with no role."""
    bases = [base for base in index.bases(cls) if base.kind == "definition"]
    related: set[Place] = memory["places"] | memory["family"]
    names: set[str] = memory["names"]
    return (
        cls.place not in related
        and not claims(cls.name, memory["patterns"])
        and len(bases) < 2
        and all((base.path, base.name) not in related for base in bases)
        and names.isdisjoint(cls.interface)
    )


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
