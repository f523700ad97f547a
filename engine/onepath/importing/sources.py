"""The modules that a machine imports, by name."""

from collections.abc import Collection
from functools import cached_property, partial
from posixpath import dirname

from onepath.importing.body import body_of
from onepath.importing.pruning import pruned
from onepath.importing.steps import Bind, BodyStep, FromImport, Import, Load, ModuleBody, StepPlace
from onepath.importing.values import UNKNOWN, ImportValue, Module, ModuleValue, ObjectValue
from onepath.model import Facts
from onepath.symbols.modules import is_package
from onepath.symbols.world import World

Bodies = dict[tuple[str, str], ModuleBody]
"""By path and blob id."""


class Sources:
    """The modules of one state of the code.

    Args:
        world: The code.
        followed: The files whose bodies are followed; all others count as complete at once. None
            follows all.
        whole: Those of `followed` of which every step counts; of the others only what has to do
            with the modules that are followed.
        bodies: Bodies by path and blob id that are known already, and to which others are added:
            two states with the same modules have most of them in common.
    """

    def __init__(
        self,
        world: World,
        followed: Collection[str] | None = None,
        whole: Collection[str] = (),
        bodies: Bodies | None = None,
    ) -> None:
        self._world = world
        self._whole = whole
        self._followed = followed
        self._bodies: Bodies = {} if bodies is None else bodies
        if followed is not None:
            unknown = (path for path in followed if self._key(path) not in self._bodies)
            world.read(sorted(unknown))

    def find(self, name: str, importer: str) -> Module | None:
        """A module, not yet imported; None if it is not in the repository.

        One that has only a stub is compiled, and counts as complete.
        """
        path = self._world.modules.find(name, importer)
        if path is None:
            return None
        if path.endswith("/"):
            return Module(name, path, True, _EMPTY)
        is_followed = self._followed is None or path in self._followed
        is_followed = is_followed and not path.endswith(".pyi")
        body = self._body(path) if is_followed else None
        return Module(name, path, is_package(path), body, done=not is_followed)

    def is_ours(self, name: str, importer: str) -> bool:
        """Whether a module of this name would have to be in the repository."""
        return self._world.modules.is_ours(name, importer) and not name.startswith("__")

    def attribute(self, module: Module, name: str) -> ImportValue | None:
        """An attribute of a module whose body is not followed; None if it has none."""
        resolution = self._world.resolver.name(module.path, name)
        if resolution.kind == "module":
            return ModuleValue(self._world.modules.name(resolution.path))
        if resolution.kind == "definition" and not resolution.rest:
            return ObjectValue(self._world.modules.name(resolution.path), resolution.name, 0)
        missing = resolution.kind == "unresolved" and resolution.reason == "no such name"
        return None if missing else UNKNOWN

    def star_names(self, module: Module) -> Collection[str]:
        """What a star import of a module whose body is not followed brings."""
        return sorted(self._world.resolver.star_names(module.path)[0])

    def _key(self, path: str) -> tuple[str, str]:
        return path, self._world.snapshot.entries[path].oid

    def _body(self, path: str) -> ModuleBody:
        key = self._key(path)
        known = self._bodies.get(key)
        if known is None:
            data = self._world.read([path]).get(path, b"")
            known = body_of(data) or _of_facts(self._world.facts(path))
            if self._followed is not None and path not in self._whole:
                known = pruned(known, partial(self._follows, path))
            self._bodies[key] = known
        return known

    def _follows(self, path: str, step: Import | FromImport | Load) -> bool:
        """Whether an import in a file may lead to a module that is followed, or above one."""
        if isinstance(step, FromImport):
            names = [f"{step.module}.{name}" if step.module else name for name, _ in step.names]
            written = ["." * step.level + one for one in (step.module, *names)]
        else:
            written = [step.module]
        for one in written:
            level = len(one) - len(one.lstrip("."))
            dotted = self._world.modules.absolute(path, level, one.lstrip("."))
            found = self._world.modules.find(dotted, path) if dotted else None
            if found is not None and found in self._around:
                return True
        return False

    @cached_property
    def _around(self) -> frozenset[str]:
        """The files that are followed, and the packages and folders above them."""
        found = {*(self._followed or ())}
        for path in self._followed or ():
            folder = dirname(path)
            while folder:
                found |= {f"{folder}/", f"{folder}/__init__.py"}
                folder = dirname(folder)
        return frozenset(found)


def _of_facts(facts: Facts) -> ModuleBody:
    """What is known of a module that only a newer Python can parse: its imports and names."""
    steps: list[tuple[int, BodyStep]] = []
    for fact in facts.imports:
        place = StepPlace(fact.line, fact.start)
        if fact.scope:
            continue
        if fact.is_from:
            names = tuple((alias.name, alias.bound) for alias in fact.names)
            steps.append((fact.start, FromImport(place, fact.level, fact.module, names)))
        else:
            steps += [(fact.start, Import(place, alias.name, alias.asname)) for alias in fact.names]
    for definition in facts.definitions:
        if "." not in definition.qualname:
            place = StepPlace(definition.line, definition.start)
            steps.append((definition.start, Bind(place, definition.qualname, None)))
    steps.sort(key=lambda step: step[0])
    bound = frozenset(facts.scopes[0].bound) if facts.scopes else frozenset()
    return ModuleBody(tuple(step for _, step in steps), bound, True)


_EMPTY = ModuleBody((), frozenset(), False)
