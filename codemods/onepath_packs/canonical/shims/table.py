"""`[shims]`: which modules are shims, and what becomes of each; `[moves]`: what leaves them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self, cast, get_args

from onepath.codemod import Checks, Table
from onepath.config.schema import STRING, Schema, choice, keyed_by_path
from onepath.config.tables.by_path import strings_by_path
from onepath.config.tables.renames import name_problem, path_problem

Fate = Literal["delete", "warn", "split", "keep"]
FATES: tuple[Fate, ...] = get_args(Fate)


@dataclass(frozen=True, slots=True)
class Shims(Table):
    """The modules that only forward."""

    table_name = "shims"

    fates: Mapping[str, Fate] = field(default_factory=dict)
    """Dotted module -> what becomes of it, in the order of the file."""

    @classmethod
    def read(cls, value: Any, checks: Checks) -> Self:
        """Read `"dotted.module" = "delete"`, however the dots are written."""
        fates = strings_by_path(
            value, cls.table_name, checks, key_problem=name_problem, value_problem=_fate_problem
        )
        return cls(cast(Mapping[str, Fate], fates))

    @classmethod
    def schema(cls) -> Schema:
        """Dotted modules, each with its fate."""
        return keyed_by_path(cls.table_name, choice(FATES))


@dataclass(frozen=True, slots=True)
class Moves(Table):
    """What a module defines that is to be elsewhere."""

    table_name = "moves"

    destinations: Mapping[str, str] = field(default_factory=dict)
    """Dotted path of a definition or module -> the module or package that gets it, in the order of
    the file."""

    @classmethod
    def read(cls, value: Any, checks: Checks) -> Self:
        """Read `"pkg.mod.Name" = "pkg.other"`, however the dots are written."""
        return cls(
            strings_by_path(
                value,
                cls.table_name,
                checks,
                key_problem=path_problem,
                value_problem=_destination_problem,
            )
        )

    @classmethod
    def schema(cls) -> Schema:
        """Dotted paths, each with a module."""
        return keyed_by_path(cls.table_name, STRING)


def _destination_problem(path: str, module: str) -> str:
    if path.rpartition(".")[0] == module:
        return f"'{path}' is in '{module}' already"
    return name_problem(module)


def _fate_problem(module: str, fate: str) -> str:
    choices = ", ".join(f"'{choice}'" for choice in FATES)
    return "" if fate in FATES else f"'{module}' is one of {choices}, not '{fate}'"
