"""A few hunks that stand for all of a changeset, so that a reviewer knows what to expect."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from onepath.model import FileChange
from onepath.publish.render.markdown import is_command
from onepath.report.diff import unified

_WORD = re.compile(r"[^\W\d][\w.]*")
_KEPT = frozenset({"from", "import", "as", "if", "def", "class", "await", "return"})
_MOST_LINES = 30
_WIDEST = 160


class HunkShape(NamedTuple):
    """A hunk of a diff and how many have the same shape."""

    path: str
    lines: tuple[str, ...]
    """The header `@@ ... @@` first."""
    alike: int


def typical_hunks(changes: Sequence[FileChange], count: int = 3) -> list[HunkShape]:
    """Return one hunk of each of the most frequent shapes, the shortest that shows it.

    The shape of a hunk is what is left of its changed lines when names are taken for equal.
    Hunks too long to show, and lines that a CI log would take for a command, are passed over.
    """
    shapes: dict[str, list[tuple[int, str, tuple[str, ...]]]] = defaultdict(list)
    for change in changes:
        if change.new is not None and not change.is_new:
            for lines in _hunks(change):
                size = sum(map(len, lines))
                shapes[_shape(lines)].append((size, change.path, lines))
    chosen = []
    for _, hunks in sorted(shapes.items(), key=lambda item: (-len(item[1]), item[0])):
        fitting = [hunk for hunk in hunks if _fits(hunk[2])]
        if fitting:
            _, path, lines = min(fitting)
            chosen.append(HunkShape(path, lines, len(hunks)))
        if len(chosen) == count:
            break
    return chosen


def _hunks(change: FileChange) -> Iterator[tuple[str, ...]]:
    text = unified(change).decode("utf-8", "backslashreplace")
    _, *hunks = re.split(r"^(?=@@ )", text, flags=re.MULTILINE)
    for hunk in hunks:
        yield tuple(line.removesuffix("\r") for line in hunk.rstrip("\n").split("\n"))


def _shape(lines: Sequence[str]) -> str:
    changed = (line for line in lines[1:] if line[:1] in ("+", "-"))
    return "\n".join(_WORD.sub(_anonymous, " ".join(line.split())) for line in changed)


def _anonymous(match: re.Match[str]) -> str:
    return match[0] if match[0] in _KEPT else "N"


def _fits(lines: Sequence[str]) -> bool:
    return len(lines) <= _MOST_LINES and not any(
        len(line) > _WIDEST or is_command(line) for line in lines
    )
