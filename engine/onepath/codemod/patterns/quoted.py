"""Quoted types, `"list[Engine]"`: code in strings, in which rules match as anywhere else."""

import ast
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import libcst as cst

from onepath.codemod.patterns.matching import Captures
from onepath.codemod.patterns.template import Template, hole_in
from onepath.edit.code import code_of
from onepath.facts.extract.calls import TYPE_ARGUMENTS
from onepath.facts.extract.definitions import dotted
from onepath.facts.extract.quoted import quoted_types, text_start
from onepath.model import UseKind
from onepath.model.refused import Refused
from onepath.symbols.tree.names import Tree

_TYPE_FIELDS = ("annotation", "returns", "bound", "default_value")
"""What is a type, of whatever node; the last two are those of type parameters (PEP 695)."""


class QuotedType(NamedTuple):
    """The code between two quotes."""

    literal: int
    """Where the string begins in the file."""
    start: int
    """Where the code begins and ends in the file."""
    end: int
    quote: str
    tree: ast.expr
    node: ast.Constant
    """The string of the file that it is, or that it is inside of."""


def quoted_in(tree: Tree) -> Iterator[QuotedType]:
    """The quoted types of a file that are written as they are read, in one literal.

    One may be inside another one: `"list['Engine']"`.
    """
    places = sorted(use.start for use in tree.facts.uses if use.exact and use.kind & UseKind.STRING)
    for node in tree.nodes if places else ():
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        start, end = tree.place(node)
        at = bisect_left(places, start)
        if at < len(places) and places[at] < end and node.value.isascii():
            yield from _types_of(node, node, start, tree.data[start:end])


def _types_of(
    string: ast.Constant, node: ast.Constant, literal: int, written: bytes
) -> Iterator[QuotedType]:
    value = str(string.value)
    inner, code = text_start(value, written), type_in(string)
    if inner is None or code is None:
        return
    text = value.strip()
    start = literal + inner + len(value) - len(value.lstrip())
    yield QuotedType(literal, start, start + len(text), written[-1:].decode(), code, node)
    for part in _strings(code):
        at = part.col_offset
        yield from _types_of(part, node, start + at, text[at : part.end_col_offset].encode())


def quoted_anywhere(nodes: Iterable[ast.AST]) -> Iterator[ast.expr]:
    """The code in strings of a syntax tree that may be quoted types."""
    for node in nodes:
        types = [getattr(node, field, None) for field in _TYPE_FIELDS]
        if node.__class__.__name__ == "TypeAlias":
            types.append(getattr(node, "value", None))
        if isinstance(node, ast.Call):
            places = TYPE_ARGUMENTS.get(dotted(node.func).rpartition(".")[2], ())
            types += [value for at, value in enumerate(node.args) if str(at) in places]
            types += [keyword.value for keyword in node.keywords if keyword.arg in places]
        for annotation in types:
            if isinstance(annotation, ast.expr):
                yield from _codes(annotation)


def _codes(annotation: ast.expr) -> Iterator[ast.expr]:
    for string in _strings(annotation):
        code = type_in(string)
        if code is not None:
            yield code
            yield from _codes(code)


def _strings(annotation: ast.expr) -> Iterator[ast.Constant]:
    return (part for part in quoted_types(annotation) if isinstance(part.value, str))


def type_in(node: ast.Constant) -> ast.expr | None:
    """The code in a string; None if there is none."""
    text = str(node.value).strip()
    if "\n" in text:
        return None
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def string_in_union(template: Template, captures: Captures) -> str:
    """A string, as it is written, that would stand beside `|`; empty if none would.

    `Optional["Engine"]` is a type, and `"Engine" | None` ends the import.
    """
    for node in ast.walk(template.tree):
        if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.BitOr):
            continue
        for side in (node.left, node.right):
            put = captures.ones.get(hole_in(side))
            if isinstance(put, cst.SimpleString | cst.ConcatenatedString):
                return code_of(put)
    return ""


def check_quotes(text: str, quote: str) -> None:
    """Raise Refused if a text can't stand between two quotes as it is."""
    if quote in text or "\\" in text or "\n" in text:
        raise Refused("layout-unusual", "the result can't stand in these quotes")
