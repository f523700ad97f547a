"""Every way to one symbol: what `migrate explain pkg.mod.Name` tells."""

from collections import defaultdict
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from onepath.config.migrate_toml import Config
from onepath.discover.paths import definition_at, find_paths
from onepath.errors import InputError
from onepath.facts.store.cache import FactsCache
from onepath.model import Executor, Snapshot
from onepath.progress import Progress, quiet
from onepath.symbols.resolve import Resolution
from onepath.symbols.routes import Route
from onepath.symbols.world import World

_NEAR = 3
"""So many definitions are suggested for a word that names none."""


class WayTo(NamedTuple):
    """One path to a symbol, and who uses it."""

    dotted: str
    stops: tuple[str, ...]
    """The modules that it goes through; shims are marked."""
    uses: int
    files: tuple[str, ...]


class SymbolRoutes(NamedTuple):
    """A symbol and everything that leads to it."""

    canonical: str
    is_configured: bool
    """Whether the configuration calls that path canonical; else it is where the symbol is."""
    path: str
    line: int
    ways: tuple[WayTo, ...]
    """The canonical one first, then by number of uses."""
    dangling: tuple[WayTo, ...]
    """Paths of the same name that lead nowhere."""


def symbol_routes(
    snapshot: Snapshot,
    config: Config,
    dotted: str,
    *,
    executor: Executor,
    cache_dir: Path | None = None,
    progress: Progress = quiet,
) -> SymbolRoutes:
    """Find every path to the symbol that a dotted path means.

    Args:
        snapshot: The code.
        config: Its renames say what a path that is gone means, and which path is canonical.
        dotted: Any path to the symbol.
        executor: Runs the reading.
        cache_dir: Where facts are kept; None keeps none.
        progress: Told, in words, what goes on.

    Raises:
        InputError: The path leads to no definition.
    """
    with FactsCache(cache_dir) as cache:
        world = World.open(snapshot, cache, executor, roots=config.roots, progress=progress)
        definition = _definition(world, config, dotted)
        canonical = _configured(world, config, definition)
        defined = f"{world.modules.name(definition.path)}.{definition.name}"
        discovery = find_paths(world, canonical or defined, definition, progress=progress)
        ways = [discovery.own, *discovery.routes]
        return SymbolRoutes(
            canonical=canonical or defined,
            is_configured=canonical != "",
            path=definition.path,
            line=discovery.line,
            ways=tuple(_way(world, route, discovery.shims) for route in ways),
            dangling=tuple(
                _way(world, dangling.route, discovery.shims) for dangling in discovery.dangling
            ),
        )


def close_names(
    snapshot: Snapshot,
    config: Config,
    dotted: str,
    *,
    executor: Executor,
    cache_dir: Path | None = None,
) -> list[str]:
    """Dotted paths that look like one that leads nowhere, the likeliest first."""
    with FactsCache(cache_dir) as cache:
        world = World.open(snapshot, cache, executor, roots=config.roots)
        return get_close_matches(dotted, sorted({*_candidates(world, config, dotted)}), n=3)


def names_like(
    snapshot: Snapshot,
    config: Config,
    word: str,
    *,
    executor: Executor,
    cache_dir: Path | None = None,
) -> list[str]:
    """Dotted paths of definitions whose name is a word, or looks like it; the likeliest first.

    Every file is read for that, unless the cache has it.
    """
    with FactsCache(cache_dir) as cache:
        world = World.open(snapshot, cache, executor, roots=config.roots)
        world.fact_store.load(world.fact_store.python)
        places: dict[str, list[str]] = defaultdict(list)
        for path in world.modules.files:
            for name in world.resolver.table(path).names:
                places[name].append(f"{world.modules.name(path)}.{name}")
        near = [word] if word in places else get_close_matches(word, places, n=3, cutoff=0.5)
        found: dict[object, str] = {}
        for dotted in (dotted for name in near for dotted in sorted(places[name])):
            where = world.resolver.dotted(dotted)
            if where.kind == "definition":
                own = f"{world.modules.name(where.path)}.{where.name}"
                found.setdefault(where.target, own)
        return list(found.values())[:_NEAR]


def _candidates(world: World, config: Config, dotted: str) -> Iterator[str]:
    """The configured names, the names in the module that is meant, and the modules beside it."""
    yield from config.imports
    yield from config.imports.values()
    module = dotted.rpartition(".")[0]
    path = world.modules.find(module) if module else None
    if path is not None:
        yield from (f"{module}.{name}" for name in world.resolver.table(path).names)
        return
    names = map(world.modules.name, world.modules.files)
    for close in get_close_matches(module, names, n=5):
        path = world.modules.find(close)
        if path is not None:
            yield from (f"{close}.{name}" for name in world.resolver.table(path).names)


def _definition(world: World, config: Config, dotted: str) -> Resolution:
    try:
        return definition_at(world, dotted)
    except InputError:
        if dotted not in config.imports:
            raise
        return definition_at(world, config.imports[dotted])


def _configured(world: World, config: Config, definition: Resolution) -> str:
    """The path to a definition that the configuration calls canonical; empty if none."""
    paths = (*(symbol.path for symbol in config.canonical), *config.imports.values())
    for path in dict.fromkeys(paths):
        if world.resolver.dotted(path).target == definition.target:
            return path
    return ""


def _way(world: World, route: Route, shims: frozenset[str]) -> WayTo:
    stops = (
        f"{world.modules.name(path)}{' (shim)' if path in shims else ''}" for path, _ in route.steps
    )
    files = tuple(sorted(route.files))
    return WayTo(route.dotted, tuple(dict.fromkeys(stops)), route.count, files)
