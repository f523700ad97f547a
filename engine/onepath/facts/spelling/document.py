"""Which names of one piece of Python in a document the rest of the document reads."""

import re
from collections.abc import Collection, Sequence
from pathlib import PurePosixPath

from onepath.facts.documents.piece import Piece
from onepath.facts.extract.file import extract


def shared_names(
    path: str, data: bytes, pieces: Sequence[Piece], words: Collection[str]
) -> dict[int, frozenset[str]]:
    """Names that a piece may bind for others: blocks of one document are read one after another.

    Args:
        path: The document; the docstrings of a Python file don't share names.
        data: Its bytes.
        pieces: What is in it.
        words: The names of interest.

    Returns:
        By the place of a piece among `pieces`, where there are such names.
    """
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in (".py", ".pyi"):
        return {}
    read = [_read(piece, words) if len(pieces) > 1 else frozenset() for piece in pieces]
    if suffix == ".ipynb":
        read.append(frozenset(word for word in words if _is_asked(data, word)))
    found = {}
    for index in range(len(pieces)):
        others = [names for at, names in enumerate(read) if at != index]
        names = frozenset().union(*others)
        if names:
            found[index] = names
    return found


def _read(piece: Piece, words: Collection[str]) -> frozenset[str]:
    """The names that a piece reads without binding them itself."""
    if not any(word.encode() in piece.source for word in words):
        return frozenset()
    facts = extract(piece.source)
    if facts.failure is not None:
        text = piece.source.decode("utf-8", "replace")
        return frozenset(word for word in words if re.search(rf"\b{re.escape(word)}\b", text))
    bound = set(facts.scopes[0].bound)
    free = {name for scope in facts.scopes for name in scope.free}
    return frozenset(free.intersection(words) - bound)


def _is_asked(data: bytes, word: str) -> bool:
    """Whether a line in IPython's own syntax, which is no part of a piece, spells a word."""
    name = re.escape(word.encode())
    line = rb"[%%!?](?:[^\r\n\"\\]|\\(?!n))*?\b%b\b|\b%b\b(?:\.\w+)*\?" % (name, name)
    return re.search(line, data) is not None
