"""A process of this program's own that does one task, and what every such process needs."""

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Generic

from onepath.errors import OutsideError
from onepath.model.snapshot import R

DIED = "a worker process ended without a result; the system may be out of memory"
FEWER_JOBS = "try again with a smaller number of --jobs"


class Child(Generic[R]):
    """A task in a process of its own, which starts with everything that this one holds.

    Args:
        task: Where a fork is not safe, it has to be picklable, and the process starts empty.
    """

    def __init__(self, task: Callable[[], R]) -> None:
        context: Any = multiprocessing.get_context("fork" if may_fork() else "spawn")
        self.end: Connection
        """Is readable as soon as there is a result, or the process has ended."""
        self.end, other = context.Pipe(duplex=False)
        work = (local_packs(), task, other)
        self._process = context.Process(target=_report, args=work, daemon=True)
        self._process.start()
        other.close()

    def result(self) -> R:
        """Wait for what the task returns, or raise its error.

        Raises:
            OutsideError: The process ended without either.
        """
        try:
            error, result = self.end.recv()
        except EOFError:
            raise OutsideError(DIED, hint=FEWER_JOBS) from None
        if error is not None:
            raise error
        found: R = result
        return found

    def stop(self) -> None:
        """End the process, if it has not ended by itself."""
        self._process.terminate()
        self._process.join()
        self.end.close()


def _report(packs: Sequence[Path], task: Callable[[], object], end: Connection) -> None:
    prepare_child(packs)
    try:
        answer: tuple[Exception | None, object] = (None, task())
    except Exception as error:
        answer = (error, None)
    end.send(answer)


def may_fork() -> bool:
    """Forking is safe only on Linux, and only without threads."""
    return sys.platform == "linux" and threading.active_count() == 1


def local_packs() -> tuple[Path, ...]:
    """The folders of packs that were loaded, if any were."""
    installed = sys.modules.get("onepath.codemod.packs.installed")
    folders: tuple[Path, ...] = installed.loaded_folders() if installed is not None else ()
    return folders


def prepare_child(packs: Sequence[Path] = ()) -> None:
    """Make a new process one of ours: it knows the packs, and ends with its parent.

    Args:
        packs: Their folders, for a process that was not forked.
    """
    if packs:
        from onepath.codemod.packs.installed import local_pack

        for folder in packs:
            local_pack(folder)
    # A worker lives for one run and its records form no cycles.
    gc.disable()
    # Ctrl-C and `kill` end a worker at once; only the parent says something about it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Leave no worker behind when the parent is killed and can't say so."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
