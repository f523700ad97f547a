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

    start: int
    """Where it begins and ends in the file."""
    end: int
    quote: str
    tree: ast.expr


def quoted_in(tree: Tree) -> Iterator[QuotedType]:
    """The quoted types of a file that are written as they are read, in one literal."""
    places = sorted(use.start for use in tree.facts.uses if use.exact and use.kind & UseKind.STRING)
    for node in tree.nodes if places else ():
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        start, end = tree.place(node)
        at = bisect_left(places, start)
        if at < len(places) and places[at] < end and node.value.isascii():
            inner = text_start(node.value, tree.data[start:end])
            code = type_in(node)
            if inner is not None and code is not None:
                text = node.value.strip()
                start += inner + len(node.value) - len(node.value.lstrip())
                quote = tree.data[end - 1 : end].decode()
                yield QuotedType(start, start + len(text), quote, code)


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
            for constant in quoted_types(annotation) if isinstance(annotation, ast.expr) else ():
                code = type_in(constant)
                if code is not None:
                    yield code


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
    if quote and (quote in text or "\\" in text or "\n" in text):
        raise Refused("layout-unusual", "the result can't stand in these quotes")
