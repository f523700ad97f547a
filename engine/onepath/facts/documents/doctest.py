"""Doctest examples: in docstrings of Python files, and in lines of any text."""

import ast
import re
from collections.abc import Iterator, Sequence

from onepath.facts.computed.nodes import DefinitionNode
from onepath.facts.documents.lines import BOM, Literal, PieceLine, document_lines, line_piece
from onepath.facts.documents.piece import DocumentText, Piece, parsed
from onepath.facts.source import UndecodableError

_PROMPT = re.compile(rb"([ \t]*)(>>>|\.\.\.)(?: |(?=[\r\n]|\Z))")
_QUOTES = re.compile(rb"([rR]?)(\"\"\"|'''|\"|')")
_Documented = ast.Module | DefinitionNode


def is_prompted(lines: Sequence[PieceLine]) -> bool:
    """Whether the first line that is not blank starts an example."""
    first = next((line for line in lines if not line.is_blank), None)
    return first is not None and bool(re.match(rb"[ \t]*>>>(?:[ \r\n]|\Z)", first.text))


def doctest_pieces(
    text: DocumentText, lines: Sequence[PieceLine], literal: Literal | None = None
) -> tuple[Piece, ...]:
    """All examples in `lines` as one piece, because they share one namespace.

    An example that is not Python (it shows an error) is a piece of its own.
    """
    examples = _examples(lines)
    joined = [line for example in examples for line in example]
    if not joined:
        return ()
    if _is_python(joined):
        return line_piece(text, joined, "doctest", literal)
    sound = [example for example in examples if _is_python(example)]
    broken = [example for example in examples if not _is_python(example)]
    groups = [[line for example in sound for line in example], *broken]
    return tuple(piece for group in groups for piece in line_piece(text, group, "doctest", literal))


def docstring_pieces(data: bytes) -> tuple[Piece, ...]:
    """The examples of each docstring of a Python file; none if the file can't be read."""
    if b">>> " not in data:
        return ()
    try:
        text = DocumentText.of_python(data)
    except UndecodableError:
        return ()
    tree = parsed(text.utf8.removeprefix(BOM).decode())
    if tree is None:
        return ()
    result: list[Piece] = []
    for literal, number in _docstrings(tree, text.utf8):
        lines = document_lines(text.utf8, literal.start, literal.end, number)
        if literal.is_raw or not any(re.search(rb"\\[\r\n]", line.text) for line in lines):
            result += doctest_pieces(text, lines, literal)
    return tuple(result)


def _docstrings(tree: ast.Module, utf8: bytes) -> Iterator[tuple[Literal, int]]:
    """Each docstring that is one plain literal and holds an example, with its first line."""
    lines = document_lines(utf8)
    nodes = [
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, _Documented) and node.body and isinstance(node.body[0], ast.Expr)
    ]
    for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset)):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if ">>> " not in node.value or node.end_lineno is None or node.end_col_offset is None:
            continue
        start = lines[node.lineno - 1].at + node.col_offset
        end = lines[node.end_lineno - 1].at + node.end_col_offset
        opening = _QUOTES.match(utf8, start)
        if opening is None:
            continue
        quote = opening[2]
        literal = Literal(opening.end(), end - len(quote), quote, bool(opening[1]))
        if literal.admits(utf8[literal.start : literal.end]):
            yield literal, node.lineno


def _examples(lines: Sequence[PieceLine]) -> list[list[PieceLine]]:
    examples: list[list[PieceLine]] = []
    is_open = False
    for line in lines:
        prompt = _PROMPT.match(line.text)
        if prompt and prompt[2] == b">>>":
            examples.append([])
            is_open = True
        elif is_open and not (prompt and prompt[2] == b"..."):
            is_open = False
            if not line.is_blank:
                last = examples[-1].pop()
                examples[-1].append(last._replace(has_output=True))
        if is_open and prompt:
            indent = line.indent + prompt[1]
            examples[-1].append(
                line.without(prompt.end())._replace(indent=indent, prompt=prompt[2])
            )
    return examples


def _is_python(lines: Sequence[PieceLine]) -> bool:
    return parsed(b"".join(line.text for line in lines).decode()) is not None
