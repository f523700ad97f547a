"""Executors: in this process, or in several."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from onepath.model import Executor
from onepath.run.processes import ProcessExecutor
from onepath.run.serial import SerialExecutor

__all__ = ["ProcessExecutor", "SerialExecutor", "available_cores", "make_executor"]


@contextmanager
def make_executor(jobs: int | None) -> Iterator[Executor]:
    """Give an executor with `jobs` processes; None takes every core this process may use.

    One job means this process. The worker processes are gone when the context ends.
    """
    count = available_cores() if jobs is None else jobs
    if count <= 1:
        yield SerialExecutor()
    else:
        with ProcessExecutor(count) as executor:
            yield executor


def available_cores() -> int:
    """Count the cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
