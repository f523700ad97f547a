"""`[factories]`: the factories that are deprecated, and what takes the place of each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from onepath.analysis.factories.deprecated import DeprecatedFactory
from onepath.codemod import Checks, Table
from onepath.config.schema import BOOLEAN, STRING, STRINGS, Schema, closed, keyed, keyed_by_path
from onepath.config.tables.renames import normal, path_problem
from onepath.config.toml.values import expression_problem

_NOT_FILLED_IN = "..."
"""What `migrate init` proposes for an argument that no call gives: somebody has to say it."""
_KEYS = ("to", "rename", "drop", "add", "accept")


@dataclass(frozen=True, slots=True)
class Factories(Table):
    """The deprecated factories."""

    table_name = "factories"

    deprecated: tuple[DeprecatedFactory, ...] = ()
    """In the order of the file."""

    @classmethod
    def read(cls, value: Any, checks: Checks) -> Self:
        """Read the tables `[factories."dotted.path"]`."""
        factories: dict[str, DeprecatedFactory] = {}
        for keys, table in _tables(checks.table(value, cls.table_name), (), checks):
            place = (cls.table_name, *keys)
            old = normal(".".join(keys))
            problem = path_problem(old) or (f"'{old}' appears twice" if old in factories else "")
            if problem:
                checks.add(f"factories: {problem}", *place)
            checks.unknown_keys(table, _KEYS, *place)
            factories.setdefault(old, _factory(old, table, checks, place))
        return cls(tuple(factories.values()))

    @classmethod
    def schema(cls) -> Schema:
        """Dotted factories, each with what takes its place."""
        texts = keyed(STRING)
        keys = {"to": STRING, "rename": texts, "drop": STRINGS, "add": texts, "accept": BOOLEAN}
        return keyed_by_path(cls.table_name, closed(keys, required=["to"]))


def _factory(
    old: str, table: Mapping[str, Any], checks: Checks, place: tuple[str, ...]
) -> DeprecatedFactory:
    to = ""
    if "to" not in table:
        checks.add(f"factories: '{old}' needs to = \"the.path.that.stays\"", *place)
    else:
        to = normal(checks.string(table["to"], path_problem, *place, "to"))
        if to == old:
            checks.add(f"factories: '{old}' is to become itself", *place, "to")
    rename = _by_parameter(table.get("rename", {}), checks, _argument_problem, *place, "rename")
    given = _by_parameter(table.get("add", {}), checks, expression_problem, *place, "add")
    add = {name: text for name, text in given.items() if text.strip() != _NOT_FILLED_IN}
    drop = checks.strings(table.get("drop", []), _argument_problem, *place, "drop")
    for name in sorted(set(drop) & rename.keys()):
        checks.add(f"factories: '{name}' is both renamed and dropped", *place, "drop")
    accept = checks.boolean(table.get("accept", False), *place, "accept")
    return DeprecatedFactory(old, to, checks.line(*place), rename, drop, add, accept)


def _tables(
    table: Mapping[str, Any], path: tuple[str, ...], checks: Checks
) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """The tables that describe a factory; `[factories.a.b]` is nested in TOML."""
    for key, value in table.items():
        if not isinstance(value, dict):
            text = f'factories: expected a table, [factories."package.module.{key}"]'
            checks.add(text, "factories", *path, key)
        elif value.keys().isdisjoint(_KEYS) and any(
            isinstance(inner, dict) for inner in value.values()
        ):
            yield from _tables(value, (*path, key), checks)
        else:
            yield (*path, key), value


def _by_parameter(
    value: Any, checks: Checks, problem_of: Callable[[str], str], *place: str
) -> dict[str, str]:
    """A table of parameter names and texts."""
    texts: dict[str, str] = {}
    for name, text in checks.table(value, *place).items():
        if problem := _argument_problem(name):
            checks.add(f"{place[-1]}: '{name}' {problem}", *place, name)
        texts[name] = checks.string(text, problem_of, *place, name)
    return texts


def _argument_problem(name: str) -> str:
    return "" if name.isidentifier() else "is not the name of a parameter"
