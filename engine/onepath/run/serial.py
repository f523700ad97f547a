"""The executor that works in this process."""

from collections.abc import Callable, Iterable, Iterator

from onepath.model.snapshot import R, T


class SerialExecutor:
    """Runs one batch after the other, each when its result is asked for."""

    def map(self, function: Callable[[T], R], batches: Iterable[T]) -> Iterator[R]:
        """Yield `function(batch)` for each batch, in order."""
        return map(function, batches)
