"""Tasks that have nothing to do with each other, each in a process of its own.

Whatever one of them does to its process - fill the memory, load somebody's code, end it - is
gone with the process, and no other task notices.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import Generic

from onepath.errors import OutsideError
from onepath.model.snapshot import R
from onepath.run.child import Child


@dataclass(frozen=True, slots=True)
class Task(Generic[R]):
    """Something to do."""

    work: Callable[[], R]
    lane: str = ""
    """Tasks of one lane never run at the same time; those of the empty one do."""


def each_apart(
    tasks: Sequence[Task[R]], at_once: int, seconds: float
) -> Iterator[tuple[int, R | Exception]]:
    """Do every task, and yield its number with what it returns, or with its error, when it is done.

    Args:
        tasks: Each starts with what this process holds when it begins.
        at_once: How many may run at the same time.
        seconds: How long one of them may take.
    """
    waiting = dict(enumerate(tasks))
    running: dict[int, tuple[Child[R], float]] = {}
    try:
        while waiting or running:
            busy = {tasks[number].lane for number in running} - {""}
            for number, task in list(waiting.items()):
                if len(running) >= at_once:
                    break
                if task.lane not in busy:
                    del waiting[number]
                    busy |= {task.lane} - {""}
                    running[number] = Child(task.work), time.monotonic() + seconds
            patience = min(until for _, until in running.values()) - time.monotonic()
            ready = wait([child.end for child, _ in running.values()], max(0.0, patience))
            for number, (child, until) in list(running.items()):
                if child.end in ready or time.monotonic() >= until:
                    del running[number]
                    outcome = _ended(child, child.end in ready, seconds)
                    yield number, outcome
    finally:
        for child, _ in running.values():
            child.stop()


def _ended(child: Child[R], is_ready: bool, seconds: float) -> R | Exception:
    try:
        if not is_ready:
            return OutsideError(f"it took longer than {seconds:,.0f} seconds and was ended")
        return child.result()
    except Exception as error:
        return error
    finally:
        child.stop()
