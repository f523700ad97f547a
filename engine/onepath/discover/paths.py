"""Every path to a definition, those that lead nowhere any more among them, and who uses which."""

from collections.abc import Collection, Container, Mapping, Sequence
from typing import NamedTuple

from onepath.discover.lost_names.dangling import dangling_uses
from onepath.discover.lost_names.former import Former
from onepath.discover.lost_names.history import LostName
from onepath.errors import InputError
from onepath.facts.prefilter.words import Needles
from onepath.importing.alone import missing_names
from onepath.progress import Progress, quiet
from onepath.symbols.modules import is_test
from onepath.symbols.resolve import Resolution, Step
from onepath.symbols.routes import PathUse, Route, RouteTarget, is_shim, names_of, path_uses
from onepath.symbols.world import World

Formers = dict[LostName, dict[str, Former]]
"""Dangling name -> canonical path -> what the name was to it."""


class Dangling(NamedTuple):
    """A path that leads nowhere any more, and what it was."""

    route: Route
    former: Former | None
    """None where the history does not know it, or was not asked."""
    searched: bool


class CanonicalDiscovery(NamedTuple):
    """Everything that leads, or once led, to one canonical path."""

    canonical: str
    definition: Resolution
    line: int
    routes: tuple[Route, ...]
    dangling: tuple[Dangling, ...]
    shims: frozenset[str]
    """Files on the routes that only forward."""
    own: Route
    """The canonical path itself and its uses."""

    @property
    def canonical_uses(self) -> int:
        return self.own.count

    @property
    def inner(self) -> set[str]:
        """The files through which the canonical path itself reaches the definition."""
        return _inner(self.definition)


def definition_at(world: World, canonical: str) -> Resolution:
    """The definition that a dotted path leads to.

    Raises:
        InputError: It leads to none.
    """
    resolution = world.resolver.dotted(canonical)
    if resolution.kind == "definition" and not resolution.rest:
        module, _, name = canonical.rpartition(".")
        path = world.modules.find(module)
        why = "" if path is None else missing_names(world, path).get(name)
        if why:
            raise InputError(f"'{canonical}' does not exist when the code runs: {why}")
        return resolution
    if resolution.kind == "module":
        raise InputError(f"'{canonical}' is a module", hint="name what is in it: pkg.module.Name")
    if resolution.kind == "definition":
        raise InputError(
            f"'{canonical}' is an attribute of '{resolution.name}', not a module's name"
        )
    reason = resolution.reason or "no such module in this repository"
    raise InputError(
        f"'{canonical}' does not lead to a definition: {reason}",
        hint="`migrate init` alone ranks the names that have several paths",
    )


def find_paths(
    world: World,
    canonical: str,
    definition: Resolution,
    formers: Formers | None = None,
    progress: Progress = quiet,
) -> CanonicalDiscovery:
    """Find every path to a definition, and who uses which.

    Args:
        world: The code.
        canonical: The path that counts as the right one.
        definition: What it leads to.
        formers: What the history says of paths that lead nowhere any more.
        progress: Told, in words, what goes on.
    """
    known = known_formers(formers, canonical)
    names, files, leading = leading_names(world, canonical, definition, known, progress)
    related = {name for name, former in known.items() if former.is_related or name[1] in names}
    if related:
        files = sorted(
            {*files, *world.fact_store.mentioning(Needles.of(name for _, name in related))}
        )
    found = _Found(world, canonical, definition, related)
    for path in files:
        found.add_uses(path, names)
    found.add_offered(leading)
    shims = {step[0] for route in found.routes.values() for step in route.steps}
    return CanonicalDiscovery(
        canonical,
        definition,
        definition_line(world, (definition.path, definition.name)),
        tuple(sorted(found.routes.values(), key=lambda route: (-route.count, route.dotted))),
        tuple(
            Dangling(route, known.get(name), formers is not None)
            for name, route in sorted(found.dangling.items(), key=lambda x: (-x[1].count, x[0]))
        ),
        frozenset(path for path in shims if is_shim(path, world.resolver)),
        found.own,
    )


