"""The executor that works in several processes of this machine."""

import multiprocessing
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from types import TracebackType
from typing import Self

from onepath.errors import OutsideError
from onepath.model.snapshot import R, T
from onepath.run.background import BackgroundTask
from onepath.run.child import DIED, FEWER_JOBS, Child, local_packs, may_fork, prepare_child

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

    carries = False

    def __init__(self, jobs: int) -> None:
        self.jobs = min(jobs, _MOST_WORKERS) if sys.platform == "win32" else jobs
        self._pool: ProcessPoolExecutor | None = None
        self._beside: list[BackgroundTask] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()
        for task in self._beside:
            task.stop()

    def map(self, function: Callable[[T], R], batches: Iterable[T]) -> Iterator[R]:
        """Yield `function(batch)` for each batch, each as soon as it is done.

        An error of `function` is raised here.

        Raises:
            OutsideError: A worker process died.
        """
        rest = iter(batches)
        first = list(islice(rest, _NOT_WORTH_PROCESSES + 1))
        # A process that was forked for a task starts no others.
        if len(first) <= _NOT_WORTH_PROCESSES or multiprocessing.current_process().daemon:
            yield from map(function, chain(first, rest))
            return
        try:
            yield from self._spread(function, chain(first, rest))
        except BrokenProcessPool as error:
            raise OutsideError(DIED, hint=FEWER_JOBS) from error

    def apart(self, tasks: Sequence[Callable[[], R]]) -> list[R]:
        """What each task returns: the last one here, each other in a process forked for it.

        One after the other where a fork is not safe, or one process is all that is wanted. An
        error of a task is raised here.

        Raises:
            OutsideError: A process died.
        """
        if len(tasks) < 2 or self.jobs < 2 or multiprocessing.current_process().daemon:
            return [task() for task in tasks]
        # The workers of `map` are idle by now, and their threads would make a fork unsafe.
        self._stop()
        if not may_fork():
            return [task() for task in tasks]
        forks = [Child(task) for task in tasks[:-1]]
        try:
            own = tasks[-1]()
            return [*(fork.result() for fork in forks), own]
        finally:
            for fork in forks:
                fork.stop()

    def beside(self, task: Callable[[], None]) -> None:
        """Begin a task in a process of low priority, which ends with this executor at last."""
        if self.jobs > 1:
            self._beside.append(BackgroundTask(task))

    def _stop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _spread(self, function: Callable[[T], R], batches: Iterator[T]) -> Iterator[R]:
        pool = self._started()
        running: set[Future[R]] = set()
        try:
            while True:
                free = self.jobs * _AHEAD - len(running)
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
            # Forked workers start at once, with everything imported.
            self._pool = ProcessPoolExecutor(
                self.jobs,
                mp_context=multiprocessing.get_context("fork" if may_fork() else "spawn"),
                initializer=prepare_child,
                initargs=(local_packs(),),
            )
        return self._pool
