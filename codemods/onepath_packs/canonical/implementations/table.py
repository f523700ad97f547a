"""`[implementations]`: other implementations of canonical classes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from onepath.codemod import Checks, Table
from onepath.config.schema import STRING, Schema, keyed_by_path
from onepath.config.tables.by_path import strings_by_path
from onepath.config.tables.renames import normal, path_problem


@dataclass(frozen=True, slots=True)
class Implementations(Table):
    """Classes whose role a canonical class has."""

    table_name = "implementations"

    canonical: Mapping[str, str] = field(default_factory=dict)
    """Dotted class -> the canonical class, in the order of the file."""

    @classmethod
    def read(cls, value: Any, checks: Checks) -> Self:
        """Read `"dotted.Old" = "canonical.Class"`, however the dots are written."""
        canonical = strings_by_path(
            value, cls.table_name, checks, key_problem=path_problem, value_problem=_class_problem
        )
        return cls({old: normal(new) for old, new in canonical.items()})

    @classmethod
    def schema(cls) -> Schema:
        """Dotted classes, each with the canonical one."""
        return keyed_by_path(cls.table_name, STRING)


def _class_problem(old: str, new: str) -> str:
    is_same = normal(new) == old
    return path_problem(new) or (f"'{old}' is to become itself" if is_same else "")
