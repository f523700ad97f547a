"""Folds lines for a terminal: between words, and long names at their dots and slashes."""

import re
from collections.abc import Iterator

_PIECE = re.compile(r"\s+|\.?[^\s./]+/*|[./]+")
_WORD = re.compile(r"\s+|\S+")


def folded_lines(text: str, width: int) -> list[str]:
    """Return the lines of a text.

    Args:
        text: One line of printable characters.
        width: The most characters of a line; at least one.

    Returns:
        At least one line. Joined they are the text, less blanks at which it was folded.
    """
    lines = [""]
    for word in _WORD.findall(text):
        if word.isspace() or len(lines[-1]) + len(word) <= width:
            lines[-1] += word
        elif len(word) <= width:
            lines.append(word)
        else:
            _fold_into(lines, word, width)
    return [line.rstrip() if len(lines) > 1 else line[:width] for line in lines]


def _fold_into(lines: list[str], word: str, width: int) -> None:
    """Add a word that is longer than a line."""
    for piece in _pieces(word, width):
        if len(lines[-1]) + len(piece) <= width:
            lines[-1] += piece
        else:
            lines.append(piece)


def _pieces(word: str, width: int) -> Iterator[str]:
    for piece in _PIECE.findall(word):
        for at in range(0, len(piece), width):
            yield piece[at : at + width]
