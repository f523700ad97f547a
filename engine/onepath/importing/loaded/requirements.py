"""The packages from outside that a repository says it needs, whatever else it could do with."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from configparser import ConfigParser
from configparser import Error as ConfigParserError

from onepath.snapshot.asked import entries_of_kind
from onepath.symbols.world import World

_REQUIREMENTS = re.compile(r"(?:^|/)(?:requirements[^/]*|requirements/[^/]+)\.(?:txt|in)$")
_DECLARING = ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile")
_NAME = re.compile(r"\s*([A-Za-z0-9][\w.-]*)")
_INSTALLS = re.compile(r"install_requires\s*=\s*\[(.*?)\]", re.DOTALL)
_QUOTED = re.compile(r"['\"]([^'\"]+)['\"]")
_OTHER_NAMES = {
    "attrs": "attr", "beautifulsoup4": "bs4", "opencvpython": "cv2", "pillow": "pil",
    "scikitlearn": "sklearn",
}  # fmt: skip
"""Distributions -> a module of theirs whose name neither begins nor ends theirs."""


class Requirements:
    """Answers whether a package is one that is there wherever the code is.

    Args:
        world: The code, whose `pyproject.toml`, `setup.cfg`, `setup.py`, `Pipfile` and files of
            requirements are read. Extras count for nothing.
    """

    def __init__(self, world: World) -> None:
        self._names = {_plain(one) for one in _declared(world)}
        self._names |= {_OTHER_NAMES[one] for one in self._names & _OTHER_NAMES.keys()}

    def has(self, package: str) -> bool:
        """Whether a top-level module belongs to a requirement, as far as its name tells."""
        name = _plain(package)
        return any(
            one == name or (len(name) > 2 and (one.startswith(name) or one.endswith(name)))
            for one in self._names
        )


def _plain(name: str) -> str:
    return re.sub(r"[-_.]", "", name).lower()


def _declares(path: str) -> bool:
    return path.rpartition("/")[2] in _DECLARING or _REQUIREMENTS.search(path) is not None


def _declared(world: World) -> Iterator[str]:
    declaring = entries_of_kind(world.snapshot.entries, _declares)
    for path, data in world.read([entry.path for entry in declaring]).items():
        text = data.decode("utf-8", "replace")
        name = path.rpartition("/")[2]
        if name in ("pyproject.toml", "Pipfile"):
            yield from _in_toml(text)
        elif name == "setup.cfg":
            yield from _in_setup_cfg(text)
        elif name == "setup.py":
            for found in _INSTALLS.findall(text):
                yield from _named(_QUOTED.findall(found))
        else:
            yield from _named(line for line in text.splitlines() if not line.startswith("-"))


def _in_toml(text: str) -> Iterator[str]:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    project = content.get("project")
    if isinstance(project, dict) and isinstance(given := project.get("dependencies"), list):
        yield from _named(one for one in given if isinstance(one, str))
    tool = content.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    for table in (
        poetry.get("dependencies") if isinstance(poetry, dict) else None,
        content.get("packages"),
    ):
        for name, value in table.items() if isinstance(table, dict) else ():
            if not (isinstance(value, dict) and value.get("optional")):
                yield name


def _in_setup_cfg(text: str) -> Iterator[str]:
    parser = ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
        yield from _named(parser.get("options", "install_requires", fallback="").splitlines())
    except ConfigParserError:
        return


def _named(requirements: Iterable[str]) -> Iterator[str]:
    for requirement in requirements:
        match = _NAME.match(requirement)
        if match:
            yield match[1]
