"""A text that is changed in several steps, and what they come to as edits of the old one."""

from collections.abc import Iterable, Iterator, Sequence

from onepath.edit.edits import apply_edits
from onepath.model import Edit

_Piece = tuple[int, int, bytes | None]
"""Start and end in the old text, or in bytes that were put in."""


class Pieces:
    """A text made of parts of an old one and of what was put in between.

    Args:
        data: The old text.
    """

    def __init__(self, data: bytes) -> None:
        self._old = data
        self._pieces: list[_Piece] = [(0, len(data), None)]
        self.data = data
        """The text as it is by now."""

    def apply(self, edits: Sequence[Edit]) -> None:
        """Make edits of the text as it is by now; in order, without overlap."""
        self.data = apply_edits(self.data, edits)
        rest = list(reversed(self._pieces))
        pieces: list[_Piece] = []
        position = 0
        for edit in edits:
            pieces += _taken(rest, edit.start - position)
            if edit.new:
                pieces.append((0, len(edit.new), edit.new))
            _taken(rest, edit.end - edit.start)
            position = edit.end
        self._pieces = pieces + rest[::-1]

    def edits(self, kind: str) -> tuple[Edit, ...]:
        """The edits of the old text that give the text as it is by now."""
        return tuple(self._edits(kind))

    def _edits(self, kind: str) -> Iterator[Edit]:
        line, counted = 1, 0
        position, new = 0, b""
        every: Iterable[_Piece] = (*self._pieces, (len(self._old), len(self._old), None))
        for start, end, put in every:
            if put is not None:
                new += put[start:end]
                continue
            if new or start > position:
                line += self._old.count(b"\n", counted, position)
                counted = position
                yield Edit(position, start, new, kind, line)
            position, new = end, b""


def _taken(rest: list[_Piece], length: int) -> list[_Piece]:
    """Take the next bytes off what is left of a text, whose pieces stand last first."""
    found = []
    while length:
        start, end, put = rest.pop()
        if end - start > length:
            rest.append((start + length, end, put))
            end = start + length
        found.append((start, end, put))
        length -= end - start
    return found
