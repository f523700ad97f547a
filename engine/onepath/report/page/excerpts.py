"""The lines of code around findings, as text that a page can show."""

from collections.abc import Iterable, Mapping

from onepath.facts.source import SourceText, UndecodableError
from onepath.report.text import printable

AROUND = 2
"""So many lines are shown before and after the line of a finding."""
_WIDTH = 160
"""So many characters of a line are shown."""
MOST = 4_000_000
"""So many characters are shown in all; findings after that come without code."""


def excerpts(
    code: Mapping[str, bytes], lines: Iterable[tuple[str, int]]
) -> dict[str, dict[int, str]]:
    """Return the lines around places, by path and number; each line once.

    Args:
        code: Content by path. What is not text in the encoding that it names has no excerpt.
        lines: Path and line of each place, those that matter most first. A line of 0 is the file.
    """
    shown: dict[str, dict[int, str]] = {}
    texts: dict[str, list[str]] = {}
    room = MOST
    for path, line in lines:
        if path not in texts:
            texts[path] = _lines(code.get(path, b""))
        text = texts[path]
        if not 0 < line <= len(text):
            continue
        kept = shown.setdefault(path, {})
        for number in range(max(1, line - AROUND), min(len(text), line + AROUND) + 1):
            if number not in kept:
                kept[number] = _shown(text[number - 1])
                room -= len(kept[number])
        if room < 0:
            break
    return {path: dict(sorted(kept.items())) for path, kept in shown.items() if kept}


def _lines(data: bytes) -> list[str]:
    try:
        # Split at \n, \r\n and \r alone, as the parser counts lines.
        return [line.decode("utf-8") for line in SourceText(data).utf8.splitlines()]
    except (UndecodableError, UnicodeDecodeError):
        return []


def _shown(line: str) -> str:
    text = line.expandtabs(4).rstrip()
    return printable(text if len(text) <= _WIDTH else f"{text[:_WIDTH]}…")
