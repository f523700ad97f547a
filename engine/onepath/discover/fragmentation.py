"""The symbols of a repository that are reached by several paths, with every route to each."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from onepath.config.migrate_toml import Config
from onepath.discover.paths import definition_line, find_paths
from onepath.discover.ranking import ranked_names
from onepath.facts.store.cache import FactsCache
from onepath.model import Executor, Snapshot
from onepath.progress import Progress, quiet
from onepath.symbols.resolve import Resolution, Step
from onepath.symbols.routes import Route, RouteTarget, is_shim
from onepath.symbols.world import World

CONFIGURED = 40
"""So many symbols that the configuration names are looked into."""
RANKED = 20
"""So many others are, the most fragmented first."""


class Stop(NamedTuple):
    """A module-level name on a route."""

    dotted: str
    is_shim: bool
    """Whether its module only forwards."""


class PathTo(NamedTuple):
    """A path by which a symbol is imported."""

    dotted: str
    stops: tuple[Stop, ...]
    """From the path itself to the definition; empty where it leads nowhere."""
    uses: int
    files: int


class Fragmented(NamedTuple):
    """A symbol and the paths to it."""

    canonical: str
    """The configured path, or else the most used one."""
    is_configured: bool
    path: str
    line: int
    paths: tuple[PathTo, ...]
    """The canonical one first, then by number of uses."""
    dangling: tuple[PathTo, ...]
    """Paths of its name that lead nowhere; looked for where the symbol is configured."""


class Fragmentation(NamedTuple):
    """What is fragmented in a repository."""

    symbols: tuple[Fragmented, ...]
    """The configured ones first, then others by how many imports do not use the most used path."""
    configured: int
    """How many the configuration names; at most `CONFIGURED` of them are in `symbols`."""
    others: int
    """How many others are imported by several paths; at most `RANKED` are in `symbols`."""


def fragmentation(
    snapshot: Snapshot,
    config: Config,
    *,
    executor: Executor,
    cache_dir: Path | None = None,
    progress: Progress = quiet,
) -> Fragmentation:
    """Find the symbols that have several paths: the configured ones, and the worst of the others.

    Args:
        snapshot: The code.
        config: Names canonical paths.
        executor: Runs the reading.
        cache_dir: Where facts are kept; None keeps none.
        progress: Told, in words, what goes on.
    """
    with FactsCache(cache_dir) as cache:
        world = World.open(snapshot, cache, executor, roots=config.roots, progress=progress)
        configured = _configured(world, config)
        symbols = [
            _found(world, canonical, definition, progress)
            for canonical, definition in list(configured.values())[:CONFIGURED]
        ]
        progress("ranking the names that have several paths")
        others = [ranked for ranked in ranked_names(world) if ranked.target not in configured]
        for ranked in others[:RANKED]:
            paths = tuple(_path(world, route, ranked.target) for route in ranked.routes)
            line = definition_line(world, ranked.target)
            symbols.append(Fragmented(paths[0].dotted, False, ranked.target[0], line, paths, ()))
    return Fragmentation(tuple(symbols), len(configured), len(others))


def _configured(world: World, config: Config) -> dict[RouteTarget, tuple[str, Resolution]]:
    """The definitions that the configuration names a canonical path for, each with that path."""
    named = (*(symbol.path for symbol in config.canonical), *config.imports.values())
    found: dict[RouteTarget, tuple[str, Resolution]] = {}
    for canonical in dict.fromkeys(named):
        definition = world.resolver.dotted(canonical)
        if definition.kind == "definition" and not definition.rest:
            target = definition.path, definition.name
            found.setdefault(target, (canonical, definition))
    return found


def _found(world: World, canonical: str, definition: Resolution, progress: Progress) -> Fragmented:
    finding = find_paths(world, canonical, definition, progress=progress)
    target = definition.path, definition.name
    own = finding.own
    own.steps = own.steps or definition.route
    paths = [_path(world, route, target) for route in (own, *finding.routes)]
    dangling = [
        PathTo(one.route.dotted, (), one.route.count, len(one.route.files))
        for one in finding.dangling
    ]
    return Fragmented(canonical, True, definition.path, finding.line, tuple(paths), tuple(dangling))


def _path(world: World, route: Route, target: RouteTarget) -> PathTo:
    steps = dict.fromkeys((*route.steps, target))
    return PathTo(route.dotted, tuple(_stops(world, steps)), route.count, len(route.files))


def _stops(world: World, steps: dict[Step, None]) -> Iterator[Stop]:
    for path, name in steps:
        yield Stop(f"{world.modules.name(path)}.{name}", is_shim(path, world.resolver))
