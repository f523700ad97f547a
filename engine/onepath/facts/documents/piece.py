"""A piece of Python inside another file, and the way back from it to that file."""

import ast
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from onepath.facts.source import SourceText
from onepath.model import Edit


class DocumentError(ValueError):
    """A document that can't be read as what its name says.

    Args:
        line: Line of the document, from 1.
        reason: What stands against it.
    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


class Carrier(Protocol):
    """Knows where the source of a piece lies in its document."""

    def carry(self, source: bytes, edits: Sequence[Edit]) -> tuple[Edit, ...]:
        """Turn ordered edits on `source` into edits on the document; ValueError if it can't."""
        ...


PieceKind = Literal["fenced", "code-block", "doctest", "cell"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of Python inside a document, with indentation and prompts taken off."""

    source: bytes
    """UTF-8, with the line ends of the document."""
    line: int
    """Where it starts in the document."""
    kind: PieceKind
    carrier: Carrier = field(repr=False, compare=False)

    def to_document(self, edits: Sequence[Edit]) -> tuple[Edit, ...]:
        """Carry edits on `source` to the document.

        Returns:
            Edits on the document's bytes, in order, of kind `document`.

        Raises:
            ValueError: An edit can't be carried; the message is the reason for a refusal.
        """
        ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
        _check_order(ordered)
        if ordered and ordered[-1].end > len(self.source):
            raise ValueError("an edit lies outside the piece")
        carried = self.carrier.carry(self.source, ordered)
        _check_order(carried)
        return carried


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A document as UTF-8 and the encoding in which it is stored."""

    utf8: bytes
    encoding: str

    @classmethod
    def read(cls, data: bytes) -> "DocumentText":
        """Read bytes as UTF-8 or, if they are not, as Latin-1, which always succeeds."""
        try:
            data.decode()
        except UnicodeDecodeError:
            return cls(data.decode("latin-1").encode(), "latin-1")
        return cls(data, "utf-8")

    @classmethod
    def of_python(cls, data: bytes) -> "DocumentText":
        """Read a Python file in the encoding that it names.

        Raises:
            UndecodableError: The encoding is unknown, or the bytes are not in it.
        """
        encoding = SourceText(data).encoding
        if encoding in ("utf-8", "utf-8-sig"):
            return cls(data, "utf-8")
        return cls(data.decode(encoding).encode(), encoding)

    def edit(self, start: int, end: int, new: bytes, line: int) -> Edit:
        """An edit on the bytes as stored, given in offsets of the UTF-8 text.

        Raises:
            ValueError: `new` can't be written in the document's encoding.
        """
        if self.encoding == "utf-8":
            return Edit(start, end, new, "document", line)
        try:
            stored = new.decode().encode(self.encoding)
        except UnicodeEncodeError:
            raise ValueError(f"the new text can't be written in {self.encoding}") from None
        return Edit(self._stored(start), self._stored(end), stored, "document", line)

    def _stored(self, offset: int) -> int:
        return len(self.utf8[:offset].decode().encode(self.encoding))


def _check_order(edits: Sequence[Edit]) -> None:
    at = 0
    for edit in edits:
        if not at <= edit.start <= edit.end:
            raise ValueError("the edits overlap")
        at = edit.end


def applied(data: bytes, edits: Sequence[Edit]) -> bytes:
    """`data` after ordered edits that do not overlap."""
    parts: list[bytes] = []
    at = 0
    for edit in edits:
        parts += (data[at : edit.start], edit.new)
        at = edit.end
    return b"".join((*parts, data[at:]))


def parsed(source: str) -> ast.Module | None:
    """The syntax tree of a user's source, or None if it is not Python; warnings stay unseen."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def statement_lines(source: bytes) -> frozenset[int]:
    """The lines on which a top-level statement starts, from 1.

    Raises:
        ValueError: The source is not Python.
    """
    tree = parsed(source.decode())
    if tree is None:
        raise ValueError("the edited examples would not be Python")
    return frozenset(
        min((node.lineno, *(item.lineno for item in getattr(node, "decorator_list", ()))))
        for node in tree.body
    )
