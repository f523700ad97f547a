"""What the configuration says to the audit: `[audit]` and `[canonical]`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onepath.config.settings import CanonicalSymbol
from onepath.config.tables.renames import Rename, matching, name_problem, normal
from onepath.config.toml.checks import Checks
from onepath.config.toml.values import file_problem

FAIL_ON = ("any", "new")

_AUDIT_KEYS = ("baseline", "rules", "fail_on")
_CANONICAL_KEYS = ("roles", "required", "factory", "legacy_factories", "protocol")
_RULE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_NAME_GLOB = re.compile(r"[\w.*?\[\]!-]+")


@dataclass(frozen=True, slots=True)
class AuditConfig:
    """How `migrate audit` runs when the command line does not say."""

    baseline: str = ""
    """The file, relative to the configuration's folder; empty: none."""
    rules: tuple[str, ...] | None = None
    """The rules to run; None: all."""
    fail_on: str = ""
    """`any` or `new`; empty: not said."""


def read_audit(value: Any, checks: Checks) -> AuditConfig:
    """Read `[audit]`."""
    table = checks.table(value, "audit")
    checks.unknown_keys(table, _AUDIT_KEYS, "audit")
    result: dict[str, Any] = {}
    if "baseline" in table:
        result["baseline"] = checks.string(table["baseline"], file_problem, "audit", "baseline")
    if "rules" in table:
        result["rules"] = checks.strings(table["rules"], _rule_problem, "audit", "rules")
        if table["rules"] == []:
            checks.add("audit.rules: is empty; leave it out for all rules", "audit", "rules")
    if "fail_on" in table:
        result["fail_on"] = checks.string(table["fail_on"], _fail_on_problem, "audit", "fail_on")
    return AuditConfig(**result)


def read_canonical(
    value: Any, checks: Checks, renames: Sequence[Rename]
) -> tuple[CanonicalSymbol, ...]:
    """Read the tables `[canonical."dotted.Path"]`, in the order of the file.

    Args:
        value: What is at `canonical`.
        checks: Takes the problems.
        renames: `[imports]`; a canonical path must not be deprecated there.
    """
    by_old = {rename.old: rename for rename in renames}
    found: dict[str, CanonicalSymbol] = {}
    for keys, table in _symbol_tables(checks.table(value, "canonical"), (), checks):
        place = ("canonical", *keys)
        path = normal(".".join(keys))
        problem = name_problem(path)
        if not problem and "." not in path:
            problem = f"'{path}' names no module; write 'package.module.{path}'"
        if not problem and (again := matching(path, by_old)):
            problem = f"'{path}' is deprecated on line {again.line}; name the path that is not"
        if not problem and path in found:
            problem = f"'{path}' appears twice"
        if problem:
            checks.add(f"canonical: {problem}", *place)
        checks.unknown_keys(table, _CANONICAL_KEYS, *place)
        found.setdefault(path, _canonical_symbol(path, table, checks, place))
    return tuple(found.values())


def _symbol_tables(
    table: Mapping[str, Any], path: tuple[str, ...], checks: Checks
) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """The tables that say something of a symbol; `[canonical.a.b.C]` is nested in TOML."""
    own = {key: value for key, value in table.items() if not isinstance(value, dict)}
    if path and (own or not table):
        yield path, own
    elif own:
        for key in own:
            text = f'canonical: expected a table, [canonical."package.module.{key}"]'
            checks.add(text, "canonical", key)
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _symbol_tables(value, (*path, key), checks)


def _canonical_symbol(
    path: str, table: Mapping[str, Any], checks: Checks, place: tuple[str, ...]
) -> CanonicalSymbol:
    lists = {
        key: checks.strings(table.get(key, []), problem_of, *place, key)
        for key, problem_of in (
            ("roles", _glob_problem),
            ("required", _method_problem),
            ("legacy_factories", _glob_problem),
        )
    }
    factory, protocol = (
        normal(checks.string(table[key], name_problem, *place, key)) if key in table else ""
        for key in ("factory", "protocol")
    )
    return CanonicalSymbol(
        path, lists["roles"], lists["required"], factory, lists["legacy_factories"], protocol
    )


def _rule_problem(rule: str) -> str:
    return "" if _RULE.fullmatch(rule) else "is not the name of a rule"


def _fail_on_problem(value: str) -> str:
    return "" if value in FAIL_ON else f"it is 'any' or 'new', not '{value}'"


def _glob_problem(glob: str) -> str:
    if not _NAME_GLOB.fullmatch(glob):
        return "is no glob of Python names"
    return "has a '[' that is not closed" if glob.count("[") != glob.count("]") else ""


def _method_problem(name: str) -> str:
    return "" if name.isidentifier() else "is not the name of a method"
