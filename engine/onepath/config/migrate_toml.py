"""The user's configuration: `migrate.toml`, or `[tool.migrate]` in `pyproject.toml`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from onepath.config.reader import LEDGER_FOLDER, Registry, pack_names, read_keys
from onepath.config.settings import CanonicalSymbol, Settings
from onepath.config.tables.audit import AuditConfig
from onepath.config.tables.phases import Phases
from onepath.config.tables.table import T, Table, Tables, table_of
from onepath.config.toml.checks import Checks
from onepath.config.toml.lines import locate, syntax_problem
from onepath.errors import ConfigError, InputError
from onepath.model import Refusal, Review, Withheld
from onepath.snapshot.toml import read_toml
from onepath.symbols.outside.environment import Environment

CONFIG_NAME = "migrate.toml"
PROJECT = "pyproject.toml"
_PROJECT_TABLE = ("tool", "migrate")
_PROJECT_HEADER = re.compile(r"^[ \t]*\[\[?[ \t]*tool[ \t]*\.[ \t]*migrate\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Config:
    """What the user asks for, checked."""

    path: Path | None
    """The file it was read from."""
    packs: tuple[str, ...]
    """The packs that serve the repository, in order: names, or paths of folders."""
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
    tables: Tables = field(default_factory=dict)
    """By name, the tables of the packs that are written; ask `table`."""
    follows: bool = False
    """Whether this file is rewritten like any other. A migration's own file has to go on naming the
    old paths; where a definition gets another path, it names the definition."""
    inside: bool = False
    """Whether modules of a package that is the canonical path of one of its own definitions
    import by that path as well."""
    phases: Phases | None = None
    """Phase -> the versions in it; None: as the packs have them."""
    ledger: str = LEDGER_FOLDER
    """The folder of the ledger, relative to the top folder; empty: none is kept."""
    stamped: tuple[str, ...] = ()
    """Versions that take no part, because somebody has said that they are applied. The ledger
    says so, not the configuration's file."""
    withheld: Mapping[str, tuple[Withheld, ...]] = field(default_factory=dict)
    """By version, places that it leaves alone because a gate fails with them; see `stamped`."""
    reviews: Mapping[str, Review] = field(default_factory=dict)
    """By version, what somebody who reviewed it has decided; see `stamped`."""
    review: Review | None = None
    """That of the version at work; the planner sets it."""
    left_alone: Mapping[str, Mapping[int | tuple[int, str], Refusal]] = field(default_factory=dict)
    """Path -> places of the code as it is, by offset or by (scope, name), that the version at work
    leaves alone, each with why; see `review`."""
    verify: tuple[str, ...] = ()
    """The gates: commands that must not newly fail with a phase."""
    minimum: Mapping[str, str] = field(default_factory=dict)
    """Library, or `python` -> the oldest version of it with which the code still has to run."""
    followed: tuple[str, ...] = ()
    """Which old names lead to their canonical path by way of others, as lines."""
    environment: Environment | None = None
    """Where modules outside the repository are read; None: where this program runs."""

    def table(self, wanted: type[T]) -> T:
        """The table of a pack, by its class; with its defaults, if it is not written."""
        return table_of(self.tables, wanted)

    def has(self, wanted: type[Table]) -> bool:
        """Whether a table of a pack is written."""
        return wanted.table_name in self.tables


def settings(config: Config) -> Settings:
    """What the rules of the audit look at."""
    return Settings(
        imports=config.imports,
        inside=config.inside,
        environment=config.environment,
        canonical=config.canonical,
        tables=config.tables,
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


def load_config(path: Path, registry: Registry) -> Config:
    """Read a configuration file; in a `pyproject.toml`, its table `[tool.migrate]`.

    Args:
        path: The file.
        registry: What the packs bring.

    Raises:
        InputError: The file can't be read, or a pack that it names can't be had.
        ConfigError: It has errors; all of them are in it.
    """
    table = _PROJECT_TABLE if path.name == PROJECT else ()
    return replace(parse_config(_read(path), str(path), registry, table=table), path=path)


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


def parse_config(
    text: str, name: str, registry: Registry, *, table: tuple[str, ...] = ()
) -> Config:
    """Read a configuration from its text.

    Args:
        text: TOML.
        name: What messages call it.
        registry: What the packs bring.
        table: The keys below which the configuration stands.

    Raises:
        InputError: A pack that it names can't be had.
        ConfigError: It has errors; all of them are in it.
    """
    content = _content(text, name, table)
    checks = Checks(locate(text), table)
    config = Config(**read_keys(content, checks, registry))
    if checks.problems:
        raise ConfigError(name, sorted(checks.problems))
    return config


def named_packs(path: Path) -> tuple[str, ...]:
    """The packs that a configuration file names, whatever else is in it.

    Raises:
        InputError: The file can't be read.
        ConfigError: It is no TOML.
    """
    table = _PROJECT_TABLE if path.name == PROJECT else ()
    content = _content(_read(path), str(path), table)
    return pack_names(content, Checks({}, table)) if isinstance(content, dict) else ()


def _content(text: str, name: str, table: tuple[str, ...]) -> Any:
    """The TOML below a table."""
    try:
        content: Any = read_toml(text)
    except ValueError as error:
        raise _syntax_error(error, text, name) from None
    for key in table:
        content = content.get(key, {}) if isinstance(content, dict) else content
    return content


def _syntax_error(error: ValueError, text: str, name: str) -> ConfigError:
    overlap = "overwrite" in str(error)
    hint = 'a key appears twice, or names need quotes: "old.module" beside "old.module.Name"'
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
