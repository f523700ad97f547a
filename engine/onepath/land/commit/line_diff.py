"""Which lines of a file its edits change; the cost follows the edits, not the file."""

import bisect
import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from onepath.edit.edits import apply_edits
from onepath.model import FileChange

_SMALL = 40_000
"""Up to this product of line counts difflib compares two texts in no noticeable time."""

LineSpans = tuple[int, int, int, int]
"""Lines `a:b` of the old text became lines `c:d` of the new text."""


class ReplacedLines(NamedTuple):
    """Consecutive lines that were replaced."""

    line: int
    """The first old line, from 0."""
    start: int
    end: int
    """Byte span of the old lines."""
    removed: Sequence[bytes]
    added: Sequence[bytes]


def split_lines(text: bytes) -> list[bytes]:
    """Split at `\\n` only, as git does, and keep it: a carriage return is content."""
    lines = text.split(b"\n")
    last = lines.pop()
    return [line + b"\n" for line in lines] + ([last] if last else [])


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
    for first, last, new_first, new_last in differences(old, new):
        offset += sum(map(len, old[seen:first]))
        end = offset + sum(map(len, old[first:last]))
        yield ReplacedLines(line + first, offset, end, old[first:last], new[new_first:new_last])
        seen, offset = last, end


def differences(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[LineSpans]:
    """Yield the spans in which two texts differ, in order."""
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    room = shorter - head
    tail = next((at for at in range(room) if old[-1 - at] != new[-1 - at]), room)
    old, new = old[head : len(old) - tail], new[head : len(new) - tail]
    for a, b, c, d in _inner_differences(old, new):
        yield head + a, head + b, head + c, head + d


def _inner_differences(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[LineSpans]:
    if not old or not new:
        if old or new:
            yield 0, len(old), 0, len(new)
    elif len(old) * len(new) <= _SMALL:
        matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
        for tag, a, b, c, d in matcher.get_opcodes():
            if tag != "equal":
                yield a, b, c, d
    elif not (anchors := _anchors(old, new)):
        yield 0, len(old), 0, len(new)
    else:
        at = new_at = 0
        for anchor, new_anchor in [*anchors, (len(old), len(new))]:
            for a, b, c, d in differences(old[at:anchor], new[new_at:new_anchor]):
                yield at + a, at + b, new_at + c, new_at + d
            at, new_at = anchor + 1, new_anchor + 1


def _anchors(old: Sequence[bytes], new: Sequence[bytes]) -> list[tuple[int, int]]:
    """Return pairs of equal lines that are unique on both sides, in order on both sides.

    This is the patience diff: the longest increasing run among all such pairs.
    """
    count, new_count = Counter(old), Counter(new)
    places = {line: at for at, line in enumerate(new) if new_count[line] == 1}
    pairs = [
        (at, places[line]) for at, line in enumerate(old) if count[line] == 1 and line in places
    ]
    tops: list[int] = []
    tops_at: list[int] = []
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        height = bisect.bisect_left(tops, place)
        before.append(tops_at[height - 1] if height else -1)
        tops[height : height + 1] = [place]
        tops_at[height : height + 1] = [index]
    run: list[tuple[int, int]] = []
    index = tops_at[-1] if tops_at else -1
    while index >= 0:
        run.append(pairs[index])
        index = before[index]
    return run[::-1]
