"""What a run tells of itself while it lasts: words, and how far it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple


class ProgressStep(NamedTuple):
    """What goes on."""

    text: str
    share: float
    """How much of the whole run is done, from 0 to 1: an estimate."""
    done: int = 0
    """Files that were read, of those that this step reads."""
    total: int = 0
    """Files that this step reads; 0 for a step that counts none."""


class Progress:
    """Told in words what goes on, and asked by the parts of a run to count for it what they do.

    A run has parts, as a migration has phases, and parts have parts. How long one takes is not
    known before: parts beside each other count as equals, and each round of a loop that may have
    any number of rounds halves what is left of its part. So the share grows until the run is done
    and never says so too early.

    Args:
        listener: Takes each step; None for nobody.
    """

    def __init__(self, listener: Callable[[ProgressStep], None] | None = None) -> None:
        self._listener = listener
        self._at, self._end = 0.0, 1.0
        self._before = ""

    def __call__(self, text: str) -> None:
        """Tell in words what goes on."""
        self._tell(text, self._at)

    def files(self, text: str, done: int, total: int) -> None:
        """Tell how many files of a step are read; all of them are a round."""
        ahead = (self._end - self._at) / 2
        self._tell(text, self._at + ahead * done / total, done, total)
        if done == total:
            self._at += ahead

    def round(self) -> None:
        """Count a round of a loop of which nobody knows how many rounds it has."""
        self._at += (self._end - self._at) / 2

    @contextmanager
    def part(self, left: int, name: str = "") -> Iterator[None]:
        """Count what is done inside as the next part of those that are left.

        Args:
            left: How many there are left, this one included; at least one.
            name: Stands before everything that is told inside; empty for nothing.
        """
        outer, before = self._end, self._before
        self._end = self._at + (self._end - self._at) / left
        self._before = f"{before}{name}: " if name else before
        try:
            yield
        finally:
            self._at, self._end, self._before = self._end, outer, before

    def _tell(self, text: str, share: float, done: int = 0, total: int = 0) -> None:
        if self._listener is not None:
            self._listener(ProgressStep(self._before + text, share, done, total))


quiet = Progress()
"""Progress for nobody."""
