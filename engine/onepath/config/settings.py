"""What the user's configuration tells the rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from onepath.config.tables.table import T, Tables, table_of
from onepath.symbols.outside.environment import Environment


@dataclass(frozen=True)
class CanonicalSymbol:
    """A class that shall be the only one of its role."""

    path: str
    """Its canonical dotted path."""
    roles: tuple[str, ...] = ()
    """Globs of class names that claim the role, besides the interface."""
    required: tuple[str, ...] = ()
    """Methods that every class of the role must have; empty: the public ones of the class."""
    factory: str = ""
    """The canonical way to make one, dotted; empty: the class itself."""
    legacy_factories: tuple[str, ...] = ()
    """Globs of names of factory functions and methods that shall not be used any more."""
    protocol: str = ""
    """The dotted path of a `Protocol` of its public methods that is to be written; empty: none."""


@dataclass(frozen=True)
class Settings:
    """Everything the rules look at besides the code."""

    imports: Mapping[str, str] = field(default_factory=dict)
    """Deprecated path -> canonical path."""
    inside: bool = False
    """Whether modules of a package use the package itself as canonical path."""
    environment: Environment | None = None
    """Where modules outside the repository are read; None: where this program runs."""
    canonical: tuple[CanonicalSymbol, ...] = ()
    tables: Tables = field(default_factory=dict)
    """By name, the tables of the packs that are written; ask `table`."""

    def table(self, wanted: type[T]) -> T:
        """The table of a pack, by its class; with its defaults, if it is not written."""
        return table_of(self.tables, wanted)
