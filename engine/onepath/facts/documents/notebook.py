"""The code cells of a Jupyter notebook as one piece of Python, and the way back to the file.

An edit replaces characters inside the JSON strings that it touches; every other byte of the file
stays: indentation, key order, escapes, outputs.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from onepath.facts.documents.notebook_json import (
    Span,
    items,
    load_json,
    member_spans,
    skip_characters,
)
from onepath.facts.documents.notebook_magic import without_magic
from onepath.facts.documents.piece import DocumentText, Piece, parsed
from onepath.model import Edit

_ESCAPED = re.compile(r"\\u(?!00[0-7])[0-9a-fA-F]{4}")
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Literal(NamedTuple):
    """One JSON string of a cell's source."""

    start: int
    """Of the opening quote, in characters of the file."""
    end: int
    value: str


class _Cell(NamedTuple):
    """One code cell; `shown` stands for its value in the piece, character for character."""

    literals: tuple[_Literal, ...]
    separator: str
    """What is between two lines of the source; empty where the source is one string."""
    value: str
    shown: str


class _Spot(NamedTuple):
    """A place in a cell."""

    literal: int
    column: int
    """In characters of the literal's value."""
    at: int
    """In characters of the file."""


def notebook_pieces(data: bytes) -> tuple[Piece, ...]:
    """The code cells of a notebook as one piece; those that are not Python each as their own.

    Raises:
        DocumentError: The notebook is not valid JSON.
    """
    text = DocumentText.read(data)
    shift = 1 if text.utf8.startswith(b"\xef\xbb\xbf") else 0
    written = text.utf8.decode()[shift:]
    value = load_json(written)
    if not isinstance(value, dict) or not isinstance(value.get("cells"), list):
        return ()
    if _language(value) not in ("", "python", "ipython"):
        return ()
    cells = [cell for cell in _cells(written, value) if cell.shown.strip()]
    sound = [cell for cell in cells if parsed(cell.shown) is not None]
    broken = [cell for cell in cells if parsed(cell.shown) is None]
    groups = [sound, *([cell] for cell in broken)] if broken else [cells]
    return tuple(_piece(text, written, tuple(group)) for group in groups if group)


def _language(notebook: dict[str, Any]) -> str:
    metadata = notebook.get("metadata")
    for part, key in (("kernelspec", "language"), ("language_info", "name")):
        found = metadata.get(part) if isinstance(metadata, dict) else None
        if isinstance(found, dict) and isinstance(found.get(key), str):
            return str(found[key]).lower()
    return ""


def _cells(written: str, notebook: dict[str, Any]) -> Iterator[_Cell]:
    top = member_spans(written, written.index("{"))
    for cell, (start, _) in zip(notebook["cells"], items(written, top["cells"][0]), strict=True):
        if isinstance(cell, dict) and cell.get("cell_type") == "code" and "source" in cell:
            source = cell["source"]
            span = member_spans(written, start)["source"]
            if isinstance(source, str):
                yield _cell(written, [span], [source], "")
            elif _is_lines(source):
                spans = items(written, span[0])
                yield _cell(written, spans, source, _separator(written, span[0], spans))


def _is_lines(source: object) -> bool:
    return (
        isinstance(source, list) and source != [] and all(isinstance(line, str) for line in source)
    )


def _separator(written: str, start: int, spans: Sequence[Span]) -> str:
    if len(spans) > 1:
        return written[spans[0][1] : spans[1][0]]
    return "," + written[start + 1 : spans[0][0]]


def _cell(written: str, spans: Sequence[Span], values: Sequence[str], separator: str) -> _Cell:
    literals = tuple(_Literal(*span, value) for span, value in zip(spans, values, strict=True))
    value = "".join(values)
    return _Cell(literals, separator, value, without_magic(_SURROGATE.sub("\ufffd", value)))


def _piece(text: DocumentText, written: str, cells: tuple[_Cell, ...]) -> Piece:
    parts: list[bytes] = []
    starts: list[int] = []
    size = 0
    for cell in cells:
        if parts and not parts[-1].endswith((b"\n", b"\r")):
            parts.append(b"\n")
            size += 1
        starts.append(size)
        parts.append(cell.shown.encode())
        size += len(parts[-1])
    line = written.count("\n", 0, cells[0].literals[0].start) + 1
    return Piece(
        b"".join(parts), line, "cell", _NotebookCarrier(text, written, cells, tuple(starts))
    )


