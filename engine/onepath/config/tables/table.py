"""A table of the configuration as a dataclass: its fields are the keys that may be written."""

import dataclasses
import typing
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self, TypeVar

from onepath.config.schema import Schema, schema_of_fields
from onepath.config.toml.checks import Checks

_CHECK = "check"


class Table:
    """What a codemod or a rule is told by a table of its own in `migrate.toml`.

    A subclass is a frozen dataclass in which every field has a default; the default stands for a
    table that is not written. Fields of the types `bool`, `int`, `str`, `tuple[str, ...]` and
    `Mapping[str, str]` are read by their names. A table whose keys are not known before, such as
    dotted paths, overrides `read` and `schema`.

        @dataclass(frozen=True, slots=True)
        class Cycles(Table):
            table_name = "cycles"

            paths: tuple[str, ...] = setting(("**",), check=glob_problem)
            defer: bool = False
    """

    __slots__ = ()

    table_name: ClassVar[str]
    """The key under which the table is written."""

    @classmethod
    def read(cls, value: Any, checks: Checks) -> Self:
        """Read the table.

        Args:
            value: What is written under the table's name, as TOML has it.
            checks: Takes every problem, with the keys that lead to it; reading goes on.
        """
        fields = {field.name: field for field in dataclasses.fields(typing.cast(Any, cls))}
        content = checks.table(value, cls.table_name)
        checks.unknown_keys(content, tuple(fields), cls.table_name)
        types = typing.get_type_hints(cls)
        read = {
            key: _read(
                content[key],
                types[key],
                field.metadata.get(_CHECK, _no_problem),
                checks,
                cls.table_name,
                key,
            )
            for key, field in fields.items()
            if key in content
        }
        return cls(**read)

    @classmethod
    def schema(cls) -> Schema:
        """The JSON Schema of the table; every table that `read` takes is valid."""
        return schema_of_fields(cls)


T = TypeVar("T", bound=Table)
Tables = Mapping[str, Table]
"""By name, those that are written."""


def table_of(tables: Tables, wanted: type[T]) -> T:
    """The table of a class; with its defaults, if it is not written."""
    table = tables.get(wanted.table_name)
    return table if isinstance(table, wanted) else wanted()


def setting(default: Any, *, check: Callable[[str], str]) -> Any:
    """A field of a table, each string of which is checked.

    Args:
        default: Its value where it is not written; a mapping is copied.
        check: Says what is wrong with a string; returns "" if nothing is.
    """
    metadata = {_CHECK: check}
    if isinstance(default, dict):
        return dataclasses.field(default_factory=lambda: dict(default), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def check_of(field: "dataclasses.Field[Any]") -> Callable[[str], str] | None:
    """What checks the strings of a field; None if nothing does."""
    return field.metadata.get(_CHECK)


def _no_problem(_: str) -> str:
    return ""


def _read(value: Any, wanted: Any, check: Callable[[str], str], checks: Checks, *place: str) -> Any:
    if wanted is bool:
        return checks.boolean(value, *place)
    if wanted is str:
        return checks.string(value, check, *place)
    if wanted is int:
        if type(value) is not int:
            checks.wrong_type(value, "a number", *place)
            return 0
        return value
    if typing.get_origin(wanted) is tuple:
        return checks.strings(value, check, *place)
    if typing.get_origin(wanted) is Mapping:
        table = checks.table(value, *place)
        return {key: checks.string(text, check, *place, key) for key, text in table.items()}
    raise TypeError(f"{'.'.join(place)}: a table with such a field must override `read`: {wanted}")
