"""Continuation lines of an import that stand under its first name."""

import re

_HEAD = re.compile(r"(?:lazy\s+)?(?:from\b.*?\S\s+)?import[ \t]*\(?[ \t]*(?=[^\s#\\])")


def realigned(old: str, new: str, column: int) -> str:
    """A changed statement with the lines under its first name still under it.

    Args:
        old: The statement before, from its first character.
        new: The statement after; only the words in it have changed.
        column: Where the statement begins on its line.
    """
    before, after = _HEAD.match(old), _HEAD.match(new)
    if before is None or after is None or before.end() == after.end() or "\n" not in new:
        return new
    old_margin, margin = column + before.end(), column + after.end()
    first, *rest = new.split("\n")
    names = [line for line in rest if line.strip() != ")"]
    if "\n" in before[0] + after[0] or any(_margin(line) != " " * old_margin for line in names):
        return new
    # The last bracket is under the first name, under the first bracket, or where it likes.
    moved = {" " * old_margin: " " * margin, " " * (old_margin - 1): " " * (margin - 1)}
    lines = (moved.get(_margin(line), _margin(line)) + line.lstrip() for line in rest)
    return "\n".join((first, *lines))


def _margin(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
