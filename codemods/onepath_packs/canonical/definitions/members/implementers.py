"""Classes that stand for another one without inheriting from it.

A class that has all that a protocol asks for is taken for it, and one that an abstract class has
registered. Who calls a method of the protocol finds theirs.
"""

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator

from onepath.analysis.classes import ancestors, outside_name
from onepath.analysis.index import Index
from onepath.analysis.instance_attributes import InstanceAttributes
from onepath.analysis.neighbourhood import index_around
from onepath.analysis.top_classes import Class, Place
from onepath.codemod import Needles, World
from onepath.facts.extract.definitions import dotted
from onepath.facts.extract.file import module_tree

_REGISTER = Needles.of(["register"])
_NOT_ASKED_FOR = frozenset((
    "__slots__", "__doc__", "__module__", "__init__", "__new__", "__init_subclass__",
    "__subclasshook__", "__class_getitem__", "__match_args__", "__annotations__",
))  # fmt: skip
"""What `typing` takes for no member of a protocol."""


class Implementers:
    """Answers which classes stand for others.

    Args:
        index: The classes.
        attributes: What methods set on their instances.
    """

    def __init__(self, index: Index, attributes: InstanceAttributes) -> None:
        self._index = index
        self._attributes = attributes

    def is_protocol(self, cls: Class) -> bool:
        """Whether a class is a protocol itself."""
        return any(
            base.kind == "external" and outside_name(base) == "Protocol"
            for base in self._index.bases(cls)
        )

    def members(self, protocol: Class) -> frozenset[str]:
        """What a protocol asks for."""
        line = (protocol, *filter(self.is_protocol, ancestors(self._index, protocol)))
        return frozenset(name for cls in line for name in cls.members) - _NOT_ASKED_FOR

    def asks_for(self, cls: Class, member: str) -> bool:
        """Whether a class is a protocol that asks for a member, not one that only sets it."""
        return self.is_protocol(cls) and member in self.members(cls)

    def stands_for(self, cls: Class, protocol: Class) -> bool:
        """Whether a class has all that a protocol asks for, and does not inherit from it."""
        line = (cls, *ancestors(self._index, cls))
        if protocol.place in {one.place for one in line}:
            return False
        missing = self.members(protocol) - {name for one in line for name in one.members}
        return all(any(self._attributes.has(one, name) for one in line) for name in missing)

    def among(self, family: Collection[Place], member: str) -> Iterator[Class]:
        """The classes with a member that stand for one of some classes.

        Args:
            family: The classes.
            member: A name that each of those found defines itself.
        """
        classes = self._index.classes
        protocols = [classes[place] for place in family if self.asks_for(classes[place], member)]
        registered = self._registered(family)
        for cls in classes.values():
            has = member in cls.members or self._attributes.has(cls, member)
            if (
                has
                and cls.place not in family
                and not self.is_protocol(cls)
                and (
                    cls.place in registered
                    or any(self.stands_for(cls, protocol) for protocol in protocols)
                )
            ):
                yield cls

    def _registered(self, family: Collection[Place]) -> frozenset[Place]:
        """The classes that one of some classes is told to take for its own."""
        world = self._index.world
        names = {name for _, name in family}
        either = b"|".join(re.escape(name.encode()) for name in sorted(names))
        asked = re.compile(rb"\b(?:%b)\.register\b" % either)
        mentioning = world.fact_store.mentioning
        paths = {*mentioning(_REGISTER)} & {*mentioning(Needles.of(names))}
        found: set[Place] = set()
        for path, data in world.read(sorted(paths)).items():
            if asked.search(data) and world.facts(path).failure is None:
                for base, cls in _registering(module_tree(data)):
                    if self._place(path, base) in family:
                        found.add(self._place(path, cls))
        return frozenset(found)

    def _place(self, path: str, node: ast.expr) -> Place:
        spelled = dotted(node)
        meant = self._index.named(path, spelled) if spelled else None
        return (meant.path, meant.name) if meant is not None and not meant.rest else ("", "")


def standing_for(index: Index, place: Place, member: str) -> Iterator[Class]:
    """The classes that stand for one with a member, or for a protocol which asks for that.

    Args:
        index: The classes, which may not have all those below these.
        place: A class with the member.
        member: The name.
    """
    known = Implementers(index, InstanceAttributes(index.world))
    every = index.classes.values()
    protocols = {cls.place for cls in every if member in cls.members and known.is_protocol(cls)}
    yield from known.among(protocols | ({place} & index.classes.keys()), member)


def index_with(
    world: World, wanted: Iterable[str], member: str, others: Callable[[Index], Iterable[Class]]
) -> tuple[Index, tuple[str, ...]]:
    """An index around definitions and a member of further classes that are found in it; its words.

    Args:
        world: The code.
        wanted: The dotted paths of the definitions.
        member: The name.
        others: Finds the classes: whatever is below them has to be in the index as well.
    """
    paths = [*wanted]
    while True:
        index, words = index_around(world, paths)
        found = {f"{index.module(cls.path)}.{cls.name}.{member}" for cls in others(index)}
        if found <= {*paths}:
            return index, words
        paths += sorted(found.difference(paths))


def _registering(tree: ast.Module) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What registers a class, and the class: in a call, or in a decorator."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=base, attr="register"), args=[cls]):
                yield base, cls
            case ast.ClassDef(name=name, decorator_list=decorators):
                for decorator in decorators:
                    if isinstance(decorator, ast.Attribute) and decorator.attr == "register":
                        yield decorator.value, ast.Name(name, ast.Load())
