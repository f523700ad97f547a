"""A place that goes on to need what has another path."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from onepath.codemod import Refusal, World
from onepath.edit.line_differences import line_differences, split_lines

_MENTIONS = frozenset(("mentioned", "listed"))
_CONTRAST = "document-contrast"
_PROMPT = b">>> "
_NOTHING: Mapping[str, str] = MappingProxyType({})


class RemainingReader(NamedTuple):
    """A place that needs a name."""

    path: str
    line: int
    why: str = "goes on to read it"

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.why}" if self.line else f"{self.path} {self.why}"

    def as_it_was(
        self, before: World, after: World, origins: Mapping[str, str] = _NOTHING
    ) -> "RemainingReader":
        """It with its file and its line as they were.

        Args:
            before: The code as it was.
            after: The code in which it was found.
            origins: The new path of a file that moves -> its old path.
        """
        path = origins.get(self.path, self.path)
        line = line_before(self.path, self.line, before, after, path)
        return self._replace(path=path, line=line)


def line_before(path: str, line: int, before: World, after: World, origin: str = "") -> int:
    """The line that a line of a file was; the nearest one if it is new.

    Args:
        path: The file, in the code as it is after.
        line: A line of it, from 1; 0 for none in particular.
        before: The code as it was.
        after: The code in which the line is meant.
        origin: The path that the file had, if that is another one.
    """
    origin = origin or path
    was, data = before.read([origin]).get(origin), after.read([path]).get(path)
    if not line or was is None or data is None or was == data:
        return line
    shift = 0
    for first, last, new_first, new_last in line_differences(split_lines(was), split_lines(data)):
        if line <= new_first:
            break
        if line <= new_last:
            return min(first + line - new_first, max(first + 1, last))
        shift = last - new_last
    return line + shift


def may_read(world: World, refusal: Refusal) -> bool:
    """Whether a place that is left as it is may be run, and so goes on to read the old path.

    Args:
        world: The code.
        refusal: What is said of the place.
    """
    if refusal.code == _CONTRAST and not refusal.path.endswith(".ipynb"):
        return _PROMPT in world.read([refusal.path])[refusal.path]
    return refusal.code not in _MENTIONS
