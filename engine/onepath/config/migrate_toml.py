"""The user's configuration: `migrate.toml`, or `[tool.migrate]` in `pyproject.toml`."""

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from onepath.config.audit_tables import (
    AuditConfig,
    EventConfig,
    read_audit,
    read_canonical,
    read_events,
)
from onepath.config.checks import Checks
from onepath.config.codemod_tables import (
    CyclesConfig,
    FactoryConfig,
    read_cycles,
    read_factories,
    read_implementations,
    read_phases,
    read_shims,
)
from onepath.config.lines import locate, syntax_problem
from onepath.config.names import Rename, follow, read_renames, rename_problems
from onepath.config.settings import CanonicalSymbol, Settings
from onepath.config.values import (
    branch_problem,
    command_problem,
    glob_problem,
    root_problem,
    version_problem,
)
from onepath.errors import ConfigError, InputError
from onepath.model import Withheld
from onepath.snapshot.toml import read_toml
from onepath.symbols.outside.environment import Environment

CONFIG_NAME = "migrate.toml"
SCHEMAS = (1,)
DEFAULT_PACK = "websocket"
LEDGER_FOLDER = ".migrate/ledger"
DOCUMENTS = ("rewrite", "list")

_KEYS = (
    "schema", "pack", "branch_prefix", "roots", "exclude", "documents", "inside", "imports",
    "canonical", "audit", "events", "factories", "shims", "implementations", "cycles", "phases",
    "ledger", "minimum", "verify",
)  # fmt: skip
PROJECT = "pyproject.toml"
_PROJECT_TABLE = ("tool", "migrate")
_PROJECT_HEADER = re.compile(r"^[ \t]*\[\[?[ \t]*tool[ \t]*\.[ \t]*migrate\b", re.MULTILINE)
_PACK = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Config:
    """What the user asks for, checked."""

    path: Path | None
    """The file it was read from."""
    pack: str
    branch_prefix: str
    roots: tuple[str, ...] | None
    """Source roots relative to the top folder, `""` for that folder; None: to be found."""
    exclude: tuple[str, ...]
    """Globs of files that are never changed."""
    documents: str
    """`rewrite` or `list`: what happens to paths in documents and configuration files."""
    imports: Mapping[str, str]
    """Old dotted name -> canonical path, in the order of the file."""
    lines: Mapping[str, int]
    """The line of each old name."""
    canonical: tuple[CanonicalSymbol, ...] = ()
    """Classes that shall be the only ones of their role."""
    audit: AuditConfig = field(default_factory=AuditConfig)
    events: EventConfig = field(default_factory=EventConfig)
    factories: tuple[FactoryConfig, ...] = ()
    shims: Mapping[str, str] = field(default_factory=dict)
    """Dotted module -> `delete`, `warn` or `keep`."""
    implementations: Mapping[str, str] = field(default_factory=dict)
    """Dotted class -> the canonical class."""
    cycles: CyclesConfig | None = None
    """None: nothing is done about cycles."""
    inside: bool = False
    """Whether modules of a package that is the canonical path of one of its own definitions
    import by that path as well."""
    phases: Mapping[str, tuple[int, ...]] | None = None
    """Phase -> the versions in it; None: as the pack has them."""
    ledger: str = LEDGER_FOLDER
    """The folder of the ledger, relative to the top folder; empty: none is kept."""
    stamped: tuple[str, ...] = ()
    """Versions that take no part, because somebody has said that they are applied. The ledger
    says so, not the configuration's file."""
    withheld: Mapping[str, tuple[Withheld, ...]] = field(default_factory=dict)
    """By version, places that it leaves alone because a gate fails with them; see `stamped`."""
    places: tuple[Withheld, ...] = ()
    """Those of the version at work that are less than a whole file; the planner sets it."""
    verify: tuple[str, ...] = ()
    """The gates: commands that must not newly fail with a phase."""
    minimum: Mapping[str, str] = field(default_factory=dict)
    """Library, or `python` -> the oldest version of it with which the code still has to run."""
    followed: tuple[str, ...] = ()
    """Which old names lead to their canonical path by way of others, as lines."""
    environment: Environment | None = None
    """Where modules outside the repository are read; None: where this program runs."""


def settings(config: Config) -> Settings:
    """What the rules of the audit look at."""
    return Settings(
        imports=config.imports,
        inside=config.inside,
        environment=config.environment,
        canonical=config.canonical,
        event_kinds=config.events.kinds,
        event_keys=config.events.keys,
        legacy_event_keys=config.events.legacy,
        event_timestamp=config.events.timestamp,
    )


def find_config(folder: Path, explicit: Path | None) -> Path | None:
    """Find the configuration of the repository at `folder`; None if it has none.

    Args:
        folder: The top folder.
        explicit: What the user named instead; it must exist.

    Raises:
        InputError: `explicit` is not a file.
        ConfigError: Both `migrate.toml` and `[tool.migrate]` are there.
    """
    if explicit is not None:
        if not explicit.is_file():
            raise InputError(f"{explicit}: there is no such configuration file")
        return explicit
    own, project = folder / CONFIG_NAME, folder / PROJECT
    in_project = project.is_file() and _has_table(project)
    if not own.is_file():
        return project if in_project else None
    if in_project:
        problem = f"this file and [tool.migrate] in {project} both configure the migration"
        raise ConfigError(
            str(own), [(0, problem)], hint="keep one of them, or choose with --config"
        )
    return own


