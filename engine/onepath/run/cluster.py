"""The executor that works on a Dask cluster: files are read there by whoever is free.

Batches hold the bytes of their files, so workers need onepath and nothing else: no clone, no shared
disk. What is not worth sending is done here. A batch that ends its workers is halved until the file
is known that does it; that one is tried once more, alone, and then set aside as unread.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from itertools import chain, islice
from types import TracebackType
from typing import Any, Self

from onepath import __version__
from onepath.errors import InputError, OutsideError, RefusedError
from onepath.facts.store.shared import extractor
from onepath.model.snapshot import Divisible, R, T
from onepath.run.in_flight import InFlight

_AHEAD = 2
"""Batches handed out per thread of a worker: enough to keep it busy, and no more in memory."""
_PATIENCE = 10.0
"""Seconds to wait for the scheduler."""
_SAME = "workers need the same onepath, libcst and Python as this machine"


class ClusterExecutor:
    """Runs batches on the workers of a scheduler; a context manager.

    Args:
        scheduler: Its address, `tcp://host:8786`.

    Raises:
        InputError: The client is not installed.
        OutsideError: No scheduler answers, or it has no workers.
    """

    carries = True

    def __init__(self, scheduler: str) -> None:
        try:
            self._dask: Any = import_module("distributed")
        except ImportError as error:
            raise InputError(
                f"the client of Dask is not installed: {error}", hint="pip install 'onepath[dask]'"
            ) from None
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is raised here
        self._scheduler = scheduler
        try:
            self._client: Any = self._dask.Client(
                scheduler, timeout=_PATIENCE, set_as_default=False
            )
        except (OSError, ValueError) as error:
            raise OutsideError(f"no scheduler answers at {scheduler}: {error}") from None
        self.jobs = sum(self._client.nthreads().values())
        if not self.jobs:
            self._client.close()
            raise OutsideError(f"the scheduler at {scheduler} has no workers")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def map(self, function: Callable[[T], R], batches: Iterable[T]) -> Iterator[R]:
        """Yield `function(batch)` for each batch, each as soon as it is done.

        Batches that can't be halved are done here.

        Raises:
            RefusedError: A worker has another onepath, or none.
            OutsideError: The cluster was lost.
        """
        rest = iter(batches)
        first = list(islice(rest, 1))
        if not first or not isinstance(first[0], Divisible):
            yield from map(function, chain(first, rest))
            return
        try:
            yield from self._spread(function, chain(first, rest))
        except (
            ImportError,
            AttributeError,
            self._dask.protocol.pickle.pickle.UnpicklingError,
        ) as e:
            raise RefusedError(f"a worker can't do the work: {e}", hint=_SAME) from e
        except (OSError, self._dask.CancelledError) as error:
            raise OutsideError(
                f"the cluster at {self._scheduler} was lost: {error}",
                hint="what was read is kept: the same command goes on from there",
            ) from error

    def apart(self, tasks: Sequence[Callable[[], R]]) -> list[R]:
        """What each task returns, one run after the other: they see what this process holds."""
        return [task() for task in tasks]

    def rest(self) -> None:
        """The workers are not this program's own."""

    def beside(self, task: Callable[[], None]) -> None:
        """Leave the task undone."""

    def _spread(self, function: Callable[[T], R], batches: Iterator[Any]) -> Iterator[R]:
        wanted = f"{__version__} {extractor()}"

        def submit(batch: Any, workers: list[str] | None) -> Any:
            return self._client.submit(
                _checked, function, batch, wanted, pure=False, workers=workers
            )

        parts: deque[Any] = deque()
        suspects: deque[Any] = deque()
        flight = InFlight(self._dask, self._client, submit)
        try:
            while True:
                free = _AHEAD * self.jobs - len(flight)
                for batch in islice(chain(_taken(parts), batches), max(0, free)):
                    flight.give(batch)
                if not flight:
                    break
                for batch, future in flight.done():
                    if self._has_killed(future):
                        halves = batch.halves()
                        (parts if halves else suspects).extend(halves or (batch,))
                    else:
                        yield future.result()
            for suspect in suspects:  # one at a time: whose worker ends now has ended it
                flight.give(suspect)
                for batch, future in flight.done():
                    yield batch.lost() if self._has_killed(future) else future.result()
        finally:
            flight.cancel()

    def _has_killed(self, future: Any) -> bool:
        return future.status == "error" and isinstance(future.exception(), self._dask.KilledWorker)


def _taken(parts: "deque[Any]") -> Iterator[Any]:
    while parts:
        yield parts.popleft()


def _checked(function: Callable[[T], R], batch: T, wanted: str) -> R:
    """Do a batch, in a worker whose version is that of the machine that asks."""
    own = f"{__version__} {extractor()}"
    if own != wanted:
        raise RefusedError(f"a worker has onepath {own}, and this machine has {wanted}", hint=_SAME)
    return function(batch)
