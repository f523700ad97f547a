"""`[implementations]`: other implementations of canonical classes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from onepath.codemod import Checks, Table
from onepath.config.schema import STRING, Schema, keyed_by_path
from onepath.config.tables.renames import leaves, normal, path_problem


@dataclass(frozen=True, slots=True)
class Implementations(Table):
    """Classes whose role a canonical class has."""

    table_name = "implementations"

    canonical: Mapping[str, str] = field(default_factory=dict)
    """Dotted class -> the canonical class, in the order of the file."""

    @classmethod
    def read(cls, value: Any, checks: Checks) -> Self:
        """Read `"dotted.Old" = "canonical.Class"`, however the dots are written."""
        canonical: dict[str, str] = {}
        for keys, new in leaves(checks.table(value, cls.table_name)):
            place = (cls.table_name, *keys)
            old = normal(".".join(keys))
            if problem := path_problem(old):
                checks.add(f"implementations: {problem}", *place)
            if not isinstance(new, str):
                checks.wrong_type(new, "a string", *place)
            elif problem := path_problem(new):
                checks.add(f"implementations: {problem}", *place)
            elif normal(new) == old or old in canonical:
                what = "stands twice" if old in canonical else "is to become itself"
                checks.add(f"implementations: '{old}' {what}", *place)
            else:
                canonical[old] = normal(new)
        return cls(canonical)

    @classmethod
    def schema(cls) -> Schema:
        """Dotted classes, each with the canonical one."""
        return keyed_by_path(cls.table_name, STRING)
