"""Where literals are in a file, and how they are written."""

import ast
import re

from onepath.facts.source import SourceText

_QUOTED = re.compile(rb"[rRuU]?(\"\"\"|'''|\"|')")


class Literals:
    """The places and texts of a file's nodes."""

    def __init__(self, text: SourceText) -> None:
        self._text = text

    def span(self, node: ast.expr) -> tuple[int, int]:
        """Where a node begins and ends, in bytes of the file."""
        starts = self._text.line_starts
        end_line, end_column = node.end_lineno or 1, node.end_col_offset or 0
        to_file = self._text.to_file
        return (
            to_file(starts[node.lineno - 1] + node.col_offset),
            to_file(starts[end_line - 1] + end_column),
        )

    def source(self, node: ast.expr) -> bytes:
        """How a node is written, in UTF-8."""
        starts = self._text.line_starts
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0)
        return self._text.utf8[start:end]

    def is_plain(self, node: ast.expr) -> bool:
        """Whether a node is one literal token whose text is its value."""
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            return False
        literal = self.source(node)
        quote = _QUOTED.match(literal)
        if quote is None or not node.value.isascii():
            return False
        return literal[quote.end() :] == node.value.encode() + quote[1]
