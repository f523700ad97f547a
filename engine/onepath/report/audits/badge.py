"""The findings of a revision as an SVG badge for a README."""

from collections.abc import Sequence
from importlib.resources import files
from string import Template
from xml.sax.saxutils import escape, quoteattr

from onepath.plan.history import Point
from onepath.report.text import counted

_LABEL = "one path"
_NONE, _SOME, _UNKNOWN = "#2a7f3f", "#9a5b00", "#6b6b6b"
"""Backgrounds on which white text has a contrast of 4.5 or more."""
_CHARACTER = 6.6
"""How wide a character is made, in pixels: `textLength` fits the text to it in any font."""
_PADDING = 12


def badge(points: Sequence[Point]) -> str:
    """Return the badge of the newest point: how many findings, and how many more or fewer.

    Args:
        points: The oldest first; at least one. The change is counted from the oldest that is known.
    """
    last = points[-1]
    if last.problem:
        return _svg("not audited", f"{_LABEL}: {_where(last)} could not be audited", _UNKNOWN)
    message = counted(last.findings, "finding")
    title = f"{_LABEL}: {message} at {_where(last)}"
    first = next(point for point in points if not point.problem)
    if first is not last:
        title += f"; {_change(first, last)} {_where(first)}"
    return _svg(message, title, _SOME if last.findings else _NONE)


def _change(first: Point, last: Point) -> str:
    difference = last.findings - first.findings
    if not difference:
        return "as many as at"
    return f"{abs(difference):,} {'more' if difference > 0 else 'fewer'} than at"


def _where(point: Point) -> str:
    return f"{point.revision.commit[:12]} ({point.revision.date[:10]})"


def _svg(message: str, title: str, colour: str) -> str:
    left_text, right_text = (round(len(text) * _CHARACTER) for text in (_LABEL, message))
    left, right = left_text + _PADDING, right_text + _PADDING
    template = Template(files("onepath.report").joinpath("badge.svg").read_text("utf-8"))
    return template.substitute(
        width=left + right,
        left=left,
        right=right,
        colour=colour,
        left_text=left_text,
        right_text=right_text,
        left_middle=left / 2,
        right_middle=left + right / 2,
        label=escape(_LABEL),
        message=escape(message),
        title=quoteattr(title)[1:-1],
    )
