"""A task in a process of its own, for which nobody waits.

The process is not forked: it may open what this one has open, such as the cache's database, which
would not survive a fork. Run as a module it is that process: it reads the task from its input.
"""

import gc
import logging
import os
import pickle
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)

# As `nice` counts: low enough to give way to others, and not to keep them waiting with a lock.
_LESS_URGENT = 10
_LOOKS_AFTER = 0.5
"""Seconds after which the process looks whether its parent is still there."""


class BackgroundTask:
    """A task that has begun, with low priority.

    Args:
        task: Can be pickled. What it returns or raises is lost.
    """

    def __init__(self, task: Callable[[], None]) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        # -P: nothing is imported from the current folder, which holds the user's code.
        command = [sys.executable, "-P", "-m", __name__]
        try:
            with tempfile.TemporaryFile() as file:
                pickle.dump((os.getpid(), task), file)
                file.seek(0)
                self._process = subprocess.Popen(
                    command, stdin=file, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
        except OSError as error:
            logger.info("no process beside: %s", error)

    def stop(self) -> None:
        """End the process, if it has not ended by itself."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def _end_without(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOKS_AFTER)
    os._exit(1)


def _main() -> None:
    parent, task = pickle.load(sys.stdin.buffer)  # noqa: S301 - from this program's other process
    if hasattr(os, "nice"):
        os.nice(_LESS_URGENT)
        threading.Thread(target=_end_without, args=(parent,), daemon=True).start()
    gc.disable()
    task()


if __name__ == "__main__":
    _main()
