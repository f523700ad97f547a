"""The user's configuration: `migrate.toml`, or `[tool.migrate]` in `pyproject.toml`."""

import posixpath
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from onepath.errors import ConfigError, InputError
from onepath.plan.config_lines import TomlPath, locate, syntax_problem
from onepath.plan.config_names import Problem, Rename, read_renames, rename_problems
from onepath.plan.config_values import branch_problem, glob_problem, root_problem

CONFIG_NAME = "migrate.toml"
SCHEMAS = (1,)
DEFAULT_PACK = "websocket"
DOCUMENTS = ("rewrite", "list")

_KEYS = ("schema", "pack", "branch_prefix", "roots", "exclude", "documents", "imports")
_PROJECT = "pyproject.toml"
_PROJECT_TABLE = ("tool", "migrate")
_PROJECT_HEADER = re.compile(r"^[ \t]*\[\[?[ \t]*tool[ \t]*\.[ \t]*migrate\b", re.MULTILINE)
_PACK = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_TYPE_NAMES = {
    bool: "true or false",
    dict: "a table",
    float: "a number",
    int: "a number",
    list: "a list",
    str: "a string",
}


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
    own, project = folder / CONFIG_NAME, folder / _PROJECT
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
    table = _PROJECT_TABLE if path.name == _PROJECT else ()
    return replace(parse_config(_read(path), str(path), table=table), path=path)


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
        content: Any = tomllib.loads(text)
    except ValueError as error:
        raise _syntax_error(error, text, name) from None
    for key in table:
        content = content.get(key, {}) if isinstance(content, dict) else content
    reader = _Reader(locate(text), table)
    config = reader.config(content)
    if reader.problems:
        raise ConfigError(name, sorted(reader.problems))
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
    text = _read(project)
    try:
        tool = tomllib.loads(text).get("tool")
    except ValueError:
        # Whoever reads the file next reports the error, if it is ours to read.
        return _PROJECT_HEADER.search(text) is not None
    return isinstance(tool, dict) and "migrate" in tool


class _Reader:
    """Takes the parsed TOML apart and collects everything that is wrong with it."""

    def __init__(self, lines: Mapping[TomlPath, int], table: tuple[str, ...]) -> None:
        self.problems: list[Problem] = []
        self._lines = lines
        self._table = table

    def config(self, content: Any) -> Config:
        if not isinstance(content, dict):
            self._wrong_type(content, "a table")
            content = {}
        # The keys of a schema that is not known here can't be judged.
        if self._schema_is_known(content.get("schema", SCHEMAS[0])):
            self._unknown_keys(content)
        else:
            content = {}
        pack = self._pack(content.get("pack", DEFAULT_PACK))
        renames = self._imports(content.get("imports", {}))
        return Config(
            path=None,
            pack=pack,
            branch_prefix=self._branch_prefix(content.get("branch_prefix", f"migrate/{pack}")),
            roots=self._roots(content["roots"]) if "roots" in content else None,
            exclude=self._strings("exclude", content.get("exclude", []), glob_problem),
            documents=self._documents(content.get("documents", DOCUMENTS[0])),
            imports={rename.old: rename.new for rename in renames},
            lines={rename.old: rename.line for rename in renames},
        )

    def _schema_is_known(self, value: Any) -> bool:
        if type(value) is not int:
            self._wrong_type(value, "a number", "schema")
        elif value not in SCHEMAS:
            known = ", ".join(map(str, SCHEMAS))
            self._add(f"schema {value} is not supported; known: {known}", "schema")
        return value in SCHEMAS

    def _unknown_keys(self, content: Mapping[str, Any]) -> None:
        for key in content:
            if key not in _KEYS:
                close = get_close_matches(key, _KEYS, n=1)
                end = f"; did you mean '{close[0]}'?" if close else f"; known: {', '.join(_KEYS)}"
                self._add(f"unknown key '{key}'{end}", key)

    def _pack(self, value: Any) -> str:
        if not isinstance(value, str):
            self._wrong_type(value, "a string", "pack")
        elif not _PACK.fullmatch(value):
            self._add(f"'{value}' is not the name of a pack", "pack")
        else:
            return value
        return DEFAULT_PACK

    def _branch_prefix(self, value: Any) -> str:
        if not isinstance(value, str):
            self._wrong_type(value, "a string", "branch_prefix")
            return ""
        if problem := branch_problem(value):
            self._add(f"git takes no branch '{value}/...': {problem}", "branch_prefix")
        return value

    def _documents(self, value: Any) -> str:
        if not isinstance(value, str):
            self._wrong_type(value, "a string", "documents")
        elif value not in DOCUMENTS:
            choices = " or ".join(f"'{choice}'" for choice in DOCUMENTS)
            self._add(f"documents is {choices}, not '{value}'", "documents")
        return str(value)

    def _roots(self, value: Any) -> tuple[str, ...]:
        roots = self._strings("roots", value, root_problem)
        normal = (posixpath.normpath(root) for root in roots)
        return tuple(dict.fromkeys("" if root == "." else root for root in normal))

    def _strings(self, key: str, value: Any, problem_of: Callable[[str], str]) -> tuple[str, ...]:
        if not isinstance(value, list):
            self._wrong_type(value, "a list of strings", key)
            return ()
        for index, item in enumerate(value):
            if not isinstance(item, str):
                self._wrong_type(item, "a string", key, index)
            elif problem := problem_of(item):
                self._add(f"{key}: '{item}' {problem}", key, index)
        return tuple(item for item in value if isinstance(item, str))

    def _imports(self, value: Any) -> Sequence[Rename]:
        if not isinstance(value, dict):
            self._wrong_type(value, "a table of old = new", "imports")
            return ()
        renames, problems = read_renames(value, self._lines, (*self._table, "imports"))
        self.problems += problems
        self.problems += rename_problems(renames)
        return renames

    def _wrong_type(self, value: Any, wanted: str, *path: str | int) -> None:
        found = _TYPE_NAMES.get(type(value), "a date or time")
        name = path[0] if path else ".".join(self._table) or "the configuration"
        self._add(f"{name}: expected {wanted}, found {found}", *path)

    def _add(self, text: str, *path: str | int) -> None:
        place: TomlPath = (*self._table, *path)
        while place and place not in self._lines:
            place = place[:-1]
        self.problems.append((self._lines.get(place, 0), text))
