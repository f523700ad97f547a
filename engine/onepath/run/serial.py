"""The executor that works in this process."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from onepath.model.snapshot import R, T


class SerialExecutor:
    """Runs one batch after the other, each when its result is asked for."""

    jobs = 1
    carries = False

    def map(self, function: Callable[[T], R], batches: Iterable[T]) -> Iterator[R]:
        """Yield `function(batch)` for each batch, in order."""
        return map(function, batches)

    def apart(self, tasks: Sequence[Callable[[], R]]) -> list[R]:
        """What each task returns, one run after the other."""
        return [task() for task in tasks]

    def rest(self) -> None:
        """Nothing waits here."""

    def beside(self, task: Callable[[], None]) -> None:
        """Leave the task undone."""
