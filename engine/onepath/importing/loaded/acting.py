"""What the modules of a repository do to others when they are imported."""

import ast
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from onepath.importing.loaded.import_effects import (
    ImportEffect,
    import_effect,
    possible_effects,
)
from onepath.importing.loaded.registering import Registering
from onepath.symbols.graph.imports import reachable
from onepath.symbols.world import World


class Acting:
    """Answers what importing a module does, each module once.

    Args:
        world: The code.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._effects: dict[str, ImportEffect | None] = {}
        self._registering = Registering(world)
        self._alongs: dict[str, frozenset[str]] = {}

    def along(self, path: str) -> frozenset[str]:
        """What is imported while a module is."""
        if path not in self._alongs:
            world = self._world
            self._alongs[path] = reachable([path], world.imports, world.fact_store.load)
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

        reach = reachable(others, imports, world.fact_store.load) | others | {path}
        for one in sorted(({target} | self.along(target)) - reach):
            effect = self.effect(one)
            if effect is not None:
                return one, effect
        return None

    def effect(self, path: str) -> ImportEffect | None:
        """The first thing that a module does to others; None if there is none."""
        if path not in self._effects:
            data = self._world.read([path]).get(path, b"")
            self._effects[path] = import_effect(data, _Around(self._registering, path))
        return self._effects[path]

    def possible(self, path: str) -> Sequence[ImportEffect]:
        """All that a module, which parses, may do to others, where that is not certain."""
        data = self._world.read([path]).get(path, b"")
        return possible_effects(data, _Around(self._registering, path))


class _Around(NamedTuple):
    """What is known around a module."""

    registering: Registering
    path: str

    def is_ours(self, name: str) -> bool:
        return self.registering.is_ours(self.path, name)

    def is_module(self, name: str) -> bool:
        return self.registering.is_module(self.path, name)

    def keeps(self, decorator: ast.expr) -> bool:
        return self.registering.decorator(self.path, decorator)

    def is_told(self, cls: ast.ClassDef) -> bool:
        return self.registering.base(self.path, cls, self.path)

    def changes(self, call: ast.Call) -> bool:
        return self.registering.call(self.path, call, self.path)
