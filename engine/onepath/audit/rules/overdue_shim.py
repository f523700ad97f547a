"""Shims that were to be gone by now.

What it finds
    A comment `# migrate: shim for NAME until DATE`, as `migrate rename` and `migrate move` leave it
    with `--shim` and `--until`, whose date is past.

Why it matters
    A shim is one more path to the same thing. It was left for others who had until that day; what
    nobody takes away stays for good.

Example
    # migrate: shim for pkg.new.Name until 2026-01-31
    from pkg.new import Name

How it is fixed
    Take the lines under the comment out, once nothing refers to the old path: `migrate explain`
    lists who does. If others need longer, change the date.
"""

import re
import tokenize
from collections.abc import Container, Iterable
from datetime import date
from io import BytesIO

from onepath.analysis.index import Index
from onepath.audit.finding import Violation
from onepath.audit.rule import Rule
from onepath.config.settings import Settings
from onepath.facts.prefilter.words import Needles

_PREFIX = "# migrate: shim for "
_SPELLED = Needles.of(["migrate: shim for"])
_MARKER = re.compile(
    rb"^[ \t]*# migrate: shim for ([\w.]+) until (\d{4}-\d\d-\d\d)\b", re.MULTILINE
)


def marker(until: str, dotted: str) -> str:
    """The comment above a shim.

    Args:
        until: The date on which it is to be gone; empty for none.
        dotted: The path that is to be used instead.
    """
    return f"{_PREFIX}{dotted}{f' until {until}' if until else ''}"


def check(index: Index, settings: Settings, today: date | None = None) -> Iterable[Violation]:
    """Look at every comment of this kind.

    Args:
        index: The code.
        settings: Not asked.
        today: The day that counts; None for that of the machine.
    """
    today = today or date.today()
    for path in index.world.fact_store.mentioning(_SPELLED):
        data = index.world.read([path]).get(path, b"")
        overdue = [
            match for match in _MARKER.finditer(data) if _is_before(match[2].decode(), today)
        ]
        text = _lines_of_text(data) if overdue else ()
        for found in overdue:
            line, dotted = data.count(b"\n", 0, found.start()) + 1, found[1].decode()
            if line not in text:
                reason = f"this shim for '{dotted}' was to be gone by {found[2].decode()}"
                yield Violation(path, line, reason, dotted, dotted)


def _lines_of_text(data: bytes) -> Container[int]:
    """The lines that begin inside a string, where what looks like a comment is none."""
    inside: set[int] = set()
    try:
        for token in tokenize.tokenize(BytesIO(data).readline):
            inside.update(range(token.start[0] + 1, token.end[0] + 1))
    except (tokenize.TokenError, SyntaxError):
        pass  # Syntax newer than this Python: what comes after counts as comments.
    return inside


def _is_before(until: str, today: date) -> bool:
    try:
        return date.fromisoformat(until) < today
    except ValueError:
        return False


RULE = Rule("overdue-shim", "A shim whose end is past", check, by_day=True, searches=(_SPELLED,))
