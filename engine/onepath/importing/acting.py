"""What the modules of a repository do to others when they are imported."""

import ast
from collections.abc import Iterable, Mapping
from functools import partial

from onepath.analysis.import_effects import ImportEffect, import_effect, statements
from onepath.facts.extract.definitions import dotted
from onepath.facts.extract.file import parse
from onepath.facts.source import SourceText, UndecodableError
from onepath.symbols.graph.imports import reachable
from onepath.symbols.resolve import Step
from onepath.symbols.world import World

_PLAIN_METACLASSES = frozenset(("ABCMeta", "EnumMeta", "EnumType", "type"))
_PLAIN_MAKERS = frozenset(("NamedTuple", "NewType", "TypedDict", "TypeVar", "namedtuple"))
_Binding = ast.ClassDef | ast.Assign


class Acting:
    """Answers what importing a module does, each module once.

    Args:
        world: The code.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._effects: dict[str, ImportEffect | None] = {}
        self._bindings: dict[str, Mapping[str, _Binding]] = {}
        self._alongs: dict[str, frozenset[str]] = {}

    def along(self, path: str) -> frozenset[str]:
        """What is imported while a module is."""
        if path not in self._alongs:
            world = self._world
            self._alongs[path] = reachable([path], world.imports, world.book.load)
        return self._alongs[path]

    def only_by(
        self, path: str, target: str, others: Iterable[str]
    ) -> tuple[str, ImportEffect] | None:
        """A module that acts, and that a file imports in time by one of its imports alone.

        Args:
            path: The file.
            target: What the import imports.
            others: What its other imports import while it is imported itself.

        Returns:
            Its file and what it does; None if there is none.
        """
        world, others = self._world, {*others}

        def imports(one: str) -> Iterable[str]:
            return () if one == path else world.imports(one)

        reach = reachable(others, imports, world.book.load) | others | {path}
        for one in sorted(({target} | self.along(target)) - reach):
            effect = self.effect(one)
            if effect is not None:
                return one, effect
        return None

    def effect(self, path: str) -> ImportEffect | None:
        """The first thing that a module does to others; None if there is none."""
        if path not in self._effects:
            data = self._world.read([path]).get(path, b"")
            self._effects[path] = import_effect(
                data, partial(self._is_ours, path), lambda base: self._knows(base, path, set())
            )
        return self._effects[path]

    def _is_ours(self, path: str, name: str) -> bool:
        """Whether a module imports a name from this repository."""
        found = self._world.resolver.name(path, name) if name else None
        return found is not None and found.kind in ("definition", "module") and found.path != path

    def _knows(self, base: str, path: str, seen: set[Step], outside: str = "") -> bool:
        """Whether a base, or one of its own, is told of the classes that inherit from it.

        Args:
            base: As a class statement has it.
            path: The module in which it stands.
            seen: The bases that have been looked at.
            outside: The module whose class it is, if that is another one: what a module tells
                itself is no effect on others.
        """
        own = outside or path
        found = self._world.resolver.attributes(path, base.split(".")) if base else None
        if found is None or found.kind != "definition" or found.rest:
            return False
        step = found.path, found.name
        if step in seen:
            return False
        seen.add(step)
        node = self._bound(found.path).get(found.name)
        if isinstance(node, ast.ClassDef):
            if found.path != own and _has_hook(node):
                return True
            return any(self._knows(dotted(one), found.path, seen, own) for one in node.bases)
        return found.path != own and node is not None

    def _bound(self, path: str) -> Mapping[str, _Binding]:
        """The classes of a module, and what it makes by calls that may give one."""
        if path not in self._bindings:
            self._bindings[path] = _bindings(self._world.read([path]).get(path, b""))
        return self._bindings[path]


def _bindings(data: bytes) -> Mapping[str, _Binding]:
    try:
        tree = parse(SourceText(data).utf8)
    except (SyntaxError, UndecodableError):
        return {}
    found: dict[str, _Binding] = {}
    for node in statements(tree.body):
        if isinstance(node, ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            maker = dotted(node.value.func).rpartition(".")[2]
            names = [one.id for one in node.targets if isinstance(one, ast.Name)]
            found.update(dict.fromkeys(names if maker not in _PLAIN_MAKERS else (), node))
    return found


def _has_hook(node: ast.ClassDef) -> bool:
    """Whether a class is told of its subclasses when they are made."""
    if any(
        isinstance(one, ast.FunctionDef) and one.name == "__init_subclass__" for one in node.body
    ):
        return True
    return any(
        one.arg == "metaclass" and dotted(one.value).rpartition(".")[2] not in _PLAIN_METACLASSES
        for one in node.keywords
    )