class _Found:
    """The paths to a definition as far as they have been met.

    Args:
        world: The code.
        canonical: The path that counts as the right one.
        definition: What it leads to.
        related: Names that are gone and had to do with it.
    """

    def __init__(
        self, world: World, canonical: str, definition: Resolution, related: Collection[LostName]
    ) -> None:
        self._world, self._definition, self._related = world, definition, related
        self.own = Route(canonical)
        self.routes: dict[str, Route] = {}
        self.dangling: dict[LostName, Route] = {}

    def add_uses(self, path: str, names: Container[str]) -> None:
        """The uses in a file of what leads to the definition, or is gone and led there.

        Args:
            path: The file.
            names: Those under which the definition is known.
        """
        world, target = self._world, self._definition
        facts = world.facts(path)
        for use in dangling_uses(path, facts, world.resolver):
            if self._is_related(use) or use.name in names:
                self._dangles(use)
        for use in path_uses(path, facts, world.resolver):
            resolution = use.resolution
            if self._is_related(use):
                # It stands for something again since the history has proven it.
                if resolution.kind == "definition":
                    self._dangles(use)
            elif (resolution.path, resolution.name, resolution.rest) == (
                target.path,
                target.name,
                (),
            ):
                if use.dotted == self.own.dotted:
                    self.own.add(use)
                elif use.file not in _inner(target):
                    self.routes.setdefault(use.dotted, Route(use.dotted)).add(use)

    def add_offered(self, leading: Mapping[Step, Resolution]) -> None:
        """The paths that modules offer, whether anybody uses them or not."""
        for (path, name), resolution in leading.items():
            module = self._world.modules.name(path)
            dotted = f"{module}.{name}"
            is_known = dotted == self.own.dotted or (module, name) in self._related
            if not is_known and not is_test(path) and _is_offered(self._world, path, name):
                self.routes.setdefault(dotted, Route(dotted, resolution.route))

    def _is_related(self, use: PathUse) -> bool:
        return (use.module, use.name) in self._related

    def _dangles(self, use: PathUse) -> None:
        self.dangling.setdefault((use.module, use.name), Route(use.dotted)).add(use)


def known_formers(formers: Formers | None, canonical: str) -> dict[LostName, Former]:
    """What names that are gone were to one canonical definition."""
    return {name: by[canonical] for name, by in (formers or {}).items() if canonical in by}


def leading_names(
    world: World,
    canonical: str,
    definition: Resolution,
    known: Mapping[LostName, Former],
    progress: Progress,
) -> tuple[set[str], Sequence[str], Mapping[Step, Resolution]]:
    """The names under which a definition is known, the files that spell one, and who has them."""
    targets = ((definition.path, definition.name),)
    names = {canonical.rpartition(".")[2], definition.name}
    names |= {
        name for (_, name), former in known.items() if former.is_certain and former.to == canonical
    }
    files: set[str] = set()
    new = names
    while True:
        progress(f"looking for {', '.join(sorted(new))}")
        files.update(world.fact_store.mentioning(Needles.of(new)))
        leading = names_of(targets, sorted(files), world.resolver, names)
        new = {name for _, name in leading} - names
        if not new:
            return names, sorted(files), leading
        names |= new


def _inner(definition: Resolution) -> set[str]:
    """The files through which the canonical path itself reaches the definition."""
    return {definition.path, *(path for path, _ in definition.route)}


def _is_offered(world: World, path: str, name: str) -> bool:
    """Whether a module means to offer the name, rather than merely to use it."""
    facts = world.facts(path)
    listed = facts.exports is not None and any(name == n for n, _, _ in facts.exports.names)
    aliased = any(d.qualname == name and d.kind != "assign" for d in facts.definitions)
    return listed or aliased or is_shim(path, world.resolver)


def definition_line(world: World, target: RouteTarget) -> int:
    """The line on which a definition begins."""
    for definition in world.facts(target[0]).definitions:
        if definition.qualname == target[1]:
            return definition.line
    return 1
