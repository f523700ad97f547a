"""Where the nodes of a libcst tree stand, in the terms of CPython's `ast`."""

import ast
import bisect
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import libcst as cst
from libcst.metadata import CodeSpan

Node = TypeVar("Node", bound=ast.AST)
Span = tuple[int, int]

_LINE_END = re.compile(rb"\r\n?|\n")
_BLANKS = b" \t\f\r\n\\"


class Layout:
    """The text of one file, and the spans that libcst gives to the nodes of its tree.

    All offsets are byte offsets into `source`.
    """

    def __init__(
        self, source: bytes, generated: bytes, spans: Mapping[cst.CSTNode, CodeSpan]
    ) -> None:
        """`generated` is the tree printed by libcst, to which `spans` belong.

        Raises ValueError if it differs from `source` in more than blanks.
        """
        self.source = source
        self._spans = spans
        self._lines = [0, *(match.end() for match in _LINE_END.finditer(source))]
        self._offset = _offsets(generated, source)

    def error(self, message: str, offset: int) -> cst.ParserSyntaxError:
        """An error that points at `offset`."""
        return syntax_error(message, self.source, bisect.bisect(self._lines, offset))

    def place(self, node: Node, span: Span) -> Node:
        """Give `node` the position of `span`, and return it."""
        start, end = span
        row = bisect.bisect(self._lines, start)
        node.lineno = row  # type: ignore[attr-defined]
        node.col_offset = start - self._lines[row - 1]  # type: ignore[attr-defined]
        if row < len(self._lines) and self._lines[row] <= end:
            row = bisect.bisect(self._lines, end)
        node.end_lineno = row  # type: ignore[attr-defined]
        node.end_col_offset = end - self._lines[row - 1]  # type: ignore[attr-defined]
        return node

    def line_before(self, offset: int) -> bytes:
        """The line above the one with `offset`; empty in the first line."""
        row = bisect.bisect(self._lines, offset) - 1
        return self.source[self._lines[row - 1] : self._lines[row]] if row else b""

    def text(self, start: int, end: int) -> str:
        """The source between two offsets, with the line ends CPython sees."""
        return newlines(self.source[start:end].decode())

    def start(self, node: cst.CSTNode) -> int:
        """Where libcst lets `node` begin."""
        return self._offset(self._spans[node].start)

    def end(self, node: cst.CSTNode) -> int:
        """Where libcst lets `node` end; punctuation ends before the blanks after it."""
        if isinstance(node, cst.Comma | cst.Colon | cst.Semicolon):
            return self.end(node.whitespace_before) + 1
        span = self._spans[node]
        if not span.length:
            return self._offset(span.start)
        return self._offset(span.start + span.length - 1) + 1

    def span(self, node: cst.CSTNode) -> Span:
        """Start and end of `node`."""
        return self.start(node), self.end(node)

    def inner(self, node: Any) -> Span:
        """The span of an expression or pattern as `ast` has it: without parentheses, except
        those that belong to a tuple or a generator."""
        owns = isinstance(node, cst.Tuple | cst.GeneratorExp | cst.MatchTuple)
        if owns and node.lpar:
            return self.start(node.lpar[-1]), self.end(node.rpar[0])
        start, end = self.span(node)
        if isinstance(node, cst.Tuple) and isinstance(node.elements[-1].comma, cst.Comma):
            return start, self.end(node.elements[-1].comma)
        if isinstance(node, cst.Yield):
            value = node.value.item if isinstance(node.value, cst.From) else node.value
            return start, self.outer(value)[1] if value else start + len("yield")
        return start, end

    def outer(self, node: Any) -> Span:
        """The span of an expression or pattern with all its parentheses."""
        if node.lpar:
            return self.start(node.lpar[0]), self.end(node.rpar[-1])
        return self.inner(node)


def syntax_error(message: str, source: bytes, line: int) -> cst.ParserSyntaxError:
    """An error that points at a line of `source`."""
    lines = source.decode("utf-8", "replace").splitlines(keepends=True)
    lines += [""] * (line - len(lines))
    return cst.ParserSyntaxError(message, lines=lines, raw_line=line, raw_column=0)


def newlines(text: str) -> str:
    """`text` with the line ends that CPython sees."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def identifier(node: cst.CSTNode) -> str:
    """The text of a `cst.Name` as CPython compares it."""
    value = cst.ensure_type(node, cst.Name).value
    return value if value.isascii() else unicodedata.normalize("NFKC", value)


def _offsets(generated: bytes, source: bytes) -> Callable[[int], int]:
    """From offsets in `generated` to offsets in `source`, which may differ in blanks.

    libcst drops a form feed or a backslash continuation in front of some statements, and
    repeats a form feed that is in the indent of a block's first statement.
    """
    if generated == source:
        return lambda offset: offset
    breaks, shifts = [0], [0]
    here = 0
    for offset, byte in enumerate(generated):
        found = here
        while found < len(source) and source[found] != byte and source[found] in _BLANKS:
            found += 1
        if found < len(source) and source[found] == byte:
            here = found
        elif byte not in _BLANKS:
            raise ValueError("libcst does not give back the text it read")
        if here - offset != shifts[-1]:
            breaks.append(offset)
            shifts.append(here - offset)
        here += source[here : here + 1] == generated[offset : offset + 1]
    if source[here:].strip(_BLANKS):
        raise ValueError("libcst does not give back the text it read")
    return lambda offset: offset + shifts[bisect.bisect(breaks, offset) - 1]
