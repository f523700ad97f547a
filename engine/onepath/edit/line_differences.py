"""Where two texts differ, line by line; a long text costs no more than its lines."""

import bisect
import difflib
from collections import Counter
from collections.abc import Iterator, Sequence

_SMALL = 40_000
"""Up to this product of line counts difflib compares two texts in no noticeable time."""

LineSpans = tuple[int, int, int, int]
"""Lines `a:b` of the old text became lines `c:d` of the new text."""


def split_lines(text: bytes) -> list[bytes]:
    """Split at `\\n` only, as git does, and keep it: a carriage return is content."""
    lines = text.split(b"\n")
    last = lines.pop()
    return [line + b"\n" for line in lines] + ([last] if last else [])


def line_differences(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[LineSpans]:
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
            for a, b, c, d in line_differences(old[at:anchor], new[new_at:new_anchor]):
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
