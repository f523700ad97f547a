"""Where installed packages and the standard library lie."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from onepath.errors import InputError

_ASK = "import json, sys; print(json.dumps([sys.path, list(sys.builtin_module_names)]))"
_PATIENCE = 30
"""Seconds in which an interpreter has to answer where its modules are."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The places in which a Python looks for modules."""

    folders: tuple[str, ...]
    """Its path, in order; what is no folder is left out."""
    builtins: tuple[str, ...]
    """Modules that are part of the interpreter and have no file, sorted."""

    @property
    def stamp(self) -> str:
        """What changes when a package is installed, upgraded or removed."""
        return repr([(folder, _changed(folder)) for folder in self.folders])


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


def _changed(folder: str) -> int:
    try:
        return os.stat(folder).st_mtime_ns
    except OSError:
        return 0
