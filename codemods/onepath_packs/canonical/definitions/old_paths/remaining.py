"""A place that goes on to need what has another path."""

from typing import NamedTuple


class RemainingReader(NamedTuple):
    """A place that needs a name."""

    path: str
    line: int
    why: str = "goes on to read it"

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.why}" if self.line else f"{self.path} {self.why}"
