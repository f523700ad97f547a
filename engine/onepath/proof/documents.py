"""What must hold of documents after a change: the Python in them that could be read still can."""

from collections import Counter

from onepath.facts.documents.piece import DocumentError
from onepath.facts.documents.pieces import pieces
from onepath.facts.extract.file import extract
from onepath.model import FileChange


def newly_unreadable(change: FileChange) -> str:
    """What can't be read in a document any more, in words; empty if nothing.

    Args:
        change: A document, or a Python file with examples, that is edited.
    """
    broken = _unreadable(change.path, change.new or b"") - _unreadable(change.path, change.old)
    return f"{min(broken)} as never before" if broken else ""


def _unreadable(path: str, data: bytes) -> Counter[str]:
    """How often something in a document can't be read, by its kind."""
    try:
        found = pieces(path, data)
    except DocumentError:
        return Counter(["document"])
    return Counter("unparseable" for piece in found if extract(piece.source).failure is not None)
