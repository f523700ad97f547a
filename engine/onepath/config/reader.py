"""Reads every key of the configuration, and collects everything that is wrong with it."""

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from onepath.config.tables.audit import read_audit, read_canonical
from onepath.config.tables.phases import read_phases
from onepath.config.tables.renames import Rename, follow_chains, read_renames, rename_problems
from onepath.config.tables.table import Table
from onepath.config.toml.checks import Checks
from onepath.config.toml.values import (
    branch_problem,
    command_problem,
    glob_problem,
    root_problem,
    version_problem,
)

SCHEMAS = (1,)
LEDGER_FOLDER = ".migrate/ledger"
DOCUMENTS = ("rewrite", "list")

_KEYS = (
    "schema", "pack", "packs", "branch_prefix", "roots", "exclude", "documents", "inside",
    "imports", "canonical", "audit", "phases", "ledger", "minimum", "verify",
)  # fmt: skip
_PACK = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_PACK_PATH = re.compile(r"\.{0,2}[\w-][\w.-]*(/[\w.-]+)+|\./[\w.-]+")


class Brought(NamedTuple):
    """What the packs bring to a configuration that names them."""

    packs: tuple[str, ...]
    """As the configuration names them, in order; the default one where it names none."""
    name: str
    """What the first of them is called."""
    tables: Mapping[str, type[Table]]
    """By name, the tables that may be written."""
    others: Mapping[str, str]
    """Tables of packs that are installed and not named -> the pack."""


Registry = Callable[[tuple[str, ...]], Brought]
"""Says what packs bring, by their names as written; empty for the default."""


def read_keys(content: Any, checks: Checks, registry: Registry) -> dict[str, Any]:
    """Read the keys of a configuration, as the arguments of a `Config`.

    Raises:
        InputError: A pack that it names can't be had.
    """
    return _Reader(checks).arguments(content, registry)


def is_pack_path(name: str) -> bool:
    """Whether a pack is named by the path of its folder."""
    return "/" in name


def pack_names(content: Mapping[str, Any], checks: Checks) -> tuple[str, ...]:
    """The packs that are named by `pack` or `packs`; empty for the default, or if it is wrong."""
    if "pack" in content and "packs" in content:
        checks.add("`pack` and `packs` are two names of one key; keep one", "packs")
    if "pack" in content:
        value = content["pack"]
        names = value if isinstance(value, list) else [value]
        key = "pack"
    else:
        names, key = content.get("packs", []), "packs"
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        wanted = "a string" if key == "pack" else "a list of strings"
        wrong = content[key]
        checks.wrong_type(wrong, wanted, key)
        return ()
    if not names and key in content:
        checks.add(f"{key}: is empty; leave it out for the default", key)
    for index, name in enumerate(names):
        place = (key,) if isinstance(content[key], str) else (key, index)
        if not _PACK.fullmatch(name) and not _PACK_PATH.fullmatch(name):
            checks.add(f"'{name}' is not the name of a pack", *place)
            return ()
        if name in names[:index]:
            checks.add(f"{key}: '{name}' appears twice", *place)
    return tuple(dict.fromkeys(names))


