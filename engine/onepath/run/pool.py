"""Worker processes to which batches go out, and the first answers come back first."""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice

from onepath.errors import OutsideError
from onepath.model.snapshot import R, T
from onepath.run.child import DIED, FEWER_JOBS, local_packs, may_fork, prepare_child

# Batches handed out per worker: enough to keep each one busy, and no more in memory.
_AHEAD = 3


class WorkerPool:
    """Processes that start at once, with everything imported where they are forked."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._processes = ProcessPoolExecutor(
            jobs,
            mp_context=multiprocessing.get_context("fork" if may_fork() else "spawn"),
            initializer=prepare_child,
            initargs=(local_packs(),),
        )

    def stop(self) -> None:
        """Wait for the processes to end; what has not begun is not done."""
        self._processes.shutdown(wait=True, cancel_futures=True)

    def spread(self, function: Callable[[T], R], batches: Iterator[T]) -> Iterator[R]:
        """Yield `function(batch)` for each batch, each as soon as it is done.

        Raises:
            OutsideError: A worker process died.
        """
        running: set[Future[R]] = set()
        try:
            while True:
                free = self._jobs * _AHEAD - len(running)
                running.update(
                    self._processes.submit(function, batch) for batch in islice(batches, free)
                )
                if not running:
                    return
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        except BrokenProcessPool as error:
            raise OutsideError(DIED, hint=FEWER_JOBS) from error
        finally:
            for future in running:
                future.cancel()
