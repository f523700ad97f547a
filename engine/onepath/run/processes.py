"""The executor that works in several processes of this machine."""

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from types import TracebackType
from typing import Self

from onepath.errors import OutsideError
from onepath.model.snapshot import R, T

# With so few batches the processes would take longer to start than the work itself.
_NOT_WORTH_PROCESSES = 1
# Batches handed out per worker: enough to keep each one busy, and no more in memory.
_AHEAD = 3
# concurrent.futures refuses more on Windows.
_MOST_WORKERS = 61


class ProcessExecutor:
    """Runs batches in worker processes, which start with the first map that needs them.

    Use it as a context manager: at the end the workers are gone.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = min(jobs, _MOST_WORKERS) if sys.platform == "win32" else jobs
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def map(self, function: Callable[[T], R], batches: Iterable[T]) -> Iterator[R]:
        """Yield `function(batch)` for each batch, each as soon as it is done.

        An error of `function` is raised here.

        Raises:
            OutsideError: A worker process died.
        """
        rest = iter(batches)
        first = list(islice(rest, _NOT_WORTH_PROCESSES + 1))
        if len(first) <= _NOT_WORTH_PROCESSES:
            yield from map(function, first)
            return
        try:
            yield from self._spread(function, chain(first, rest))
        except BrokenProcessPool as error:
            raise OutsideError(
                "a worker process ended without a result; the system may be out of memory",
                hint="try again with a smaller number of --jobs",
            ) from error

    def _spread(self, function: Callable[[T], R], batches: Iterator[T]) -> Iterator[R]:
        pool = self._started()
        running: set[Future[R]] = set()
        try:
            while True:
                free = self._jobs * _AHEAD - len(running)
                running.update(pool.submit(function, batch) for batch in islice(batches, free))
                if not running:
                    return
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        finally:
            for future in running:
                future.cancel()

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # Forked workers start at once, with everything imported; but forking is safe only
            # on Linux, and only without threads.
            safe = sys.platform == "linux" and threading.active_count() == 1
            method = "fork" if safe else "spawn"
            self._pool = ProcessPoolExecutor(
                self._jobs,
                mp_context=multiprocessing.get_context(method),
                initializer=_prepare_worker,
            )
        return self._pool


def _prepare_worker() -> None:
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
