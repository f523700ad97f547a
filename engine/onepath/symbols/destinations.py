"""Where renamed paths lead: the canonical paths themselves."""

from typing import NamedTuple

BUILTINS = "builtins"


class Destination(NamedTuple):
    """A canonical path: a name in a module, or a whole module where `name` is empty.

    A name that is built in is one of the module `builtins`, which nobody imports.
    """

    module: str
    name: str

    @property
    def is_builtin(self) -> bool:
        """Whether it is there without an import."""
        return self.module == BUILTINS and bool(self.name)

    @property
    def dotted(self) -> str:
        return f"{self.module}.{self.name}" if self.name else self.module

    @property
    def leaf(self) -> str:
        """The last part of the path."""
        return self.name or self.module.rpartition(".")[2]
