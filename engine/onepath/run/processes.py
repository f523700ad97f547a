"""The executor that works in several processes of this machine."""

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Generic, Self

from onepath.errors import OutsideError
from onepath.model.snapshot import R, T
from onepath.run.beside import Beside

# With so few batches the processes would take longer to start than the work itself.
_NOT_WORTH_PROCESSES = 1
_DIED = "a worker process ended without a result; the system may be out of memory"
_FEWER_JOBS = "try again with a smaller number of --jobs"
# Batches handed out per worker: enough to keep each one busy, and no more in memory.
_AHEAD = 3
# concurrent.futures refuses more on Windows.
_MOST_WORKERS = 61


class ProcessExecutor:
    """Runs batches in worker processes, which start with the first map that needs them.

    Use it as a context manager: at the end the workers are gone.
    """

    def __init__(self, jobs: int) -> None:
        self.jobs = min(jobs, _MOST_WORKERS) if sys.platform == "win32" else jobs
        self._pool: ProcessPoolExecutor | None = None
        self._beside: list[Beside] = []

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
            raise OutsideError(_DIED, hint=_FEWER_JOBS) from error

    def apart(self, tasks: Sequence[Callable[[], R]]) -> list[R]:
        """What each task gives: the last one here, each other in a process forked for it.

        One after the other where a fork is not safe, or one process is all that is wanted. An
        error of a task is raised here.

        Raises:
            OutsideError: A process died.
        """
        if len(tasks) < 2 or self.jobs < 2 or multiprocessing.current_process().daemon:
            return [task() for task in tasks]
        # The workers of `map` are idle by now, and their threads would make a fork unsafe.
        self._stop()
        if not _may_fork():
            return [task() for task in tasks]
        forks = [_Fork(task) for task in tasks[:-1]]
        try:
            own = tasks[-1]()
            return [*(fork.result() for fork in forks), own]
        finally:
            for fork in forks:
                fork.stop()

    def beside(self, task: Callable[[], None]) -> None:
        """Begin a task in a process of low priority, which ends with this executor at last."""
        if self.jobs > 1:
            self._beside.append(Beside(task))

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
                mp_context=multiprocessing.get_context("fork" if _may_fork() else "spawn"),
                initializer=_prepare_worker,
                initargs=(_local_packs(),),
            )
        return self._pool


class _Fork(Generic[R]):
    """A task in a process of its own, which starts with everything that this one holds."""

    def __init__(self, task: Callable[[], R]) -> None:
        context = multiprocessing.get_context("fork")
        self._end, other = context.Pipe(duplex=False)
        self._process = context.Process(target=_report, args=(task, other), daemon=True)
        self._process.start()
        other.close()

    def result(self) -> R:
        """Wait for what the task gives, or raise its error."""
        try:
            error, result = self._end.recv()
        except EOFError:
            raise OutsideError(_DIED, hint=_FEWER_JOBS) from None
        if error is not None:
            raise error
        found: R = result
        return found

    def stop(self) -> None:
        """End the process, if it has not ended by itself."""
        self._process.terminate()
        self._process.join()
        self._end.close()


def _report(task: Callable[[], object], end: Connection) -> None:
    _prepare_worker()
    try:
        answer: tuple[Exception | None, object] = (None, task())
    except Exception as error:
        answer = (error, None)
    end.send(answer)


def _may_fork() -> bool:
    """Forking is safe only on Linux, and only without threads."""
    return sys.platform == "linux" and threading.active_count() == 1


def _local_packs() -> tuple[Path, ...]:
    """The folders of packs that were loaded, if any were."""
    installed = sys.modules.get("onepath.codemod.installed")
    folders: tuple[Path, ...] = installed.loaded_folders() if installed is not None else ()
    return folders


def _prepare_worker(packs: Sequence[Path] = ()) -> None:
    if packs:
        from onepath.codemod.installed import local_pack

        # A worker that was not forked knows no pack that is in a folder.
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
