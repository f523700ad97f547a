"""The executor that works in several processes of this machine.

What processes need is loaded with the first of them: most commands find their answer kept.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from types import TracebackType
from typing import TYPE_CHECKING, Self

from onepath.model.snapshot import R, T

if TYPE_CHECKING:
    from onepath.run.background import BackgroundTask
    from onepath.run.pool import WorkerPool

# With so few batches the processes would take longer to start than the work itself.
_NOT_WORTH_PROCESSES = 1
_FEW = 10
"""So few batches are not worth it either where the processes have been ended."""
# concurrent.futures refuses more on Windows.
_MOST_WORKERS = 61


class ProcessExecutor:
    """Runs batches in worker processes, which start with the first map that needs them.

    Use it as a context manager: at the end the workers are gone.
    """

    carries = False

    def __init__(self, jobs: int) -> None:
        self.jobs = min(jobs, _MOST_WORKERS) if sys.platform == "win32" else jobs
        self._pool: WorkerPool | None = None
        self._beside: list[BackgroundTask] = []
        self._rests = False
        """Whether the workers were ended because little is to be read."""

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
        few = _FEW if self._rests else _NOT_WORTH_PROCESSES
        first = list(islice(rest, few + 1))
        # A process that was forked for a task starts no others.
        if len(first) <= few or _is_forked_for_a_task():
            yield from map(function, chain(first, rest))
            return
        self._rests = False
        if self._pool is None:
            from onepath.run.pool import WorkerPool

            self._pool = WorkerPool(self.jobs)
        yield from self._pool.spread(function, chain(first, rest))

    def apart(self, tasks: Sequence[Callable[[], R]]) -> list[R]:
        """What each task returns: the last one here, each other in a process forked for it.

        One after the other where a fork is not safe, or one process is all that is wanted. An
        error of a task is raised here.

        Raises:
            OutsideError: A process died.
        """
        if len(tasks) < 2 or self.jobs < 2 or _is_forked_for_a_task():
            return [task() for task in tasks]

        from onepath.run.child import Child, may_fork

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

    def rest(self) -> None:
        """End the workers: each holds what it has loaded, and what it needed for its last files.

        New ones would start with all that is held by then, and have it twice soon, as counts of
        references change: who says this has read nearly everything.
        """
        self._stop()
        self._rests = True

    def beside(self, task: Callable[[], None]) -> None:
        """Begin a task in a process of low priority, which ends with this executor at last."""
        if self.jobs > 1:
            from onepath.run.background import BackgroundTask

            self._beside.append(BackgroundTask(task))

    def _stop(self) -> None:
        if self._pool is not None:
            self._pool.stop()
            self._pool = None


def _is_forked_for_a_task() -> bool:
    import multiprocessing

    return multiprocessing.current_process().daemon