class _Reader:
    def __init__(self, checks: Checks) -> None:
        self._checks = checks

    def arguments(self, content: Any, registry: Registry) -> dict[str, Any]:
        content = self._checks.table(content)
        is_known = self._schema_is_known(content.get("schema", SCHEMAS[0]))
        if not is_known:  # What the keys of another schema mean is not known.
            content = {}
        brought = registry(pack_names(content, self._checks))
        if is_known:
            self._unknown_keys(content, brought)
        written = self._imports(content.get("imports", {}))
        renames, followed = follow_chains(written)
        prefix = content.get("branch_prefix", f"migrate/{brought.name}")
        return {
            "path": None,
            "packs": brought.packs,
            "branch_prefix": self._branch_prefix(prefix),
            "roots": self._roots(content["roots"]) if "roots" in content else None,
            "exclude": self._checks.strings(content.get("exclude", []), glob_problem, "exclude"),
            "documents": self._documents(content.get("documents", DOCUMENTS[0])),
            "inside": self._checks.boolean(content.get("inside", False), "inside"),
            "imports": {rename.old: rename.new for rename in renames},
            "lines": {rename.old: rename.line for rename in renames},
            "canonical": read_canonical(content.get("canonical", {}), self._checks, renames),
            "audit": read_audit(content.get("audit", {}), self._checks),
            "tables": {
                name: table.read(content[name], self._checks)
                for name, table in brought.tables.items()
                if name in content
            },
            "phases": read_phases(content.get("phases"), self._checks),
            "ledger": self._ledger(content.get("ledger", LEDGER_FOLDER)),
            "minimum": self._minimum(content.get("minimum", {})),
            "verify": self._checks.strings(content.get("verify", []), command_problem, "verify"),
            "followed": followed,
        }

    def _schema_is_known(self, value: Any) -> bool:
        if type(value) is not int:
            self._checks.wrong_type(value, "a number", "schema")
        elif value not in SCHEMAS:
            known = ", ".join(map(str, SCHEMAS))
            self._checks.add(f"schema {value} is not supported; known: {known}", "schema")
        return value in SCHEMAS

    def _unknown_keys(self, content: Mapping[str, Any], brought: Brought) -> None:
        elsewhere = {key for key in content if key in brought.others}
        for key in sorted(elsewhere):
            named = ", ".join(f"'{name}'" for name in brought.packs)
            text = (
                f"[{key}] is read by the pack '{brought.others[key]}', and this file uses {named}"
            )
            self._checks.add(text, key)
        known = (*_KEYS, *brought.tables)
        self._checks.unknown_keys([key for key in content if key not in elsewhere], known)

    def _branch_prefix(self, value: Any) -> str:
        if not isinstance(value, str):
            self._checks.wrong_type(value, "a string", "branch_prefix")
            return ""
        if problem := branch_problem(value):
            self._checks.add(f"git takes no branch '{value}/...': {problem}", "branch_prefix")
        return value

    def _documents(self, value: Any) -> str:
        if not isinstance(value, str):
            self._checks.wrong_type(value, "a string", "documents")
        elif value not in DOCUMENTS:
            choices = " or ".join(f"'{choice}'" for choice in DOCUMENTS)
            self._checks.add(f"documents is {choices}, not '{value}'", "documents")
        return str(value)

    def _ledger(self, value: Any) -> str:
        if value is False:
            return ""
        if not isinstance(value, str):
            self._checks.wrong_type(value, "a string or false", "ledger")
            return ""
        folder = posixpath.normpath(value)
        if folder == ".":
            self._checks.add("the ledger needs a folder of its own", "ledger")
        elif ".git" in folder.lower().split("/"):
            self._checks.add("git keeps no file below '.git'", "ledger")
        elif problem := root_problem(value):
            self._checks.add(problem, "ledger")
        return folder

    def _roots(self, value: Any) -> tuple[str, ...]:
        roots = self._checks.strings(value, root_problem, "roots")
        normal = (posixpath.normpath(root) for root in roots)
        return tuple(dict.fromkeys("" if root == "." else root for root in normal))

    def _minimum(self, value: Any) -> Mapping[str, str]:
        table = self._checks.table(value, "minimum")
        return {
            name: self._checks.string(version, version_problem, "minimum", name)
            for name, version in table.items()
        }

    def _imports(self, value: Any) -> Sequence[Rename]:
        checks = self._checks
        if not isinstance(value, dict):
            checks.wrong_type(value, "a table of old = new", "imports")
            return ()
        renames, problems = read_renames(value, checks.lines, (*checks.top, "imports"))
        checks.problems += problems
        checks.problems += [(line, f"imports: {text}") for line, text in rename_problems(renames)]
        return renames
