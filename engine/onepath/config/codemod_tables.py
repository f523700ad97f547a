"""What the configuration says to the codemods after the imports.

`[factories]`, `[shims]`, `[implementations]`, `[cycles]` and `[phases]`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from onepath.config.checks import Checks
from onepath.config.names import leaves, name_problem, normal
from onepath.config.values import expression_problem, glob_problem

SHIM_FATES = ("delete", "warn", "split", "keep")
_FACTORY_KEYS = ("to", "rename", "drop", "add", "accept")
_CYCLES_KEYS = ("paths", "defer")


@dataclass(frozen=True, slots=True)
class FactoryConfig:
    """A way to an instance that shall go."""

    old: str
    """Its dotted path: `pkg.mod.make`, `pkg.mod.Factory.create`."""
    to: str
    """The dotted path of what takes its place: a class, a function or a class method."""
    line: int
    rename: Mapping[str, str] = field(default_factory=dict)
    """Its parameter -> the parameter of `to` that takes the argument."""
    drop: tuple[str, ...] = ()
    """Parameters whose arguments are not needed any more."""
    add: Mapping[str, str] = field(default_factory=dict)
    """Parameter of `to` -> the Python literal that each call gives it."""
    accept: bool = False
    """Whether it is all right to lose what it does beyond forwarding."""


@dataclass(frozen=True, slots=True)
class CyclesConfig:
    """What may be done about import cycles."""

    paths: tuple[str, ...] = ("**",)
    """Globs of files whose imports may be moved."""
    defer: bool = False
    """Whether imports of names that only functions use may move into these."""


def read_factories(value: Any, checks: Checks) -> tuple[FactoryConfig, ...]:
    """Read the tables `[factories."dotted.path"]`, in the order of the file."""
    found: dict[str, FactoryConfig] = {}
    for keys, table in _tables(checks.table(value, "factories"), (), checks):
        place = ("factories", *keys)
        old = normal(".".join(keys))
        problem = _path_problem(old) or (f"'{old}' stands twice" if old in found else "")
        if problem:
            checks.add(f"factories: {problem}", *place)
        checks.unknown_keys(table, _FACTORY_KEYS, *place)
        found.setdefault(old, _factory(old, table, checks, place))
    return tuple(found.values())


def _factory(
    old: str, table: Mapping[str, Any], checks: Checks, place: tuple[str, ...]
) -> FactoryConfig:
    to = ""
    if "to" not in table:
        checks.add(f"factories: '{old}' needs to = \"the.path.that.stays\"", *place)
    else:
        to = normal(checks.string(table["to"], _path_problem, *place, "to"))
        if to == old:
            checks.add(f"factories: '{old}' is to become itself", *place, "to")
    rename = _pairs(table.get("rename", {}), checks, _argument_problem, *place, "rename")
    add = _pairs(table.get("add", {}), checks, expression_problem, *place, "add")
    drop = checks.strings(table.get("drop", []), _argument_problem, *place, "drop")
    for name in sorted(set(drop) & rename.keys()):
        checks.add(f"factories: '{name}' is both renamed and dropped", *place, "drop")
    accept = table.get("accept", False)
    if not isinstance(accept, bool):
        checks.wrong_type(accept, "true or false", *place, "accept")
    return FactoryConfig(old, to, checks.line(*place), rename, drop, add, accept is True)


def read_shims(value: Any, checks: Checks) -> Mapping[str, str]:
    """Read `[shims]`: dotted module -> its fate (`SHIM_FATES`), in the order of the file."""
    found: dict[str, str] = {}
    for module, fate in leaves(checks.table(value, "shims")):
        place = ("shims", *module)
        name = normal(".".join(module))
        if problem := name_problem(name):
            checks.add(f"shims: {problem}", *place)
        if not isinstance(fate, str):
            checks.wrong_type(fate, "a string", *place)
        elif fate not in SHIM_FATES:
            choices = ", ".join(f"'{one}'" for one in SHIM_FATES)
            checks.add(f"shims: '{name}' is one of {choices}, not '{fate}'", *place)
        elif name in found:
            checks.add(f"shims: '{name}' stands twice", *place)
        else:
            found[name] = fate
    return found


def read_implementations(value: Any, checks: Checks) -> Mapping[str, str]:
    """Read `[implementations]`: dotted class -> the canonical class, in the order of the file."""
    found: dict[str, str] = {}
    for keys, new in leaves(checks.table(value, "implementations")):
        place = ("implementations", *keys)
        old = normal(".".join(keys))
        if problem := _path_problem(old):
            checks.add(f"implementations: {problem}", *place)
        if not isinstance(new, str):
            checks.wrong_type(new, "a string", *place)
        elif problem := _path_problem(new):
            checks.add(f"implementations: {problem}", *place)
        elif normal(new) == old or old in found:
            what = "stands twice" if old in found else "is to become itself"
            checks.add(f"implementations: '{old}' {what}", *place)
        else:
            found[old] = normal(new)
    return found


def read_cycles(value: Any, checks: Checks) -> CyclesConfig | None:
    """Read `[cycles]`; None where it is not there, so that nothing is done about cycles."""
    if value is None:
        return None
    table = checks.table(value, "cycles")
    checks.unknown_keys(table, _CYCLES_KEYS, "cycles")
    paths = checks.strings(table.get("paths", ["**"]), glob_problem, "cycles", "paths")
    defer = table.get("defer", False)
    if not isinstance(defer, bool):
        checks.wrong_type(defer, "true or false", "cycles", "defer")
    return CyclesConfig(paths, defer is True)


def read_phases(value: Any, checks: Checks) -> Mapping[str, tuple[int, ...]] | None:
    """Read `[phases]`: name -> numbers of its versions, in order; None: as the pack has them."""
    if value is None:
        return None
    found: dict[str, tuple[int, ...]] = {}
    seen: dict[int, str] = {}
    for name, numbers in checks.table(value, "phases").items():
        place = ("phases", name)
        if not name.replace("-", "").isalnum() or not name.isascii():
            checks.add(f"phases: '{name}' may hold letters, digits and hyphens only", *place)
        if not isinstance(numbers, list) or not all(type(one) is int for one in numbers):
            checks.wrong_type(numbers, "a list of version numbers", *place)
            continue
        for number in numbers:
            if number in seen:
                text = f"phases: version {number} is in '{seen[number]}' already"
                checks.add(text, *place)
            seen[number] = name
        if not numbers:
            checks.add(f"phases: '{name}' is empty", *place)
        found[name] = tuple(numbers)
    return found


def _tables(
    table: Mapping[str, Any], path: tuple[str, ...], checks: Checks
) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """The tables that describe a factory; `[factories.a.b]` is nested in TOML."""
    for key, value in table.items():
        if not isinstance(value, dict):
            text = f'factories: expected a table, [factories."package.module.{key}"]'
            checks.add(text, "factories", *path, key)
        elif value.keys().isdisjoint(_FACTORY_KEYS) and any(
            isinstance(inner, dict) for inner in value.values()
        ):
            yield from _tables(value, (*path, key), checks)
        else:
            yield (*path, key), value


def _pairs(value: Any, checks: Checks, problem_of: Any, *place: str) -> dict[str, str]:
    """A table of parameter names and texts."""
    found: dict[str, str] = {}
    for name, text in checks.table(value, *place).items():
        if problem := _argument_problem(name):
            checks.add(f"{place[-1]}: '{name}' {problem}", *place, name)
        found[name] = checks.string(text, problem_of, *place, name)
    return found


def _path_problem(path: str) -> str:
    problem = name_problem(path)
    return problem or ("" if "." in path else f"'{path}' names no module")


def _argument_problem(name: str) -> str:
    return "" if name.isidentifier() else "is not the name of a parameter"
