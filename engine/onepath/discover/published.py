"""Which modules a distribution publishes: code that nobody here can see may import them."""

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from posixpath import basename, dirname
from typing import Any, NamedTuple

from onepath.analysis.classes import in_tests
from onepath.snapshot.toml import read_toml
from onepath.symbols.modules import is_package
from onepath.symbols.world import World

_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
_NOT_SHIPPED = frozenset((
    "benchmarks", "doc", "docs", "demo", "demos", "example", "examples", "sample", "samples",
    "scripts", "tests", "testing", "tools", "tutorial", "tutorials",
))  # fmt: skip
_SHOWN = frozenset(("demo", "demos", "example", "examples", "tutorial", "tutorials"))
"""Words in the name of a folder whose code is there to be read, shipped or not."""
_SETUP = re.compile(rb"^\s*(?:import|from)\s+(?:setuptools|distutils)\b", re.MULTILINE)
_METADATA = re.compile(rb"^\[metadata\]", re.MULTILINE)
_PRIVATE = "Private ::"


class _Project(NamedTuple):
    """A distribution that is built from a folder."""

    file: str
    """Its `pyproject.toml`, `setup.py` or `setup.cfg`."""
    packages: tuple[str, ...]
    """Globs of the packages in it; none: all below the folder."""


class PublicModules:
    """Tells which modules are the public interface of a distribution.

    Args:
        world: The code; only project files are read.
    """

    def __init__(self, world: World) -> None:
        self._modules = world.modules
        self._projects = _projects(world)

    def by(self, path: str, name: str = "") -> str:
        """The project file of the distribution in which a module is public; empty if in none.

        Args:
            path: The module's file.
            name: A qualified name in it, which must be public as well.
        """
        dotted = self._modules.name(path)
        parts = [part for part in (*dotted.split("."), *name.split(".")) if part]
        if any(part.startswith("_") for part in parts) or not self._is_shipped(path, dotted):
            return ""
        folder = dirname(path)
        while True:
            project = self._projects.get(folder)
            if project is not None:
                return project.file if _holds(project.packages, dotted) else ""
            if not folder:
                return ""
            folder = dirname(folder)

    def _is_shipped(self, path: str, dotted: str) -> bool:
        folders = path.split("/")[:-1]
        inside = "." in dotted or is_package(path)
        return inside and not in_tests(path) and _NOT_SHIPPED.isdisjoint(folders)


def is_demonstration(path: str) -> bool:
    """Whether a file shows how something is used, or serves the repository itself."""
    folders = path.split("/")[:-1]
    words = {word for folder in folders for word in folder.split("_")}
    return not (_NOT_SHIPPED.isdisjoint(folders) and _SHOWN.isdisjoint(words))


def _holds(packages: Sequence[str], dotted: str) -> bool:
    return not packages or any(
        fnmatchcase(dotted, glob) or fnmatchcase(dotted, f"{glob.rstrip('*')}.*")
        for glob in packages
    )


def _projects(world: World) -> Mapping[str, _Project]:
    """The distributions by their folders."""
    paths = [path for path in world.snapshot.entries if basename(path) in _PROJECT_FILES]
    found: dict[str, _Project] = {}
    private: set[str] = set()
    for path, data in sorted(world.read(paths).items()):
        folder = dirname(path)
        if basename(path) == "pyproject.toml":
            content = _toml(data)
            if _is_private(content):
                private.add(folder)
            elif _is_built(content):
                found[folder] = _Project(path, tuple(_packages(content)))
        elif (_SETUP if path.endswith(".py") else _METADATA).search(data):
            if _PRIVATE.encode() in data:
                private.add(folder)
            found.setdefault(folder, _Project(path, ()))
    return {folder: project for folder, project in found.items() if folder not in private}


def _toml(data: bytes) -> Mapping[str, Any]:
    try:
        return read_toml(data.decode("utf-8-sig"))
    except ValueError:
        return {}


def _is_private(content: Mapping[str, Any]) -> bool:
    """Whether a package index would refuse it, or it says that it is no package."""
    poetry = _at(content, "tool", "poetry")
    classifiers = [
        *_strings(_at(content, "project", "classifiers")), *_strings(_at(poetry, "classifiers")),
    ]  # fmt: skip
    is_application = _at(poetry, "package-mode") is False or (
        _at(content, "tool", "uv", "package") is False
    )
    return is_application or any(classifier.startswith(_PRIVATE) for classifier in classifiers)


def _is_built(content: Mapping[str, Any]) -> bool:
    named = _at(content, "project", "name") or _at(content, "tool", "poetry", "name")
    flit = _at(content, "tool", "flit", "metadata")
    return bool(flit or (named and "build-system" in content))


def _packages(content: Mapping[str, Any]) -> list[str]:
    setuptools = _at(content, "tool", "setuptools")
    found = _strings(_at(setuptools, "packages"))
    found += _strings(_at(setuptools, "packages", "find", "include"))
    hatch = _at(content, "tool", "hatch", "build", "targets", "wheel", "packages")
    found += [string.removeprefix("src/").replace("/", ".") for string in _strings(hatch)]
    poetry = _at(content, "tool", "poetry", "packages")
    for one in poetry if isinstance(poetry, list) else ():
        if isinstance(one, dict) and isinstance(one.get("include"), str):
            found.append(one["include"].removesuffix("/**/*").replace("/", "."))
    return found


def _at(content: Any, *keys: str) -> Any:
    for key in keys:
        content = content.get(key) if isinstance(content, dict) else None
    return content


def _strings(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
