"""The classes beside a canonical one: who uses them, and what that needs of the canonical class."""

import ast
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from onepath.analysis.classes import (
    RoleVerdict,
    ancestors,
    candidates,
    definition_of,
    in_tests,
    method,
)
from onepath.analysis.factories.construction import factories
from onepath.analysis.factories.factory import makers
from onepath.analysis.index import Canonical, Index
from onepath.analysis.instance_attributes import InstanceAttributes
from onepath.analysis.interfaces import Divergence, compare_interfaces
from onepath.analysis.mentions import files_using, mentions
from onepath.analysis.top_classes import Class, Place
from onepath.symbols.find_references.targets import Target
from onepath.symbols.find_references.text_holders import holders
from onepath.symbols.tree.declared import INSTANCE
from onepath.symbols.tree.names import NotReadableError, Tree
from onepath.symbols.tree.receivers import receiver_of

SHOWN = ("implementation", "subclass", "factory", "namesake")
"""The verdicts of candidates that are taken for look-alikes and adapters."""


class User(NamedTuple):
    """A file that uses a class."""

    path: str
    line: int
    """The first use."""
    made: int
    """How often it calls the class."""
    needs: tuple[str, ...]
    """The attributes that it takes of instances which certainly are of the class, sorted."""
    lacking: tuple[str, ...]
    """Those that instances of the canonical class do not have."""


class LookAlike(NamedTuple):
    """A class that has to do with the role of a canonical one."""

    dotted: str
    path: str
    name: str
    line: int
    verdict: RoleVerdict
    """As in `Candidate`."""
    divergence: Divergence
    users: tuple[User, ...]
    importing: tuple[str, ...]
    """Files that import it and do nothing with it: they pass it on at most."""
    named: tuple[str, ...]
    """Strings, configuration and data that name it, as `path:line`; looked for where no file uses
    the class."""

    @property
    def is_unused(self) -> bool:
        """Whether nothing uses it, so that it can be removed."""
        return not self.users and not self.named


class _UsesOfClasses(NamedTuple):
    """What a file does with classes; what these do with themselves left out."""

    needs: Mapping[Place, Collection[str]]
    """Class -> the attributes that the file takes of instances which certainly are of it."""
    made: Counter[Place]
    """How often it calls each class."""


def look_alikes(index: Index, canonical: Canonical, cls: Class) -> list[LookAlike]:
    """The classes outside of tests that play or name the role of a canonical class.

    Args:
        index: The whole repository.
        canonical: The canonical symbol.
        cls: Its class.
    """
    making = makers(factories(index, canonical))
    found = [
        (candidate, index.classes[candidate.place])
        for candidate in candidates(index, canonical, making)
        if candidate.verdict in SHOWN
        and candidate.place in index.classes
        and not in_tests(candidate.path)
    ]
    return [
        _look_alike(index, cls, other, candidate.verdict, canonical.symbol.required)
        for candidate, other in found
    ]


def _look_alike(
    index: Index, cls: Class, other: Class, verdict: RoleVerdict, required: Sequence[str]
) -> LookAlike:
    users, importing = _users(index, cls, other)
    return LookAlike(
        f"{index.module(other.path)}.{other.name}",
        other.path,
        other.name,
        other.line,
        verdict,
        compare_interfaces(index, cls, other, verdict, required),
        users,
        importing,
        () if users else tuple(_named(index, other, importing)),
    )


def _users(index: Index, cls: Class, other: Class) -> tuple[tuple[User, ...], tuple[str, ...]]:
    """The files that use a class, and those that only import it."""
    users: list[User] = []
    importing: list[str] = []
    own = index.definitions(other.path)[other.name]
    for path in files_using(index, (other.place,)):
        starts = [
            use.use.start
            for use in mentions(index, path, frozenset((other.place,)))
            if path != other.path or not own.start <= use.use.start < own.end
        ]
        if starts:
            users.append(_user(index, cls, other.place, path, min(starts)))
        elif path != other.path:
            importing.append(path)
    return tuple(users), tuple(importing)


def _user(index: Index, cls: Class, place: Place, path: str, start: int) -> User:
    line, _ = index.place(path, start)
    # A file that uses one of them often uses many: it is read once for all.
    uses = index.once(("uses of classes", path), lambda: _uses_of_classes(index, path))
    needs = uses.needs.get(place, frozenset())
    lacking = sorted(name for name in needs if not _has(index, cls, name))
    return User(path, line, uses.made[place], tuple(sorted(needs)), tuple(lacking))


def _has(index: Index, cls: Class, name: str) -> bool:
    """Whether instances of a class have an attribute, as a member of it or set by a method."""
    if method(index, cls, name) is not None:
        return True
    made = index.once("instance attributes", lambda: InstanceAttributes(index.world))
    return any(made.has(base, name) for base in (cls, *ancestors(index, cls)))


def _uses_of_classes(index: Index, path: str) -> _UsesOfClasses:
    world = index.world
    needs: dict[Place, set[str]] = {}
    made: Counter[Place] = Counter()
    try:
        tree = Tree(path, world.read([path])[path], world.facts(path), world.resolver)
    except NotReadableError:
        return _UsesOfClasses(needs, made)
    for node in tree.nodes:
        if isinstance(node, ast.Attribute):
            receiver = receiver_of(tree, node.value)
            place = receiver.place if receiver.kind == INSTANCE else None
            if place is not None and not _is_own(index, tree, node, place):
                needs.setdefault(place, set()).add(node.attr)
        elif isinstance(node, ast.Call):
            meant = tree.meaning(node.func)
            place = (meant.path, meant.name) if meant is not None and not meant.rest else None
            if place is not None and not _is_own(index, tree, node, place):
                made[place] += 1
    return _UsesOfClasses(needs, made)


def _is_own(index: Index, tree: Tree, node: ast.expr, place: Place) -> bool:
    """Whether a class does something with itself: that is no use of it."""
    if place[0] != tree.path or place not in index.classes:
        return False
    own, span = definition_of(index, place), tree.span(node)
    return span is None or own.start <= span[0] < own.end


def _named(index: Index, other: Class, importing: Sequence[str]) -> Iterator[str]:
    """What else refers to a class, besides the files that only import it."""
    for holder in holders(index.world, [Target(*other.place)]):
        if holder.breaks and holder.path not in importing and holder.path != other.path:
            yield f"{holder.path}:{holder.line}"
