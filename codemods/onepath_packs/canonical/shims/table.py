"""`[shims]`: which modules are shims, and what becomes of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from onepath.codemod import Checks, Table
from onepath.config.schema import Schema, choice, keyed_by_path
from onepath.config.tables.renames import leaves, name_problem, normal

FATES = ("delete", "warn", "split", "keep")


@dataclass(frozen=True, slots=True)
class Shims(Table):
    """The modules that only forward."""

    table_name = "shims"

    fates: Mapping[str, str] = field(default_factory=dict)
    """Dotted module -> one of `FATES`, in the order of the file."""

    @classmethod
    def read(cls, value: Any, checks: Checks) -> Self:
        """Read `"dotted.module" = "delete"`, however the dots are written."""
        fates: dict[str, str] = {}
        for module, fate in leaves(checks.table(value, cls.table_name)):
            place = (cls.table_name, *module)
            name = normal(".".join(module))
            if problem := name_problem(name):
                checks.add(f"shims: {problem}", *place)
            if not isinstance(fate, str):
                checks.wrong_type(fate, "a string", *place)
            elif fate not in FATES:
                choices = ", ".join(f"'{choice}'" for choice in FATES)
                checks.add(f"shims: '{name}' is one of {choices}, not '{fate}'", *place)
            elif name in fates:
                checks.add(f"shims: '{name}' stands twice", *place)
            else:
                fates[name] = fate
        return cls(fates)

    @classmethod
    def schema(cls) -> Schema:
        """Dotted modules, each with its fate."""
        return keyed_by_path(cls.table_name, choice(FATES))
