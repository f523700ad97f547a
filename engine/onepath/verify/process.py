"""A program of the user's, run to its end; nothing that it has started outlives it."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

_TAIL = 4096


def run_to_end(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str],
    streams: tuple[IO[bytes] | int, IO[bytes], IO[bytes]], timeout: float,
) -> int | None:  # fmt: skip
    """Run a program in a session of its own, and end whatever it leaves behind.

    Args:
        arguments: The program and its arguments.
        folder: Where it runs.
        environment: All of its environment.
        streams: Its standard input, output and error. Files, not pipes: a process that was left
            behind would hold a pipe open.
        timeout: In seconds.

    Returns:
        Its exit status, negative for a signal; None if it was not done in time.

    Raises:
        OSError: It can't be started.
    """
    stdin, stdout, stderr = streams
    process = subprocess.Popen(
        arguments, cwd=folder, stdin=stdin, stdout=stdout, stderr=stderr, env=environment,
        start_new_session=True,
    )  # fmt: skip
    try:
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _end(process)


def ending(status: int | None, timeout: float) -> str:
    """Say how a program ended."""
    if status is None:
        return f"not done after {timeout:g} s"
    if status < 0:
        return f"the process was ended by {signal.Signals(-status).name}"
    return f"the process ended with status {status}"


def last_line(file: IO[bytes]) -> str:
    """The last line of a file that has anything on it; empty if there is none."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL))
    lines = file.read().decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _end(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
    process.wait()
