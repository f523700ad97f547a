"""What counts of a libcst node, and what is only its layout."""

import ast
from dataclasses import fields
from functools import lru_cache
from typing import Any

import libcst as cst

from onepath.edit.code import code_of

_LAYOUT = frozenset((
    "lpar", "rpar", "lbracket", "rbracket", "lbrace", "rbrace", "comma", "equal", "colon",
    "semicolon", "dot", "first_colon", "second_colon", "or_equal", "indent", "first_line",
    "empty_lines", "last_line", "posonly_ind",
))  # fmt: skip
_OPERATORS = (cst.BaseCompOp, cst.BaseBinaryOp, cst.BaseBooleanOp, cst.BaseUnaryOp)
Shape = Any
"""Something that is equal for two expressions that differ in their layout alone."""


@lru_cache(maxsize=256)
def meaningful(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    """The fields of a kind of node that are more than layout."""
    if issubclass(kind, _OPERATORS):
        return ()
    return tuple(
        field.name
        for field in fields(kind)
        if field.name not in _LAYOUT and not field.name.startswith("whitespace")
    )


def value_of(node: cst.CSTNode) -> object:
    """A literal's value with its type, so that `0x10` is `16` and not `16.0`; None for others."""
    if isinstance(node, cst.Integer | cst.Float | cst.Imaginary | cst.SimpleString):
        value = ast.literal_eval(node.value)
        return type(value), repr(value)
    if isinstance(node, cst.ConcatenatedString):
        left, right = value_of(node.left), value_of(node.right)
        if left is not None and right is not None:
            value = ast.literal_eval(f"({code_of(node)}\n)")
            return type(value), repr(value)
    return None


def shape(node: object) -> Shape:
    """What an expression says, whatever its layout."""
    if isinstance(node, cst.CSTNode):
        value = value_of(node)
        if value is not None:
            return value
        kind = type(node)
        return kind, tuple(shape(getattr(node, field)) for field in meaningful(kind))
    if isinstance(node, list | tuple):
        return tuple(map(shape, node))
    return node
