"""Where installed packages and the standard library lie."""

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from onepath.errors import InputError

_ASK = "import json, sys; print(json.dumps([sys.path, list(sys.builtin_module_names)]))"
_PATIENCE = 30
"""Seconds in which an interpreter has to answer where its modules are."""
_SETTLED = 2_000_000_000
"""Nanoseconds after which another change of a file certainly gets another time."""
_DISTRIBUTION = ".dist-info"
_COMPILED = (".so", ".pyd")
_TOP = re.compile(rb"^[^/,\r\n]+", re.MULTILINE)
"""The first part of the path in a line of a RECORD."""
_OWN = "onepath"
"""What the names of our own packages begin with: they count by their own content anyway."""


class _Record(NamedTuple):
    """What an installer has recorded of one distribution."""

    tops: frozenset[str]
    """The first part of each path."""
    digest: str
    """SHA-256 of the whole record, which has the hash of each file."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The places in which a Python looks for modules."""

    folders: tuple[str, ...]
    """Its path, in order; what is no folder is left out."""
    builtins: tuple[str, ...]
    """Modules that are part of the interpreter and have no file, sorted."""

    @property
    def stamp(self) -> str:
        """What changes when a package is installed, upgraded or removed.

        The same packages, installed somewhere else or at another time, have the same.
        """
        return repr([content for content in map(_content, self.folders) if any(content)])


@cache
def running_environment() -> Environment:
    """The environment in which this program runs."""
    return _environment(sys.path, sys.builtin_module_names)


def read_environment(python: Path) -> Environment:
    """The environment of another interpreter, which is asked for its path and nothing else.

    Args:
        python: The interpreter, or the folder of a virtual environment.

    Raises:
        InputError: It can't be run, or gives no answer.
    """
    program = _program(python)
    try:
        # Isolated: neither the current folder nor variables of this process add to its path.
        done = subprocess.run(
            [str(program), "-I", "-c", _ASK],
            capture_output=True, text=True, timeout=_PATIENCE, check=True,
        )  # fmt: skip
        folders, builtins = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        hint = "--environment names a Python interpreter, such as .venv/bin/python"
        raise InputError(f"{python}: no Python that answers: {error}", hint=hint) from None
    return _environment(folders, builtins)


def _environment(folders: list[str], builtins: Iterable[str]) -> Environment:
    there = (folder for folder in folders if folder and os.path.isdir(folder))
    return Environment(tuple(dict.fromkeys(there)), tuple(sorted(builtins)))


def _program(python: Path) -> Path:
    if python.is_dir():
        for inner in ("bin/python", "Scripts/python.exe"):
            if (python / inner).is_file():
                return python / inner
    # Not resolved: a virtual environment is known by the place of its link to the interpreter.
    return python.absolute() if python.exists() else python


def _content(folder: str) -> tuple[list[tuple[str, str]], list[tuple[str, int]]]:
    """What can be imported from a folder.

    Returns:
        Each distribution with a digest of the hashes that its installer has recorded, and what no
        distribution has recorded with the time at which it was changed.
    """
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return [], []
    distributions: list[tuple[str, str]] = []
    recorded = {"__pycache__"}
    for entry in entries:
        record = _record(entry) if entry.name.endswith(_DISTRIBUTION) else None
        if record is not None:
            recorded |= record.tops
            if entry.name.partition("-")[0] != _OWN:
                distributions.append((entry.name, record.digest))
    others = [
        one
        for one in entries
        if not (one.name in recorded or one.name.startswith(_OWN)) and _may_be_module(one)
    ]
    if any(one.name == "os.py" for one in others):
        return distributions, [("", _changed(folder))]  # the standard library goes as a whole
    return distributions, [(one.name, _changed(_first_file(one))) for one in others]


def _may_be_module(entry: "os.DirEntry[str]") -> bool:
    """Whether it can be imported, or leads to what can."""
    return entry.name.endswith((".py", ".pth", *_COMPILED)) or (
        "." not in entry.name and entry.is_dir()
    )


def _first_file(entry: "os.DirEntry[str]") -> str:
    """The file of a module or a package; the folder of a namespace package."""
    inside = f"{entry.path}/__init__.py"
    return inside if os.path.isfile(inside) else entry.path


def _record(distribution: "os.DirEntry[str]") -> _Record | None:
    """What the RECORD of a distribution says; None where it has none, or an empty one.

    It is read once as long as it looks the same: each command asks for all that is installed.
    """
    path = f"{distribution.path}/RECORD"
    try:
        status = os.stat(path)
        times = status.st_mtime_ns, status.st_ctime_ns
        if time.time_ns() - max(times) < _SETTLED:
            return _read_record(path)
        return _known_record(path, (status.st_dev, status.st_ino, status.st_size, *times))
    except OSError:
        return None


@lru_cache(maxsize=4096)
def _known_record(path: str, _look: tuple[int, ...]) -> _Record | None:
    return _read_record(path)


def _read_record(path: str) -> _Record | None:
    content = Path(path).read_bytes()
    tops = frozenset(map(os.fsdecode, set(_TOP.findall(content))))
    return _Record(tops, hashlib.sha256(content).hexdigest()) if content else None


def _changed(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0
