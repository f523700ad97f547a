"""Where the values of a JSON text stand, found with the standard library's own scanners."""

import json
import re
from typing import Any

from onepath.facts.documents.piece import DocumentError

Span = tuple[int, int]

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
_CHARACTER = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\?.", re.DOTALL
)


def load_json(text: str) -> Any:
    """The value of a whole JSON text.

    Raises:
        DocumentError: It is not JSON, or nested too deeply to read.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise DocumentError(error.lineno, error.msg) from None
    except (RecursionError, ValueError) as error:
        raise DocumentError(1, str(error)) from None


def member_spans(text: str, at: int) -> dict[str, Span]:
    """The spans of an object's values by key, the last of equal keys; `text[at]` is its `{`."""
    found: dict[str, Span] = {}
    at = _skip(text, at + 1)
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        start = _skip(text, _skip(text, at) + 1)
        found[key] = start, _end(text, start)
        at = _next(text, found[key][1])
    return found


def items(text: str, at: int) -> list[Span]:
    """The spans of an array's items; `text[at]` is its `[`."""
    spans: list[Span] = []
    at = _skip(text, at + 1)
    while text[at] != "]":
        spans.append((at, _end(text, at)))
        at = _next(text, spans[-1][1])
    return spans


def skip_characters(raw: str, count: int) -> int:
    """How much of a string literal's inside, as written, `count` characters of its value take."""
    at = 0
    for _ in range(count):
        match = _CHARACTER.match(raw, at)
        at = match.end() if match else at + 1
    return at


def _end(text: str, at: int) -> int:
    _, end = _DECODER.raw_decode(text, at)
    return end


def _next(text: str, at: int) -> int:
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
