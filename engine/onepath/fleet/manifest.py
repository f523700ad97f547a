"""The file of a fleet: which repositories belong to it, and where clones and results are kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onepath.config.toml.checks import Checks
from onepath.config.toml.lines import locate
from onepath.config.user_files import parse_toml, read_text
from onepath.errors import ConfigError
from onepath.publish.forges.remote import ForgeName, without_credentials

_KEYS = ("folder", "seconds", "config", "repositories")
_WHERE = ("path", "url", "owner")
_MORE = ("exclude", "rev", "config")
_OF_OWNERS = ("forge", "archived", "forks")
_FORGES: tuple[ForgeName, ...] = ("github", "gitlab")
_FOLDER = ".migrate-fleet"
_SECONDS = 3600
ADDRESS = re.compile(r"(?:https?|ssh|git|file)://\S+|\w[\w.-]*@[\w.-]+:\S+")
"""What may be given to git as an address: nothing that is an option, or a command."""
_OWNER = re.compile(r"(?:https?|ssh)://\S+|\w[\w.-]*@[\w.-]+:\S+|[\w-]+")


@dataclass(frozen=True, slots=True)
class RepositorySource:
    """Some repositories, by where they are."""

    kind: str
    """`path`, `url` or `owner`"""
    value: str
    """A path or a glob, relative to the file's folder; an address that git takes; the address of
    an owner, or the name that one has at github.com."""
    exclude: tuple[str, ...] = ()
    """Globs of names that are left out."""
    rev: str = ""
    """What is planned from; empty for HEAD."""
    config: Path | None = None
    """The configuration that counts in place of the repositories' own."""
    forge: ForgeName | None = None
    """Of an owner: the forge; None if the address tells."""
    archived: bool = False
    """Of an owner: whether archived repositories belong to the fleet."""
    forks: bool = False
    """Of an owner: whether forks belong to the fleet."""

    @property
    def shown(self) -> str:
        """The source as it is written in the file, without credentials."""
        return f'{self.kind} = "{without_credentials(self.value)}"'


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the file says."""

    path: Path
    folder: Path
    """Where clones and results are kept."""
    seconds: int
    """How long one repository may take."""
    sources: tuple[RepositorySource, ...]


def read_manifest(path: Path) -> Manifest:
    """Read the file of a fleet.

    Raises:
        InputError: It can't be read.
        ConfigError: It has errors; all of them with their lines.
    """
    text = read_text(path)
    content = parse_toml(str(path), text)
    checks = Checks(locate(text), ())
    manifest = _Reader(checks, path.resolve()).manifest(content)
    if checks.problems:
        raise ConfigError(str(path), sorted(checks.problems))
    return manifest


class _Reader:
    def __init__(self, checks: Checks, path: Path) -> None:
        self._checks = checks
        self._path = path

    def manifest(self, content: Mapping[str, Any]) -> Manifest:
        checks = self._checks
        checks.unknown_keys(content, _KEYS)
        seconds = content.get("seconds", _SECONDS)
        if type(seconds) is not int or seconds < 1:
            checks.add("seconds: expected a whole number from 1", "seconds")
        folder = checks.string(content.get("folder", _FOLDER), _empty, "folder")
        written = content.get("repositories", [])
        if not isinstance(written, list) or not all(isinstance(one, dict) for one in written):
            checks.add("repositories: write each as a table [[repositories]]", "repositories")
            written = []
        elif not written:
            checks.add("there are no [[repositories]]")
        config = self._file(content.get("config"), "config")
        return Manifest(
            self._path,
            self._path.parent / folder,
            seconds,
            tuple(
                source
                for index, table in enumerate(written)
                if (source := self._source(table, index, config)) is not None
            ),
        )

    def _source(
        self, table: Mapping[str, Any], index: int, config: Path | None
    ) -> RepositorySource | None:
        place = f"repositories[{index}]"
        kinds = [kind for kind in _WHERE if kind in table]
        if len(kinds) != 1:
            self._add(f"{place}: exactly one of {', '.join(_WHERE)} says where they are")
            return None
        kind = kinds[0]
        known = (kind, *_MORE, *(_OF_OWNERS if kind == "owner" else ()))
        for key in table:
            if key not in known:
                self._add(f"{place}: unknown key '{key}'; known: {', '.join(known)}")
        value = self._text(table[kind], f"{place}.{kind}")
        rev = self._text(table["rev"], f"{place}.rev") if "rev" in table else ""
        exclude = table.get("exclude", [])
        if not isinstance(exclude, list) or not all(isinstance(one, str) for one in exclude):
            self._add(f"{place}.exclude: expected a list of strings")
            exclude = []
        self._check_address(kind, value, place)
        own = self._file(table["config"], f"{place}.config") if "config" in table else config
        more = self._of_owner(table, place) if kind == "owner" else {}
        return RepositorySource(kind, value, tuple(exclude), rev, own, **more)

    def _check_address(self, kind: str, value: str, place: str) -> None:
        if kind == "url" and value and not ADDRESS.fullmatch(value):
            self._add(f"{place}: '{value}' is no address; a folder is named by `path`")
        if kind == "owner" and value and not _OWNER.fullmatch(value):
            self._add(
                f"{place}: '{value}' is no owner; write `https://HOST/OWNER`, or `git@HOST:OWNER` "
                "to clone by ssh"
            )

    def _of_owner(self, table: Mapping[str, Any], place: str) -> dict[str, Any]:
        forge = table.get("forge")
        if forge is not None and forge not in _FORGES:
            self._add(f"{place}.forge: expected one of {', '.join(_FORGES)}")
            forge = None
        more: dict[str, Any] = {"forge": forge}
        for key in ("archived", "forks"):
            more[key] = table.get(key, False)
            if not isinstance(more[key], bool):
                self._add(f"{place}.{key}: expected true or false")
        return more

    def _text(self, value: Any, name: str) -> str:
        if not isinstance(value, str) or not value.strip() or "\0" in value:
            self._add(f"{name}: expected a string that is not empty")
            return ""
        return value

    def _file(self, value: Any, name: str) -> Path | None:
        if value is None:
            return None
        path = self._path.parent / self._text(value, name)
        if not path.is_file():
            self._add(f"{name}: there is no file {path}")
        return path

    def _add(self, text: str) -> None:
        self._checks.add(text, "repositories")


def _empty(value: str) -> str:
    return "" if value.strip() else "is empty"
