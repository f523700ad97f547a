"""A program of the user's, run to its end; nothing that it has started outlives it."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

_TAIL = 4096


class Running:
    """The programs that run side by side, so that all can be ended at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._is_stopped = False

    def stop(self) -> None:
        """End all, and let no other one start."""
        with self._lock:
            self._is_stopped = True
            for process in self._processes:
                _kill(process)

    def add(self, process: subprocess.Popen[bytes]) -> None:
        """Note a program that was started; it is ended at once if it came too late."""
        with self._lock:
            self._processes.add(process)
            if self._is_stopped:
                _kill(process)

    def remove(self, process: subprocess.Popen[bytes]) -> None:
        """Forget a program that has ended: its number may mean another one by now."""
        with self._lock:
            self._processes.discard(process)


def run_to_end(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    streams: tuple[IO[bytes] | int, IO[bytes], IO[bytes]],
    timeout: float,
    running: Running | None = None,
) -> int | None:
    """Run a program in a session of its own, and end whatever it leaves behind.

    Args:
        arguments: The program and its arguments.
        folder: Where it runs.
        environment: All of its environment.
        streams: Its standard input, output and error. Files, not pipes: a process that was left
            behind would hold a pipe open.
        timeout: In seconds.
        running: Those that run beside it.

    Returns:
        Its exit status, negative for a signal; None if it was not done in time.

    Raises:
        OSError: It can't be started.
    """
    stdin, stdout, stderr = streams
    process = subprocess.Popen(
        arguments,
        cwd=folder,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        env=environment,
        start_new_session=True,
    )
    if running is not None:
        running.add(process)
    try:
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if running is not None:
            running.remove(process)
        _kill(process)
        process.wait()


def describe_exit(status: int | None, timeout: float) -> str:
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


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a program and all that it has started."""
    if sys.platform == "win32":
        tree = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(tree, capture_output=True, check=False)
        process.kill()
    else:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
