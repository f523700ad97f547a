"""The places that name what is to go because this tool or its user wrote it down: never code."""

from collections.abc import Callable, Iterable

from onepath.audit.baseline import is_baseline
from onepath.config.migrate_toml import CONFIG_NAME, PROJECT, Config, own_lines
from onepath.symbols.find_references.targets import Holder
from onepath.symbols.world import World


def own_text(config: Config, path: str, data: bytes) -> Callable[[int], bool]:
    """Which lines of a file are a configuration's, or a baseline's; for other files none.

    Args:
        config: Has the path of its file. A `migrate.toml` is one as well, also where another is
            in use, and so is the table of a `pyproject.toml`.
        path: The file.
        data: Its content.
    """
    if path.endswith(".json") and is_baseline(data):
        return lambda _: True
    name = path.rpartition("/")[2]
    is_used = config.path is not None and f"/{config.path.as_posix()}".endswith(f"/{path}")
    if not config.follows and (is_used or name in (CONFIG_NAME, PROJECT)):
        own = own_lines(data, name)
        return lambda line: own is None or line in own
    return lambda _: False


def without_own_text(world: World, config: Config, holders: Iterable[Holder]) -> list[Holder]:
    """Those places that stand in something else than the configuration or a baseline."""
    holders = list(holders)
    files = world.read(
        sorted({holder.path for holder in holders if holder.path.endswith((".json", ".toml"))})
    )
    own = {path: own_text(config, path, data) for path, data in files.items()}
    return [
        holder for holder in holders if holder.path not in own or not own[holder.path](holder.line)
    ]