def load_config(path: Path) -> Config:
    """Read a configuration file; in a `pyproject.toml`, its table `[tool.migrate]`.

    Raises:
        InputError: The file can't be read.
        ConfigError: It has errors; all of them are in it.
    """
    table = _PROJECT_TABLE if path.name == PROJECT else ()
    return replace(parse_config(_read(path), str(path), table=table), path=path)


def own_lines(data: bytes, name: str) -> frozenset[int] | None:
    """The lines of a file that belong to the configuration; None: all of them.

    Args:
        data: The file's content.
        name: Its name; of a `pyproject.toml` only a table does.
    """
    if name != PROJECT:
        return None
    size = len(_PROJECT_TABLE)
    places = locate(data.decode("utf-8", "replace")).items()
    return frozenset(line for keys, line in places if keys[:size] == _PROJECT_TABLE)


def parse_config(text: str, name: str, *, table: tuple[str, ...] = ()) -> Config:
    """Read a configuration from its text.

    Args:
        text: TOML.
        name: What messages call it.
        table: The keys below which the configuration stands.

    Raises:
        ConfigError: It has errors; all of them are in it.
    """
    try:
        content: Any = read_toml(text)
    except ValueError as error:
        raise _syntax_error(error, text, name) from None
    for key in table:
        content = content.get(key, {}) if isinstance(content, dict) else content
    checks = Checks(locate(text), table)
    config = _Reader(checks).config(content)
    if checks.problems:
        raise ConfigError(name, sorted(checks.problems))
    return config


def _syntax_error(error: ValueError, text: str, name: str) -> ConfigError:
    overlap = "overwrite" in str(error)
    hint = 'a key stands twice, or names need quotes: "old.module" beside "old.module.Name"'
    return ConfigError(name, [syntax_problem(error, text)], hint=hint if overlap else "")


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(str(path), [(line, "not UTF-8, which TOML must be")]) from None


def _has_table(project: Path) -> bool:
    return bool(project_table(_read(project)))


def project_table(text: str) -> tuple[str, ...]:
    """The keys of the table that configures the migration in a `pyproject.toml`; empty: none."""
    try:
        tool = read_toml(text).get("tool")
    except ValueError:
        # Whoever reads the file next reports the error, if it is ours to read.
        return _PROJECT_TABLE if _PROJECT_HEADER.search(text) else ()
    return _PROJECT_TABLE if isinstance(tool, dict) and "migrate" in tool else ()


class _Reader:
    """Reads each key of the configuration."""

    def __init__(self, checks: Checks) -> None:
        self._checks = checks

    def config(self, content: Any) -> Config:
        content = self._checks.table(content)
        # The keys of a schema that is not known here can't be judged.
        if self._schema_is_known(content.get("schema", SCHEMAS[0])):
            self._checks.unknown_keys(content, _KEYS)
        else:
            content = {}
        pack = self._pack(content.get("pack", DEFAULT_PACK))
        written = self._imports(content.get("imports", {}))
        renames, followed = follow(written)
        return Config(
            path=None,
            pack=pack,
            branch_prefix=self._branch_prefix(content.get("branch_prefix", f"migrate/{pack}")),
            roots=self._roots(content["roots"]) if "roots" in content else None,
            exclude=self._checks.strings(content.get("exclude", []), glob_problem, "exclude"),
            documents=self._documents(content.get("documents", DOCUMENTS[0])),
            inside=self._checks.boolean(content.get("inside", False), "inside"),
            imports={rename.old: rename.new for rename in renames},
            lines={rename.old: rename.line for rename in renames},
            canonical=read_canonical(content.get("canonical", {}), self._checks, renames),
            audit=read_audit(content.get("audit", {}), self._checks),
            events=read_events(content.get("events", {}), self._checks),
            factories=read_factories(content.get("factories", {}), self._checks),
            shims=read_shims(content.get("shims", {}), self._checks),
            implementations=read_implementations(content.get("implementations", {}), self._checks),
            cycles=read_cycles(content.get("cycles"), self._checks),
            phases=read_phases(content.get("phases"), self._checks),
            ledger=self._ledger(content.get("ledger", LEDGER_FOLDER)),
            minimum=self._minimum(content.get("minimum", {})),
            verify=self._checks.strings(content.get("verify", []), command_problem, "verify"),
            followed=followed,
        )

    def _schema_is_known(self, value: Any) -> bool:
        if type(value) is not int:
            self._checks.wrong_type(value, "a number", "schema")
        elif value not in SCHEMAS:
            known = ", ".join(map(str, SCHEMAS))
            self._checks.add(f"schema {value} is not supported; known: {known}", "schema")
        return value in SCHEMAS

    def _pack(self, value: Any) -> str:
        if not isinstance(value, str):
            self._checks.wrong_type(value, "a string", "pack")
        elif not _PACK.fullmatch(value):
            self._checks.add(f"'{value}' is not the name of a pack", "pack")
        else:
            return value
        return DEFAULT_PACK

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
        checks.problems += rename_problems(renames)
        return renames
