"""Runs the user's code in a process of its own: it may end that, fork it or never let go of it."""

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Generic, NamedTuple

from onepath.model.snapshot import R

_GRACE = 2.0
"""So many seconds are left to code whose time is over, to end as it is told."""
_LOOK = 0.1


class Ended(NamedTuple):
    """The process has ended, or was ended, at a file."""

    path: str
    reason: str


Run = Callable[[str], R]


def may_watch() -> bool:
    """Whether a process can be forked: on Linux, with no threads but that of a worker."""
    threads = 1 if multiprocessing.parent_process() is None else 2
    return sys.platform == "linux" and threading.active_count() <= threads


def watched(run: Run[R], paths: Sequence[str], seconds: float) -> Iterator[R | Ended]:
    """What a function gives for each path, or how the process ended in which it was called.

    A new process goes on after a file at which one has ended.

    Args:
        run: It ends by itself when the time is over, if the user's code lets it.
        paths: What it is called with, one after the other.
        seconds: How long it may take for one; 0 for any time.
    """
    at = 0
    while at < len(paths):
        for result in _Process(run, paths[at:], seconds).results():
            at += 1
            yield result


class _Process(Generic[R]):
    def __init__(self, run: Run[R], paths: Sequence[str], seconds: float) -> None:
        self._paths, self._seconds = paths, seconds
        self._end, other = multiprocessing.Pipe(duplex=False)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of the thread of a worker
            self._pid = os.fork()
        if not self._pid:
            self._end.close()  # so that it ends when nobody is left who listens
            _answer(run, paths, other)
        other.close()
        self._status: int | None = None

    def results(self) -> Iterator[R | Ended]:
        """The results as they come; at last, how the process ended if it did so too early."""
        try:
            for path in self._paths:
                reason = self._wait()
                try:
                    result = None if reason else self._end.recv()
                except (EOFError, OSError):
                    reason = self._told()
                if reason:
                    yield Ended(path, reason)
                    return
                assert result is not None
                yield result
        finally:
            self._end.close()
            self._stop()

    def _wait(self) -> str:
        """Wait for a result; the reason, if there will be none."""
        latest = time.monotonic() + self._seconds + _GRACE if self._seconds else None
        while not self._end.poll(_LOOK):
            # Something that it has forked may hold the pipe open.
            if self._has_ended() and not self._end.poll(0):
                return self._told()
            if latest is not None and time.monotonic() > latest:
                return f"it did not end within {self._seconds:g} seconds, and catches what ends it"
        return ""

    def _has_ended(self) -> bool:
        if self._status is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            self._status = status if pid else None
        return self._status is not None

    def _told(self) -> str:
        """How the process has ended; one that answers no more is made to."""
        latest = time.monotonic() + _GRACE
        while not self._has_ended() and time.monotonic() < latest:
            time.sleep(_LOOK / 10)
        self._stop()
        code = os.waitstatus_to_exitcode(self._status or 0)
        if code < 0:
            return f"it was ended by {signal.Signals(-code).name}"
        return f"it ended the process, with exit code {code}"

    def _stop(self) -> None:
        if not self._has_ended():
            os.kill(self._pid, signal.SIGKILL)
            self._status = os.waitpid(self._pid, 0)[1]


def _answer(run: Run[R], paths: Sequence[str], end: Connection) -> None:
    """Send what comes of each path, and end this process."""
    own = os.getpid()
    # What was there before is not collected with each of the user's trees, and stays shared.
    gc.freeze()
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.SIG_DFL)  # it is for the process that waits to be told
    try:
        os.dup2(2, 1)  # stdout has our result
        for path in paths:
            result = run(path)
            if os.getpid() != own:
                break  # what the user's code has forked goes no further
            end.send(result)
    finally:
        with suppress(ValueError, OSError):
            sys.stderr.flush()
        os._exit(0)
