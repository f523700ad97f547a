"""Paths by which a module has a name from one place or another: `try: from ._fast import f`."""

from collections.abc import Iterable

from onepath.model import Guard
from onepath.symbols.binders import standing
from onepath.symbols.resolve import Resolution, Step
from onepath.symbols.world import World


def alternative(world: World, steps: Iterable[Step], definition: Resolution) -> str:
    """Where else a path may lead than to a definition, in words; empty if nowhere.

    Args:
        world: The code.
        steps: (file, name) of each module on the path.
        definition: What it leads to as far as can be told.
    """
    for path, name in steps:
        for binder in standing(world.resolver.table(path).names.get(name, ())):
            if binder.imported is None or binder.guard & Guard.TYPE_CHECKING:
                continue
            statement, alias = binder.imported
            resolution = world.resolver.imported(path, statement, alias)
            if (resolution.path, resolution.name, resolution.rest) != (
                definition.path,
                definition.name,
                (),
            ):
                source = "." * statement.level + statement.module
                return f"{path}:{statement.line} has it from '{source}' where it can"
    return ""
