"""Executors: in this process, in several, or on a cluster."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from onepath.model import Executor
from onepath.run.processes import ProcessExecutor
from onepath.run.serial import SerialExecutor

__all__ = ["ProcessExecutor", "SerialExecutor", "available_cores", "make_executor"]


@contextmanager
def make_executor(jobs: int | None, scheduler: str = "") -> Iterator[Executor]:
    """Give an executor with `jobs` processes; None takes every core this process may use.

    One job means this process. The worker processes are gone when the context ends.

    Args:
        jobs: How many processes.
        scheduler: The address of a Dask scheduler, whose workers do the work; empty for none.

    Raises:
        InputError: Dask is not installed.
        OutsideError: No scheduler answers, or it has no workers.
    """
    if scheduler:
        from onepath.run.cluster import ClusterExecutor

        with ClusterExecutor(scheduler) as cluster:
            yield cluster
        return
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
