"""Packages whose folders below several roots are one package: `pkgutil.extend_path`.

Unlike a namespace package, each folder has an `__init__.py`, which says so itself.
"""

import re
from collections.abc import Iterable, Mapping
from posixpath import dirname

_JOINS = re.compile(rb"(?m)^(?![ \t]*#).*\b(?:extend_path|declare_namespace)[ \t]*\(")
_EVERYWHERE = frozenset(("test", "tests"))
"""Names that unrelated packages have."""


def repeated_packages(paths: Iterable[str]) -> tuple[str, ...]:
    """The `__init__.py` files of packages of which another root has one of the same dotted name."""
    inits = [path for path in paths if path.endswith("/__init__.py")]
    packages = {dirname(path) for path in inits}
    by_name: dict[str, list[str]] = {}
    for path in inits:
        inner = below_root(dirname(path), packages)
        if _EVERYWHERE.isdisjoint(inner.split("/")):
            by_name.setdefault(inner, []).append(path)
    return tuple(path for same in by_name.values() if len(same) > 1 for path in same)


def joined_packages(inits: Mapping[str, bytes]) -> frozenset[str]:
    """The folders of those packages that take in what other roots have of them.

    Args:
        inits: Path -> bytes of their `__init__.py` files.
    """
    return frozenset(dirname(path) for path, data in inits.items() if _JOINS.search(data))


def roots_of(joined: Iterable[str], packages: Iterable[str]) -> tuple[str, ...]:
    """The folders in which joined packages lie: what is in them is imported side by side."""
    packages = frozenset(packages)
    return tuple(
        dict.fromkeys(
            folder[: -len(below_root(folder, packages))].rstrip("/") for folder in sorted(joined)
        )
    )


def below_root(folder: str, packages: Iterable[str]) -> str:
    """The path of a package's folder from the folder that holds its topmost package."""
    top = folder
    while dirname(top) in packages:
        top = dirname(top)
    return folder[len(dirname(top)) :].lstrip("/")
