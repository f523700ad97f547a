"""Which lines of a file its edits change; the cost follows the edits, not the file."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from onepath.edit.edits import apply_edits
from onepath.edit.line_differences import line_differences, split_lines
from onepath.model import FileChange


class ReplacedLines(NamedTuple):
    """Consecutive lines that were replaced."""

    line: int
    """The first old line, from 0."""
    start: int
    end: int
    """Byte span of the old lines."""
    removed: Sequence[bytes]
    added: Sequence[bytes]


def changed_blocks(change: FileChange) -> list[ReplacedLines]:
    """Return what the change does to the file's lines, in order; blocks never touch.

    Raises:
        ValueError: The edits do not lead from the old bytes to the new ones.
    """
    old = change.old
    if change.new is None:
        return [ReplacedLines(0, 0, len(old), split_lines(old), [])] if old else []
    if apply_edits(old, change.edits) != change.new:
        raise ValueError(f"{change.path}: the edits do not give the new text")
    blocks: list[ReplacedLines] = []
    line = counted = 0
    for start, end, text in _edited_lines(change):
        line += old.count(b"\n", counted, start)
        counted = start
        blocks += _blocks_between(split_lines(old[start:end]), split_lines(text), line, start)
    return blocks


def _edited_lines(change: FileChange) -> Iterator[tuple[int, int, bytes]]:
    """Yield each run of whole lines that edits touch: its byte span and its new text."""
    old = change.old
    start = end = position = 0
    pieces: list[bytes] = []
    for edit in change.edits:
        # Neither line end is looked for twice: a line may have a million edits.
        first_line = old.rfind(b"\n", end, edit.start) + 1 or end
        if not pieces or first_line > end:
            if pieces:
                yield start, end, b"".join(pieces) + old[position:end]
            start = position = first_line
            pieces = []
        pieces += old[position : edit.start], edit.new
        position = edit.end
        # The line after a whole deleted line is taken in too: it may get a new beginning.
        if edit.end >= end:
            end = old.find(b"\n", edit.end) + 1 or len(old)
    if pieces:
        yield start, end, b"".join(pieces) + old[position:end]


def _blocks_between(
    old: Sequence[bytes], new: Sequence[bytes], line: int, offset: int
) -> Iterator[ReplacedLines]:
    seen = 0
    for first, last, new_first, new_last in line_differences(old, new):
        offset += sum(map(len, old[seen:first]))
        end = offset + sum(map(len, old[first:last]))
        yield ReplacedLines(line + first, offset, end, old[first:last], new[new_first:new_last])
        seen, offset = last, end
