"""Source roots that a repository's own files declare: pyproject.toml, setup.cfg and setup.py."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from posixpath import dirname, normpath
from typing import Any

from onepath.snapshot.toml import read_toml

DECLARING = ("pyproject.toml", "setup.cfg", "setup.py")
"""Files that make their folder a project."""
_WHERE = re.compile(
    r"\bpackage_dir\s*=\s*\{\s*[\"'][\"']\s*:\s*[\"']([^\"']+)[\"']"
    r"|\bfind(?:_namespace)?_packages\(\s*(?:where\s*=\s*)?[\"']([^\"']+)[\"']"
)
_PROJECT = ("project", "build-system")
_TOOLS = ("poetry", "flit", "setuptools", "hatch", "pdm", "maturin")


def project_roots(declaring: Iterable[tuple[str, str]], paths: Collection[str]) -> tuple[str, ...]:
    """The source roots of projects in sub-folders.

    Args:
        declaring: Path and text of files named in `DECLARING`.
        paths: All paths of the repository.

    Returns:
        Their folders, relative to the top, in order, each once. A project that says nothing has
        its packages in `src` or beside the file.
    """
    found: dict[str, None] = {}
    for path, text in sorted(declaring):
        folder, name = dirname(path), path.rpartition("/")[2]
        if not folder:
            continue
        roots = _READERS[name](text)
        if roots is None:
            continue
        if not roots:
            source = f"{folder}/src/"
            roots = ("src" if any(one.startswith(source) for one in paths) else "",)
        for root in roots:
            place = normpath(f"{folder}/{root}")
            if not place.startswith(".."):
                found[place] = None
    return tuple(found)


def declared_roots(pyproject: str) -> tuple[str, ...]:
    """Source roots that a `pyproject.toml` names, for whatever builds or tests the project.

    Args:
        pyproject: Its text.

    Returns:
        Folders relative to it; `""` is its own.
    """
    try:
        data = read_toml(pyproject)
    except ValueError:
        return ()
    tool = data.get("tool", {})
    setuptools = _table(tool, "setuptools")
    found: list[Any] = [*_of_package_dir(_table(setuptools, "package-dir"))]
    found += _listed(_table(setuptools, "packages", "find").get("where"))
    wheel = _table(tool, "hatch", "build", "targets", "wheel")
    found += [dirname(str(one)) for one in _listed(wheel.get("packages"))]
    for build in (wheel, _table(tool, "hatch", "build")):
        sources = build.get("sources")
        found += sources if isinstance(sources, dict) else _listed(sources)
    found += [
        one.get("from", "")
        for one in _listed(_table(tool, "poetry").get("packages"))
        if isinstance(one, dict)
    ]
    found += _listed(_table(tool, "pdm", "build").get("package-dir"))
    found += _listed(_table(tool, "maturin").get("python-source"))
    found += _listed(_table(tool, "uv", "build-backend").get("module-root"))
    found += _listed(_table(tool, "pytest", "ini_options").get("pythonpath"))
    return tuple(_normal(root) for root in found if isinstance(root, str))


def _of_pyproject(text: str) -> tuple[str, ...] | None:
    try:
        data = read_toml(text)
    except ValueError:
        return None
    is_project = not data.keys().isdisjoint(_PROJECT)
    if not is_project and _table(data, "tool").keys().isdisjoint(_TOOLS):
        return declared_roots(text) or None
    return declared_roots(text)


def _of_setup_cfg(text: str) -> tuple[str, ...] | None:
    import configparser

    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return None
    if not (parser.has_section("metadata") or parser.has_section("options")):
        return None
    found: list[str] = []
    for line in parser.get("options", "package_dir", fallback="").splitlines():
        package, _, folder = line.partition("=")
        found += _of_package_dir({package.strip(): folder.strip()}) if folder.strip() else []
    where = parser.get("options.packages.find", "where", fallback="").strip()
    return tuple(_normal(root) for root in (*found, *([where] if where else [])))


def _of_setup_py(text: str) -> tuple[str, ...] | None:
    if "setup(" not in text:
        return None
    return tuple(_normal(one or other) for one, other in _WHERE.findall(text))


_READERS = {
    "pyproject.toml": _of_pyproject, "setup.cfg": _of_setup_cfg, "setup.py": _of_setup_py
}  # fmt: skip


def _of_package_dir(table: Mapping[str, Any]) -> Iterator[str]:
    """The folders below which packages lie: `{"": "src"}`, `{"pkg": "src/pkg"}`."""
    for package, folder in table.items():
        if not isinstance(folder, str):
            continue
        inner = package.replace(".", "/")
        if not package:
            yield folder
        elif folder == inner or folder.endswith(f"/{inner}"):
            yield folder[: len(folder) - len(inner)] or "."


def _normal(root: str) -> str:
    root = normpath(root).strip("/")
    return "" if root == "." else root


def _table(data: object, *keys: str) -> Mapping[str, Any]:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def _listed(value: object) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]
