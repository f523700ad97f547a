"""Runs a command of the user's on copies of files: it never sees the user's own."""

import contextlib
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from onepath.codemod.users.copies import write_copy
from onepath.codemod.users.user_codemod import FailedError, UserCodemod
from onepath.errors import InputError

FILE = "{file}"
SETTINGS = frozenset((
    "pyproject.toml", "setup.cfg", "tox.ini", "ruff.toml", ".ruff.toml", ".flake8", ".isort.cfg",
    ".style.yapf", ".editorconfig", ".pre-commit-config.yaml",
))  # fmt: skip
"""Files in which tools find their settings; they are copied as well."""


def parse_command(text: str, seconds: float) -> UserCodemod:
    """Take a command apart.

    Args:
        text: As it would be typed, with `{file}` where the file's name belongs.
        seconds: How long it may take for one file; 0 for any time.

    Raises:
        InputError: It names no file, or no program that can be found.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise InputError(f"--exec {text!r}: {error}") from None
    if not any(FILE in word for word in words[1:]):
        raise InputError(
            f"--exec {text!r} has no {FILE}",
            hint="--exec 'command {file}': it is run once for each file, on a copy",
        )
    if shutil.which(words[0]) is None:
        raise InputError(f"--exec: there is no program '{words[0]}'")
    return UserCodemod("exec", words[0], "", tuple(words[1:]), seconds)


Rewrite = Callable[[str], bytes]


@contextlib.contextmanager
def command_rewrite(
    codemod: UserCodemod, files: Mapping[str, bytes], settings: Mapping[str, bytes]
) -> Iterator[Rewrite]:
    """Give a function that takes one of `files` by its path and gives its new bytes.

    The copies lie in a private folder that is gone at the end, each where the file is in the
    repository, with the settings of tools beside them. Whatever else the command does there, or
    says, counts for nothing.

    Args:
        codemod: The command.
        files: By path.
        settings: Files of settings by path.
    """
    with TemporaryDirectory(prefix="onepath-") as name:
        folder = Path(name).resolve()
        for path, data in settings.items():
            write_copy(folder, path, data)

        def rewrite(path: str) -> bytes:
            copy = write_copy(folder, path, files[path])
            words = [word.replace(FILE, str(copy)) for word in codemod.arguments]
            _run([codemod.place, *words], folder, codemod.seconds)
            try:
                return copy.read_bytes()
            except OSError as error:
                reason = f"the command left no file: {error.strerror}"
                raise FailedError(0, reason, is_defect=True) from None

        yield rewrite


def _run(words: list[str], folder: Path, seconds: float) -> None:
    """Run a command, and raise FailedError if it fails or does not end."""
    try:
        done = subprocess.run(
            words,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds or None,
            check=False,
        )
    except subprocess.TimeoutExpired:
        reason = f"it did not end within {seconds:g} seconds"
        raise FailedError(0, reason, is_defect=True) from None
    except OSError as error:
        raise FailedError(0, f"it can't be run: {error.strerror}", is_defect=True) from None
    if done.returncode:
        said = done.stdout.decode("utf-8", "replace").replace(f"{folder}/", "").split("\n")
        last = next((line.strip() for line in reversed(said) if line.strip()), "")
        reason = f"exit code {done.returncode}{f': {last}' if last else ''}"
        raise FailedError(0, reason, is_defect=True)
