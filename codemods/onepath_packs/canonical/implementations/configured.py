"""One line of `[implementations]`, looked up in the code."""

from typing import NamedTuple

from onepath.model import Definition
from onepath.symbols.resolve import Resolution
from onepath.symbols.tree.names import NotReadableError, Tree
from onepath.symbols.world import World


class ConfiguredClass(NamedTuple):
    """A configured class, or another name, and the canonical class."""

    old: str
    new: str
    path: str
    """The file that defines `old`."""
    definition: Definition
    canonical: Resolution
    kind: str
    """`alias`, `subclass` or `duplicate`"""

    @property
    def place(self) -> tuple[str, str]:
        """(path, name) of the definition of `old`."""
        return self.path, self.definition.qualname


def tree_of(world: World, path: str) -> Tree | None:
    """A file's tree; None if it has none."""
    data = world.read([path]).get(path)
    try:
        return Tree(path, data, world.facts(path), world.resolver) if data is not None else None
    except NotReadableError:
        return None
