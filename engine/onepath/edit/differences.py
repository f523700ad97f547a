"""What leads from one text to another, as edits."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from onepath.model import Edit

_MOST = 4_000_000
"""So many pairs of lines are compared; texts that differ in more of them are one edit."""


def differences(old: bytes, new: bytes, kind: str) -> tuple[Edit, ...]:
    """The edits that make one text of another, by lines.

    Args:
        old: The text as it is.
        new: What it becomes.
        kind: That of the edits.

    Returns:
        The edits, in order, each without what its lines begin and end with on both sides.
    """
    was, now = old.splitlines(keepends=True), new.splitlines(keepends=True)
    head = _common(was, now)
    tail = _common(was[head:][::-1], now[head:][::-1])
    changed, made = was[head : len(was) - tail], now[head : len(now) - tail]
    if len(changed) * len(made) > _MOST:
        codes = [("replace", 0, len(changed), 0, len(made))]
    else:
        codes = [*SequenceMatcher(None, changed, made, False).get_opcodes()]
    starts = [0]
    for line in was:
        starts.append(starts[-1] + len(line))
    edits = []
    for code, first, last, begin, end in codes:
        if code != "equal":
            gone, comes = b"".join(changed[first:last]), b"".join(made[begin:end])
            before = _head(gone, comes)
            after = _tail(gone[before:], comes[before:])
            start = starts[head + first] + before
            stop = start + len(gone) - before - after
            text = comes[before : len(comes) - after]
            edits.append(Edit(start, stop, text, kind, head + first + 1))
    return tuple(edits)


def _common(one: Sequence[object], other: Sequence[object]) -> int:
    """How many lines, or bytes, both begin with."""
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
