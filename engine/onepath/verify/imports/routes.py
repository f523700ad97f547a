"""Which routes a run-time verification imports: every path of the configuration that is there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from onepath.config.migrate_toml import Config
from onepath.facts.store.cache import FactsCache
from onepath.model import Executor, Snapshot
from onepath.progress import Progress, quiet
from onepath.symbols.world import World

_GONE = ("no such module", "no such name")


class RuntimeRoute(NamedTuple):
    """One path as it is imported: `from module import name`, then attributes."""

    module: str
    names: tuple[str, ...]

    @property
    def dotted(self) -> str:
        return ".".join((self.module, *self.names))


class RuntimeGroup(NamedTuple):
    """Paths that shall all give one object."""

    canonical: RuntimeRoute
    others: tuple[RuntimeRoute, ...]


@dataclass(frozen=True, slots=True)
class RuntimeCheck:
    """What is to be imported, and from where."""

    roots: tuple[str, ...]
    """Source roots relative to the top folder, in their order; `""` is that folder."""
    groups: tuple[RuntimeGroup, ...]
    """One for each canonical path, in the order of the configuration."""
    gone: tuple[str, ...]
    """Old paths of the configuration that lead nowhere any more; they are not imported."""


def runtime_check(
    snapshot: Snapshot,
    config: Config,
    *,
    executor: Executor,
    cache_dir: Path | None = None,
    progress: Progress = quiet,
) -> RuntimeCheck:
    """Find the routes to every canonical path of `[imports]`, without importing anything.

    A module that is renamed as a whole stands for the names that both it and its canonical
    module offer.

    Args:
        snapshot: The code.
        config: Its `imports` are the paths.
        executor: Runs the reading.
        cache_dir: Where facts are kept; None keeps none.
        progress: Told, in words, what goes on.
    """
    with FactsCache(cache_dir) as cache:
        world = World.open(snapshot, cache, executor, roots=config.roots, progress=progress)
        groups: dict[RuntimeRoute, list[RuntimeRoute]] = {}
        gone = []
        for old, new in config.imports.items():
            resolution = world.resolver.dotted(old)
            # What is not ours, by its name, can't be there either: its top package is gone.
            if resolution.kind == "external" or resolution.reason in _GONE:
                gone.append(old)
                continue
            pairs = [(old, new)]
            if world.resolver.dotted(new).kind == "module":
                pairs = list(_names_of_module(world, old, new))
            for one, canonical in pairs:
                others = groups.setdefault(_route(world, canonical), [])
                others.append(_route(world, one))
        return RuntimeCheck(
            (*world.modules.roots, *world.modules.projects), _frozen(groups), tuple(gone)
        )


def source_roots(snapshot: Snapshot, config: Config, *, executor: Executor) -> tuple[str, ...]:
    """Return the folders from which modules are imported, relative to the top; `""` is that."""
    with FactsCache(None) as cache:
        world = World.open(snapshot, cache, executor, roots=config.roots)
        return (*world.modules.roots, *world.modules.projects)


def _frozen(groups: Mapping[RuntimeRoute, list[RuntimeRoute]]) -> tuple[RuntimeGroup, ...]:
    return tuple(
        RuntimeGroup(canonical, tuple(dict.fromkeys(others)))
        for canonical, others in groups.items()
    )


def _route(world: World, dotted: str) -> RuntimeRoute:
    parts = dotted.split(".")
    for count in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:count])
        if world.modules.find(module) is not None:
            return RuntimeRoute(module, tuple(parts[count:]))
    module, _, name = dotted.rpartition(".")
    return RuntimeRoute(module or name, (name,) if module else ())


def _names_of_module(world: World, old: str, new: str) -> Iterator[tuple[str, str]]:
    """The names below an old module that its canonical module defines too."""
    resolver, modules = world.resolver, world.modules
    below = {modules.name(path) for path in modules.files if path.endswith(".py")}
    for module in sorted(name for name in below if name == old or name.startswith(f"{old}.")):
        twin = new + module[len(old) :]
        path, other = modules.find(module), modules.find(twin)
        if path is None or other is None:
            continue
        offered = resolver.star_names(path)[0] | resolver.table(path).names.keys()
        for name in sorted(offered):
            known = resolver.name(path, name).kind != "unresolved"
            if known and resolver.name(other, name).kind == "definition" and name[:2] != "__":
                yield f"{module}.{name}", f"{twin}.{name}"
