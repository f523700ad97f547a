"""Applies edits to the bytes of a file, and finds places again after they were applied."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from onepath.model import Edit


def in_order(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return the edits as `apply` wants them: by start, insertions before what they precede.

    Edits of one place keep the order in which they were given.
    """
    return tuple(sorted(edits, key=lambda edit: (edit.start, edit.end)))


def apply_edits(data: bytes, edits: Sequence[Edit]) -> bytes:
    """Return `data` with every edit made; what no edit covers is kept byte for byte.

    Args:
        data: The bytes that the edits' offsets speak of.
        edits: In order and without overlap. Several insertions at one offset are made in the
            order given.

    Raises:
        ValueError: An edit is out of order, overlaps the one before it or leaves the file.
    """
    pieces: list[bytes] = []
    position = 0
    for edit in edits:
        if not position <= edit.start <= edit.end <= len(data):
            raise ValueError(
                f"line {edit.line}: edit {edit.start}:{edit.end} does not fit after "
                f"offset {position} in {len(data)} bytes"
            )
        pieces += data[position : edit.start], edit.new
        position = edit.end
    pieces.append(data[position:])
    return b"".join(pieces)


def map_offset(edits: Sequence[Edit], offset: int) -> int | None:
    """Return where the byte at `offset` of the old text is in the new text.

    None means that an edit replaced that byte. The offset just after the last byte is taken
    for the end of the text. An insertion at `offset` comes before the byte.
    """
    moved = 0
    for edit in edits:
        if offset < edit.start:
            break
        if offset < edit.end:
            return None
        moved += len(edit.new) - (edit.end - edit.start)
    return offset + moved


def composed_edits(old: bytes, first: Sequence[Edit], second: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return the edits that do at once what some edits do, and others on what these make.

    Args:
        old: The bytes that the first edits' offsets speak of.
        first: In order and without overlap.
        second: The same; their offsets speak of what the first ones make.

    Returns:
        The edits, in order. Those of both sides that touch each other are one.
    """
    new = apply_edits(apply_edits(old, first), second)
    spans, grown = [], 0
    for edit in first:
        start = edit.start + grown
        spans.append(_Span(start, start + len(edit.new), _growth(edit), 0, edit.kind))
        grown += _growth(edit)
    spans += [_Span(edit.start, edit.end, 0, _growth(edit), edit.kind) for edit in second]
    edits, before, after = [], 0, 0
    for span in _touching(sorted(spans)):
        at, stop = span.start - before, span.end - before - span.before
        text = new[span.start + after : span.end + after + span.after]
        edits.append(Edit(at, stop, text, span.kind, old.count(b"\n", 0, at) + 1))
        before, after = before + span.before, after + span.after
    return tuple(edits)


class _Span(NamedTuple):
    """Where something changes in the text between two rounds of edits."""

    start: int
    end: int
    before: int
    """How much longer it is than in the text before the first round."""
    after: int
    """How much longer it becomes in the second."""
    kind: str


def _growth(edit: Edit) -> int:
    return len(edit.new) - (edit.end - edit.start)


def _touching(spans: Iterable[_Span]) -> Iterator[_Span]:
    """The spans, in order, those as one that touch each other."""
    last: _Span | None = None
    for span in spans:
        if last is not None and span.start <= last.end:
            before, after = last.before + span.before, last.after + span.after
            last = _Span(last.start, max(last.end, span.end), before, after, last.kind)
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last
