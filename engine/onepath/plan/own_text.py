"""The places that name what is to go because this tool or its user wrote it down: never code."""

from collections.abc import Callable, Iterable

from onepath.audit.baseline import is_baseline
from onepath.plan.config import CONFIG_NAME, Config, own_lines
from onepath.symbols.targets import Holder
from onepath.symbols.world import World


def own_text(config: Config, path: str, data: bytes) -> Callable[[int], bool]:
    """Which lines of a file are the configuration's, or a baseline's; for other files none.

    Args:
        config: Has the name of its file; of a `pyproject.toml` only a table is its own.
        path: The file.
        data: Its content.
    """
    if path.endswith(".json") and is_baseline(data):
        return lambda _: True
    if path == (config.path.name if config.path else CONFIG_NAME):
        own = own_lines(data, path)
        return lambda line: own is None or line in own
    return lambda _: False


def without_own_text(world: World, config: Config, found: Iterable[Holder]) -> list[Holder]:
    """Those places that stand in something else than the configuration or a baseline."""
    found = list(found)
    files = world.read(sorted({one.path for one in found if one.path.endswith((".json", ".toml"))}))
    own = {path: own_text(config, path, data) for path, data in files.items()}
    return [one for one in found if one.path not in own or not own[one.path](one.line)]
