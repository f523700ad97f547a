"""The strings and comments of a Python file, and what each of them is for."""

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate

from onepath.model import Facts

_TOKEN = re.compile(
    rb"#[^\r\n]*"
    rb"|\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*+\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*+'''"
    rb"|\"(?:[^\"\\\r\n]|\\.)*+\"|'(?:[^'\\\r\n]|\\.)*+'",
    re.DOTALL,
)
_PROMPT = re.compile(rb"[^\r\n]*?(?:>>>|\.\.\.) ")
_IMPORTING = re.compile(
    rb"(?:(?<!\w)|(?<=\\[nt]))(?:import[ \t]+[^\W\d]|from[ \t]+\.*[\w.]+[ \t]+import\b"
    rb"|(?:__import__|import_module)\()"
)
_RUNNING = re.compile(rb"(?<!\w)(?:eval|exec|compile|timeit|repeat)\(\s*[rRbBuUfF]*\Z")
"""A call that runs the string that follows."""
_BETWEEN = re.compile(rb"[ \t\r\n\\]*[rRbBuUfF]*")
"""What is between two literals that are one string."""
_FAR = 100
"""Bytes before a string in which such a call is looked for."""


class Texts:
    """What a Python file holds besides code.

    Args:
        data: The file's bytes.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Where its strings and comments are, in order."""
        return [match.span() for match in _TOKEN.finditer(self._data)]

    def around(self, at: int) -> tuple[int, int] | None:
        """The string or comment around a place; None in code."""
        spans = self.spans
        index = bisect_right(spans, (at, len(self._data))) - 1
        return spans[index] if index >= 0 and at < spans[index][1] else None

    def is_comment(self, at: int) -> bool:
        """Whether a place is in a comment."""
        span = self.around(at)
        return span is not None and self._data[span[0]] == ord(b"#")

    def is_docstring(self, at: int) -> bool:
        """Whether a place is in a string that is a statement of its own."""
        if self.around(at) is None or self.is_comment(at):
            return False
        start, _ = self.whole(at)
        return _is_statement(self._data, start, self._without_comments(start))

    def is_read(self, at: int) -> bool:
        """Whether a place outside of the code may be read: no comment or prose.

        A string that is passed on is, and so is an example in a docstring.
        """
        return is_behind_prompt(self._data, at) or not (
            self.is_comment(at) or self.is_docstring(at)
        )

    def is_code(self, at: int) -> bool:
        """Whether a place is in a string that is passed on and may be run as Python: it imports
        something, or it is given to `eval` or the like."""
        if self.around(at) is None or self.is_comment(at) or self.is_docstring(at):
            return False
        start, end = self.whole(at)
        before = self._data[max(0, start - _FAR) : start]
        return (
            _IMPORTING.search(self._data, start, end) is not None
            or _RUNNING.search(before) is not None
        )

    def whole(self, at: int) -> tuple[int, int]:
        """The span of the string around a place, with those that are written next to it."""
        spans, data = self.spans, self._data
        first = last = bisect_right(spans, (at, len(data))) - 1
        while first > 0 and self._are_joined(first - 1):
            first -= 1
        while last + 1 < len(spans) and self._are_joined(last):
            last += 1
        return spans[first][0], spans[last][1]

    def _are_joined(self, index: int) -> bool:
        """Whether a string and the next one are written next to each other."""
        (start, end), (following, _) = self.spans[index : index + 2]
        is_comment = ord(b"#") in (self._data[start], self._data[following])
        return not is_comment and _BETWEEN.fullmatch(self._data, end, following) is not None

    def _without_comments(self, start: int) -> int:
        """Where the code before a place ends, or the comments right above it begin."""
        index = bisect_right(self.spans, (start,)) - 1
        while index >= 0 and self._data[self.spans[index][0]] == ord(b"#"):
            above, end = self.spans[index]
            if self._data[end:start].strip(b" \t\r\n\frRuUbB"):
                break
            start, index = above, index - 1
        return start


def is_behind_prompt(data: bytes, at: int) -> bool:
    """Whether a place of a text is in an example, behind the prompt of an interpreter."""
    return _PROMPT.match(data[data.rfind(b"\n", 0, at) + 1 : at]) is not None


class Spans:
    """Parts of a file, by their offsets.

    Args:
        spans: Where each begins and ends; they may overlap.
    """

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        every = sorted(spans)
        self._starts = [start for start, _ in every]
        self._ends = [*accumulate((end for _, end in every), max)]

    def holds(self, at: int) -> bool:
        """Whether a place is in one of them."""
        index = bisect_right(self._starts, at) - 1
        return index >= 0 and at < self._ends[index]


def code_spans(facts: Facts, data: bytes) -> Spans:
    """Where a Python file has code that was understood, or a string that is a path as a whole.

    Args:
        facts: The facts of the file.
        data: Its bytes.
    """
    return Spans([*_understood(facts, data)])


def _understood(facts: Facts, data: bytes) -> Iterator[tuple[int, int]]:
    if facts.failure is not None:
        yield 0, sys.maxsize  # it is listed as a whole
    for statement in facts.imports:
        yield statement.start, statement.end
    for string in facts.strings:
        yield string.start, string.end
    for record in facts.named:
        # An entry point is a part of its string.
        at = data.find(record.text.encode(), record.start, record.end)
        if record.how == "entry" and at >= 0:
            yield at, at + len(record.text.encode())
    for use in facts.uses:
        if use.chain:
            yield use.start, use.chain[-1][1] if use.exact else use.end


def _is_statement(data: bytes, start: int, above: int) -> bool:
    """Whether a string literal is a statement of its own.

    Args:
        data: The file.
        start: Where the literal begins.
        above: The same, or where the comments above it begin.
    """
    line = data.rfind(b"\n", 0, start) + 1
    if data[line:start].strip(b" \t\frRuUbB"):
        return False
    before = data[: min(line, above)].rstrip()
    return not before.endswith((b"(", b",", b"=", b"[", b"{", b"+", b"%", b"\\")) and (
        before[-1:] != b":"
        or re.search(rb"(?:def|class)\b[^\r\n]*\Z", before[-2000:]) is not None
        or before.endswith(b"):")
    )