@dataclass(frozen=True, slots=True)
class _NotebookCarrier:
    """Carries edits on the joined cells to the JSON strings in which they are written."""

    text: DocumentText
    written: str
    cells: tuple[_Cell, ...]
    starts: tuple[int, ...]
    """Where each cell starts in the piece."""

    def carry(self, source: bytes, edits: Sequence[Edit]) -> tuple[Edit, ...]:
        """See `Carrier.carry`."""
        return tuple(self._one(source, edit) for edit in self._joined(edits))

    def _joined(self, edits: Sequence[Edit]) -> Iterator[Edit]:
        """The same changes, those that touch inside one cell made one."""
        held: Edit | None = None
        for edit in edits:
            if held and held.end == edit.start and edit.start not in self.starts[1:]:
                held = held._replace(end=edit.end, new=held.new + edit.new)
                continue
            if held:
                yield held
            held = edit
        if held:
            yield held

    def _one(self, source: bytes, edit: Edit) -> Edit:
        index = bisect_right(self.starts, edit.start) - 1
        cell, base = self.cells[index], self.starts[index]
        size = len(cell.shown.encode())
        new, end = edit.new.decode(), edit.end - base
        if end > size:
            new = self._before_next_cell(source, edit)
            end = size
        start = len(source[base : edit.start].decode())
        stop = len(source[base : base + end].decode())
        if cell.value[start:stop] != cell.shown[start:stop]:
            raise ValueError("the change would span a magic of the notebook")
        if new.endswith("\n") and cell.value[start:stop].endswith("\n"):
            new, stop = new[:-1], stop - 1
        return self._edit(cell, start, stop, new)

    def _before_next_cell(self, source: bytes, edit: Edit) -> str:
        """The new text for an edit that takes the line end put after a cell with it."""
        index = bisect_right(self.starts, edit.end) - 1
        is_line_start = source[: edit.start].endswith((b"\n", b"\r")) or not edit.start
        if self.starts[index] != edit.end or bisect_right(self.starts, edit.start) != index:
            raise ValueError("the change would span two cells of the notebook")
        if edit.new.endswith(b"\n"):
            return edit.new[:-1].decode()
        if edit.new or not is_line_start:
            raise ValueError("the change would join two cells of the notebook")
        return ""

    def _edit(self, cell: _Cell, start: int, stop: int, new: str) -> Edit:
        last = len(cell.literals) - 1
        first_spot = self._spot(cell, start, prefer_next=True)
        last_spot = first_spot if start == stop else self._spot(cell, stop, prefer_next=not new)
        is_end = last_spot.literal == last and stop == len(cell.value)
        if not new and is_end and first_spot.literal and not first_spot.column:
            # The last lines go: the line before them becomes the last item of the list.
            first_spot = self._end_of(cell, first_spot.literal - 1)
        literal = cell.literals[first_spot.literal]
        parts = re.split(r"(?<=\n)", new) if cell.separator else [new]
        if is_end and len(parts) > 1 and not parts[-1]:
            del parts[-1]
        if cell.separator and new and first_spot.column and cell.value[:start].endswith("\n"):
            parts.insert(0, "")
        joint = f'"{cell.separator}"'
        text = joint.join(self._encoded(part, literal) for part in parts)
        at, end = (len(self.written[: spot.at].encode()) for spot in (first_spot, last_spot))
        shift = len(self.text.utf8) - len(self.written.encode())
        line = self.written.count("\n", 0, first_spot.at) + 1
        return self.text.edit(at + shift, end + shift, text.encode(), line)

    def _spot(self, cell: _Cell, offset: int, *, prefer_next: bool) -> _Spot:
        """Where the character `offset` of a cell is written; at a joint, in either string."""
        last = len(cell.literals) - 1
        for index, literal in enumerate(cell.literals):
            size = len(literal.value)
            if offset < size or (offset == size and (index == last or not prefer_next)):
                inside = self.written[literal.start + 1 : literal.end - 1]
                at = literal.start + 1 + skip_characters(inside, offset)
                return _Spot(index, offset, at)
            offset -= size
        return self._end_of(cell, last)

    def _end_of(self, cell: _Cell, index: int) -> _Spot:
        literal = cell.literals[index]
        return _Spot(index, len(literal.value), literal.end - 1)

    def _encoded(self, part: str, literal: _Literal) -> str:
        """The inside of a JSON string, with non-ASCII characters as they are written nearby."""
        nearby = self.written[literal.start : literal.end]
        if nearby.isascii() and not _ESCAPED.search(nearby):
            nearby = self.written
        ascii_only = nearby.isascii() and _ESCAPED.search(nearby) is not None
        return json.dumps(part, ensure_ascii=ascii_only)[1:-1]
