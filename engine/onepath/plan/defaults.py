"""What runs where nobody has written a configuration: a pack's defaults for code that it knows."""

from collections.abc import Mapping
from pathlib import Path

from onepath.codemod.packs.configuration import parse_config
from onepath.codemod.packs.pack import Pack
from onepath.config.migrate_toml import Config
from onepath.facts.store.cache import FactsCache
from onepath.model import Executor, Snapshot
from onepath.symbols.world import World


def default_config(
    snapshot: Snapshot,
    packs: Mapping[str, Pack],
    *,
    executor: Executor,
    cache_dir: Path | None = None,
) -> Config | None:
    """The configuration that an installed pack has for this code; None if none recognises it.

    Args:
        snapshot: The code.
        packs: The installed packs; the first one by name that recognises the code is taken.
        executor: Runs the reading.
        cache_dir: Where facts are kept; None keeps none.

    Raises:
        ConfigError: The pack's own configuration has errors.
    """
    with FactsCache(cache_dir) as cache:
        world = World.open(snapshot, cache, executor)
        for name, pack in sorted(packs.items()):
            text = pack.defaults(world)
            if text:
                text = f'pack = "{name}"\n{text}'
                return parse_config(text, f"the defaults of the pack '{name}'")
    return None
