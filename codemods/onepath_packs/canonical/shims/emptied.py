"""What a module defines itself; and the modules that are split of which nothing is left."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from onepath.analysis.forwarding_modules import own_definitions
from onepath.config.migrate_toml import Config
from onepath.symbols.routes import is_new_value
from onepath.symbols.world import World
from onepath_packs.canonical.shims.table import Fate, Shims

_GOES: Fate = "delete"
_SPLIT: Fate = "split"


def defined_in(world: World, path: str) -> Sequence[tuple[int, str]]:
    """What a module that parses defines for others: of each the line, and what it is in words."""
    values = [
        (definition.line, f"variable '{definition.qualname}'")
        for definition in world.facts(path).definitions
        if is_new_value(path, definition, world.resolver)
        and not definition.qualname.startswith("_")
    ]
    return [*own_definitions(world.read([path]).get(path, b"")), *values]


def with_emptied(world: World, config: Config) -> Config:
    """A configuration by which those split modules go that define nothing."""
    emptied = dict.fromkeys(_emptied(world, config), _GOES)
    return _with_fates(config, {**config.table(Shims).fates, **emptied})


def only_emptied(world: World, config: Config) -> Config:
    """A configuration by which those split modules are split that define nothing, and no others."""
    return _with_fates(config, dict.fromkeys(_emptied(world, config), _SPLIT))


def _emptied(world: World, config: Config) -> Iterator[str]:
    for module, fate in config.table(Shims).fates.items():
        path = world.modules.find(module) if fate == _SPLIT else None
        if path is None or path.endswith("/") or world.facts(path).failure is not None:
            continue
        if not defined_in(world, path):
            yield module


def _with_fates(config: Config, fates: Mapping[str, Fate]) -> Config:
    return replace(config, tables={**config.tables, Shims.table_name: Shims(fates)})
