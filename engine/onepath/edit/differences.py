"""What leads from one text to another, as edits."""

from itertools import accumulate

from onepath.edit.line_differences import line_differences, split_lines
from onepath.model import Edit


def differences(old: bytes, new: bytes, kind: str) -> tuple[Edit, ...]:
    """The edits that make one text of another, by lines.

    Args:
        old: The text as it is.
        new: What it becomes.
        kind: That of the edits.

    Returns:
        The edits, in order, each without what its lines begin and end with on both sides.
    """
    was, now = split_lines(old), split_lines(new)
    starts = [0, *accumulate(map(len, was))]
    edits = []
    for first, last, begin, end in line_differences(was, now):
        gone, comes = b"".join(was[first:last]), b"".join(now[begin:end])
        before = _head(gone, comes)
        after = _tail(gone[before:], comes[before:])
        start = starts[first] + before
        stop = start + len(gone) - before - after
        edits.append(Edit(start, stop, comes[before : len(comes) - after], kind, first + 1))
    return tuple(edits)


def _common(one: bytes, other: bytes) -> int:
    """How many bytes both begin with."""
    return next(
        (at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right),
        min(len(one), len(other)),
    )


def _head(one: bytes, other: bytes) -> int:
    """How many bytes both begin with, no UTF-8 character cut."""
    count = _common(one, other)
    while count and any(_is_inside(text[count : count + 1]) for text in (one, other)):
        count -= 1
    return count


def _tail(one: bytes, other: bytes) -> int:
    """How many bytes both end with, no UTF-8 character cut."""
    count = _common(one[::-1], other[::-1])
    while count and _is_inside(one[-count:][:1]):
        count -= 1
    return count


def _is_inside(byte: bytes) -> bool:
    """Whether a byte goes on with a character."""
    return bool(byte) and byte[0] & 0xC0 == 0x80
