"""Batches that a Dask cluster works on, and what is done about workers that are not heard of.

A worker that dies is noticed by Dask. One that is stopped, or whose memory is full, keeps what it
was given until Dask gives it up after minutes; so after a while in which nothing was done, what
lies with such a worker is given to others.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

_QUIET = 10.0
"""Seconds in which nothing was done until workers are looked at."""
_SILENT = 15.0
"""Seconds without a word of a worker, beside one that is heard of, until it is passed over."""
_LOST = 60.0
"""Seconds without any worker until the cluster counts as lost."""


class _Given(NamedTuple):
    """A batch that was handed out."""

    batch: Any
    workers: frozenset[str] | None
    """The addresses of those that may do it; None for all."""


class InFlight:
    """What was handed out and is not done.

    Args:
        dask: The module `distributed`.
        client: Of the cluster.
        submit: Hands out a batch, to some workers by their addresses or to any; returns its future.
    """

    def __init__(
        self, dask: Any, client: Any, submit: Callable[[Any, list[str] | None], Any]
    ) -> None:
        self._dask = dask
        self._client = client
        self._submit = submit
        self._given: dict[Any, _Given] = {}
        self._only: frozenset[str] | None = None
        """The workers that are handed batches while others are silent; None for all."""

    def __len__(self) -> int:
        return len(self._given)

    def give(self, batch: Any) -> None:
        """Hand out a batch."""
        future = self._submit(batch, None if self._only is None else sorted(self._only))
        self._given[future] = _Given(batch, self._only)

    def done(self) -> Iterator[tuple[Any, Any]]:
        """Wait until something is done, and yield it: each a batch and its future.

        Raises:
            OSError: No worker is left, or the scheduler is lost.
            CancelledError: The scheduler is lost.
        """
        last_word = time.monotonic()
        while True:
            try:
                finished = self._wait()
                break
            except TimeoutError:
                if self._look_after_workers():
                    last_word = time.monotonic()
                elif time.monotonic() - last_word > _LOST:
                    raise OSError(f"no worker was heard of for {_LOST:.0f} seconds") from None
        for future in finished:
            yield self._given.pop(future).batch, future

    def cancel(self) -> None:
        """Give up what is not done."""
        self._client.cancel(list(self._given), force=True)

    def _wait(self) -> Iterable[Any]:
        with self._client.as_current():
            waited = self._dask.wait(
                list(self._given), timeout=_QUIET, return_when="FIRST_COMPLETED"
            )
        finished: Iterable[Any] = waited.done
        return finished

    def _look_after_workers(self) -> bool:
        """Take what lies with silent workers to the others; return whether there are any others."""
        told = self._client.sync(self._client.scheduler.identity)["workers"]
        # By the scheduler's clock, which may be another than that of this machine.
        now = max((one["last_seen"] for one in told.values()), default=0.0)
        live = frozenset(
            address
            for address, one in told.items()
            if one["status"] == "running" and now - one["last_seen"] < _SILENT
        )
        if not live:
            return False
        self._only = live if len(live) < len(told) else None
        self._take_from_others(live)
        return True

    def _take_from_others(self, live: frozenset[str]) -> None:
        doing = self._client.processing()
        kept = {key for address in live for key in doing.get(address, ())}
        for future, given in list(self._given.items()):
            is_stuck = self._only is not None and future.key not in kept
            if is_stuck or (given.workers is not None and not given.workers & live):
                del self._given[future]
                self._client.cancel([future], force=True)
                self.give(given.batch)
