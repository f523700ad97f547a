"""The lines of the configuration itself, which name everything that is to go."""

from collections.abc import Iterable

from onepath.plan.config import CONFIG_NAME, Config, own_lines
from onepath.symbols.targets import Holder
from onepath.symbols.world import World


def without_own_text(world: World, config: Config, found: Iterable[Holder]) -> list[Holder]:
    """Those places that are not in the configuration; of a `pyproject.toml` only a table is."""
    file = config.path.name if config.path else CONFIG_NAME
    own = own_lines(world.read([file]).get(file, b""), file)
    return [
        one for one in found if one.path != file or (own is not None and one.line not in own)
    ]  # fmt: skip
