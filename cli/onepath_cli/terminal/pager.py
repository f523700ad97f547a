"""The user's pager, as git finds it."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_AS_GIT = {"LESS": "FRX", "LV": "-c"}
"""What git gives to a pager that nobody has configured: quit if it fits, and show colours."""


@contextmanager
def paged(folder: Path) -> Iterator[IO[bytes] | None]:
    """Start the pager that git would start in a folder, and wait until the reader has left it.

    What is written after the reader has left raises BrokenPipeError; closing does not.

    Yields:
        Where to write; None where no pager is wanted, or there is none.
    """
    command = _command(folder)
    if command is None:
        yield None
        return
    process = subprocess.Popen(  # noqa: S602 - as git runs it: it is the user's own setting
        command, shell=True, stdin=subprocess.PIPE, env={**_AS_GIT, **os.environ}
    )
    assert process.stdin is not None
    try:
        yield process.stdin
    finally:
        try:
            process.stdin.close()
        except BrokenPipeError:
            pass
        _wait(process)


def _command(folder: Path) -> str | None:
    """`GIT_PAGER`, `core.pager`, `PAGER` or git's default, whichever is set first."""
    asked = subprocess.run(
        ["git", "var", "GIT_PAGER"], cwd=folder, capture_output=True, text=True, check=False
    )
    command = asked.stdout.strip()
    try:
        program = shlex.split(command)[:1]
    except ValueError:
        return None
    if asked.returncode or not program or program == ["cat"] or shutil.which(program[0]) is None:
        return None
    return command


def _wait(process: "subprocess.Popen[bytes]") -> None:
    """Wait for the end: Ctrl-C is the pager's own business while it runs."""
    while True:
        try:
            process.wait()
        except KeyboardInterrupt:
            continue
        return
