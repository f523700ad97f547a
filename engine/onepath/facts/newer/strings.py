"""Strings, f-strings, t-strings and their concatenation, from libcst to `ast`."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import libcst as cst

from onepath.facts.newer.layout import Layout, Span, newlines
from onepath.facts.newer.nodes import Interpolation, TemplateStr

Convert = Callable[[Layout, cst.BaseExpression], ast.expr]
Field = cst.FormattedStringExpression | cst.TemplatedStringExpression
StringText = cst.FormattedStringText | cst.TemplatedStringText
StringContent = cst.BaseFormattedStringContent | cst.BaseTemplatedStringContent
StringPiece = tuple[str | ast.expr, Span]
"""A stretch of literal text, or a replacement field."""

_QUOTE_OR_ESCAPE = re.compile(r'"|\\(?:.|$)', re.DOTALL)


def literal(at: Layout, node: cst.CSTNode, source: str) -> Any:
    """The value of one literal. Raises ParserSyntaxError if it has none."""
    try:
        return ast.literal_eval(source)
    except (SyntaxError, ValueError) as error:
        raise at.error(f"not a valid literal: {error}", at.start(node)) from error


def string(at: Layout, node: cst.BaseString, convert: Convert) -> ast.expr:
    """The one `ast` node of a string, whatever it is put together from.

    `convert` converts the expressions inside of an f-string or t-string.
    """
    span = at.inner(node)
    parts = list(_parts(node))
    plain = [part for part in parts if isinstance(part, cst.SimpleString)]
    if len(plain) == len(parts):
        kind = "u" if plain[0].value.startswith("u") else None
        return at.place(ast.Constant(_joined(at, plain), kind), span)
    values = _folded(at, (piece for part in parts for piece in _pieces(at, part, convert)))
    is_template = any(isinstance(part, cst.TemplatedString) for part in parts)
    whole: ast.expr = TemplateStr(values=values) if is_template else ast.JoinedStr(values)
    return at.place(whole, span)


def _parts(node: cst.BaseString) -> Iterator[cst.BaseString]:
    while isinstance(node, cst.ConcatenatedString):
        yield node.left
        node = node.right
    yield node


def _joined(at: Layout, parts: Iterable[cst.SimpleString]) -> Any:
    values = [literal(at, part, part.value) for part in parts]
    return values[0][:0].join(values)


def _pieces(at: Layout, part: Any, convert: Convert) -> Iterable[StringPiece]:
    if isinstance(part, cst.SimpleString):
        return [(literal(at, part, part.value), at.span(part))]
    is_raw = "r" in part.start.lower()
    return _contents(at, part.parts, is_raw, convert)


def _contents(
    at: Layout, contents: Iterable[StringContent], is_raw: bool, convert: Convert
) -> Iterator[StringPiece]:
    for content in contents:
        if isinstance(content, StringText):
            yield _unescaped(at, content, is_raw), at.span(content)
        elif isinstance(content, Field):
            if content.equal is not None:
                start, end = _shown(at, content)
                yield at.text(start, end), (start, end)
            yield _field(at, content, is_raw, convert), at.span(content)


def _field(at: Layout, node: Field, is_raw: bool, convert: Convert) -> ast.expr:
    """The node of one `{...}`."""
    start, end = at.span(node)
    value = convert(at, node.expression)
    shows_itself = node.equal is not None and node.format_spec is None
    letter = node.conversion or ("r" if shows_itself else None)
    conversion = ord(letter) if letter else -1
    spec: ast.expr | None = None
    if node.format_spec is not None:
        colon = at.source.index(b":", _shown(at, node)[1])  # after blanks that libcst drops
        pieces = _contents(at, node.format_spec, is_raw, convert)
        spec = at.place(ast.JoinedStr(_folded(at, pieces)), (colon, end - 1))
    made: ast.expr
    if isinstance(node, cst.FormattedStringExpression):
        made = ast.FormattedValue(value, conversion, spec)
    else:
        source = at.text(*_shown(at, node)).rstrip(" \t\f\n=")
        made = Interpolation(value=value, str=source, conversion=conversion, format_spec=spec)
    return at.place(made, (start, end))


def _shown(at: Layout, node: Field) -> Span:
    """What is before the `!`, `:` or `}` of a field: the text that `=` shows."""
    return at.start(node) + 1, at.end(node.whitespace_after_expression)


def _unescaped(at: Layout, node: StringText, is_raw: bool) -> str:
    """The text that a literal part of an f-string stands for."""
    text = newlines(node.value).replace("{{", "{").replace("}}", "}")
    if is_raw or "\\" not in text:
        return text
    return str(literal(at, node, f'"""{_QUOTE_OR_ESCAPE.sub(_protected, text)}"""'))


def _protected(match: re.Match[str]) -> str:
    # A backslash may be the last thing before a brace: it stands for itself.
    return match[0] if len(match[0]) == 2 else "\\" + match[0]


def _folded(at: Layout, pieces: Iterable[StringPiece]) -> list[ast.expr]:
    """The nodes of `pieces`, with neighbouring texts made one and empty ones left out."""
    values: list[ast.expr] = []
    texts: list[str] = []
    start = end = 0
    for piece, span in [*pieces, (None, (0, 0))]:
        if isinstance(piece, str):
            start = start if texts else span[0]
            end = span[1]
            texts.append(piece)
            continue
        if "".join(texts):
            values.append(at.place(ast.Constant("".join(texts)), (start, end)))
        texts = []
        if piece is not None:
            values.append(piece)
    return values
