"""Where each key of a TOML text is, which the standard library's parser does not tell."""

import re
import tomllib
from bisect import bisect_right
from collections import Counter

TomlPath = tuple[str | int, ...]
"""The keys that lead to a value; an index for each array on the way: `("exclude", 2)`."""

_TRIVIA = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_KEY_PART = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_EQUALS = re.compile(r"[ \t]*=[ \t]*")
_HEADER_END = re.compile(r"[ \t]*\]\]?")
_SCALAR = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|[^,\]}#\n]+",
    re.DOTALL,
)
_ERROR_POSITION = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def locate(text: str) -> dict[TomlPath, int]:
    """Give the line, from 1, of every table, key and array element of a valid TOML text.

    Of a table that is written in several places the first counts; the keys in the elements of an
    array of tables share one path, and each `[[name]]` has one of its own, `("name", 1)`.
    """
    locator = _Locator(text)
    locator.document()
    return locator.lines


def syntax_problem(error: ValueError, text: str) -> tuple[int, str]:
    """Turn what `tomllib` raised for `text` into a line and a message without the position."""
    message = str(error)
    position = _ERROR_POSITION.search(message)
    if position is None:
        return 0, message
    message = message[: position.start()]
    if position[1] is None:
        return max(1, len(text.rstrip().splitlines())), f"{message} at the end of the file"
    return int(position[1]), f"{message} (column {position[2]})"


class _Locator:
    """Walks once over a text that `tomllib` has already accepted."""

    def __init__(self, text: str) -> None:
        self.lines: dict[TomlPath, int] = {}
        self._elements: Counter[TomlPath] = Counter()
        self._text = text
        self._at = 0
        self._newlines = [match.start() for match in re.finditer("\n", text)]

    def document(self) -> None:
        prefix: TomlPath = ()
        self._take(_TRIVIA)
        while self._at < len(self._text):
            if self._peek() == "[":
                prefix = self._header()
            else:
                self._pair(prefix)
            self._take(_TRIVIA)

    def _header(self) -> TomlPath:
        start = self._at
        is_element = self._text.startswith("[[", start)
        self._at += 2 if is_element else 1
        self._take(_TRIVIA)
        path = self._key()
        self._take(_HEADER_END)
        self._record((), path, start)
        if is_element:
            self._record(path, (self._elements[path],), start)
            self._elements[path] += 1
        return path

    def _pair(self, prefix: TomlPath) -> None:
        start = self._at
        key = self._key()
        self._take(_EQUALS)
        self._record(prefix, key, start)
        self._value(prefix + key)

    def _value(self, path: TomlPath) -> None:
        if self._peek() == "[":
            self._array(path)
        elif self._peek() == "{":
            self._inline_table(path)
        else:
            self._take(_SCALAR)

    def _array(self, path: TomlPath) -> None:
        self._step()
        index = 0
        while self._peek() != "]":
            self._record(path, (index,), self._at)
            self._value((*path, index))
            index += 1
            self._separator()
        self._at += 1

    def _inline_table(self, path: TomlPath) -> None:
        self._step()
        while self._peek() != "}":
            self._pair(path)
            self._separator()
        self._at += 1

    def _separator(self) -> None:
        self._take(_TRIVIA)
        if self._peek() == ",":
            self._step()

    def _step(self) -> None:
        self._at += 1
        self._take(_TRIVIA)

    def _key(self) -> TomlPath:
        parts = [_unquoted(self._take(_KEY_PART))]
        while _DOT.match(self._text, self._at):
            self._take(_DOT)
            parts.append(_unquoted(self._take(_KEY_PART)))
        return tuple(parts)

    def _peek(self) -> str:
        return self._text[self._at]

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise ValueError(f"not TOML at offset {self._at}")
        self._at = match.end()
        return match[0]

    def _record(self, prefix: TomlPath, key: TomlPath, offset: int) -> None:
        line = bisect_right(self._newlines, offset) + 1
        for length in range(1, len(key) + 1):
            self.lines.setdefault(prefix + key[:length], line)


def _unquoted(part: str) -> str:
    if part[0] == '"':
        return str(tomllib.loads(f"key = {part}")["key"])
    return part.strip("'")
