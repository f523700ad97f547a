"""Reads of string keys, `event["type"]` and its like: where they are, and how one is rewritten."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import libcst as cst

from onepath.edit.code import code_of
from onepath.facts.extract.definitions import string_value
from onepath.model.refused import Refused
from onepath.symbols.tree.scoped import ScopedTree

_NOT_FOLLOWED = ("use-not-followed", "a read of it is written in a way that can't be changed")
_CALLS = ("get", "pop", "setdefault")


class KeyAccess(NamedTuple):
    """One read (or write) of a string key of something."""

    node: ast.expr | ast.pattern
    base: ast.expr
    key: str
    how: str
    """`read`, `write`, `delete`, `get`, `pop`, `setdefault`, `in` or `match`"""

    @property
    def line(self) -> int:
        """The line in which it begins."""
        return self.node.lineno


class Follow(NamedTuple):
    """What becomes of the reads of one key of a name."""

    name: str
    old: str
    new: str
    data: str
    """The key of the inner dict to which the key has moved; empty if it is only renamed."""


_READS = frozenset((ast.Subscript, ast.Call, ast.Compare, ast.MatchMapping))


def find_reads(tree: ScopedTree) -> Iterator[KeyAccess]:
    """Every read of a string key in a file."""
    for node in tree.nodes:
        if node.__class__ not in _READS:
            continue
        if isinstance(node, ast.Subscript):
            key = string_value(node.slice)
            if key is not None:
                how = {ast.Store: "write", ast.Del: "delete"}.get(type(node.ctx), "read")
                yield KeyAccess(node, node.value, key, how)
        elif isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute) and function.attr in _CALLS and node.args:
                key = string_value(node.args[0])
                if key is not None:
                    yield KeyAccess(node, function.value, key, function.attr)
        elif isinstance(node, ast.Compare):
            key = string_value(node.left)
            if key is not None and isinstance(node.ops[0], ast.In | ast.NotIn):
                yield KeyAccess(node, node.comparators[0], key, "in")
        elif isinstance(node, ast.MatchMapping):
            yield from _matched(tree, node)


def _matched(tree: ScopedTree, pattern: ast.MatchMapping) -> Iterator[KeyAccess]:
    match = next(node for node in tree.around(pattern) if isinstance(node, ast.Match))
    for node in pattern.keys:
        key = string_value(node)
        if key is not None:
            yield KeyAccess(pattern, match.subject, key, "match")


def rewrite_read(text: str, wanted: Mapping[tuple[str, str], Follow]) -> str:
    """Rewrite the read that an expression is.

    Args:
        text: The expression; what is inside it is left alone.
        wanted: (name, key) -> what becomes of its reads.

    Raises:
        Refused: It is no such read.
    """
    rename = _Reads(wanted)
    changed = rename.changed(_parsed(text))
    if not rename.done:
        raise Refused(*_NOT_FOLLOWED)
    return code_of(changed)


def follow_in_fstring(text: str, wanted: Mapping[tuple[str, str], Follow], count: int) -> str:
    """Rewrite all reads inside an f-string.

    Args:
        text: The literal (or implicit concatenation of literals).
        wanted: (name, key) -> what becomes of its reads.
        count: How many reads are known to be in it.

    Raises:
        Refused: There are more or fewer: then one of them means something else.
    """
    rename = _Reads(wanted)
    changed = _parsed(text).visit(rename)
    if rename.done != count or not isinstance(changed, cst.BaseExpression):
        raise Refused(*_NOT_FOLLOWED)
    return code_of(changed)


class _Reads(cst.CSTTransformer):
    def __init__(self, wanted: Mapping[tuple[str, str], Follow]) -> None:
        super().__init__()
        self._wanted = wanted
        self.done = 0

    def leave_Subscript(  # noqa: N802 - libcst's names
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        return self.changed(updated_node)

    def leave_Call(  # noqa: N802
        self, original_node: cst.Call, updated_node: cst.Call
    ) -> cst.BaseExpression:
        return self.changed(updated_node)

    def leave_Comparison(  # noqa: N802
        self, original_node: cst.Comparison, updated_node: cst.Comparison
    ) -> cst.BaseExpression:
        return self.changed(updated_node)

    def changed(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """The node, if it is not one of the reads that are wanted; else what it becomes."""
        if isinstance(node, cst.Subscript):
            return self._subscript(node)
        if isinstance(node, cst.Call):
            return self._call(node)
        return self._comparison(node) if isinstance(node, cst.Comparison) else node

    def _subscript(self, node: cst.Subscript) -> cst.BaseExpression:
        if len(node.slice) != 1 or not isinstance(node.slice[0].slice, cst.Index):
            return node
        index = node.slice[0].slice
        to = self._to(node.value, index.value)
        if to is None:
            return node
        if to.data:
            return node.with_changes(value=_inner(node.value, to.data, index.value))
        element = node.slice[0].with_changes(
            slice=index.with_changes(value=renamed(index.value, to.new))
        )
        return node.with_changes(slice=[element])

    def _call(self, node: cst.Call) -> cst.BaseExpression:
        function = node.func
        if not isinstance(function, cst.Attribute) or not node.args:
            return node
        how, key = function.attr.value, node.args[0].value
        to = self._to(function.value, key) if how in _CALLS else None
        if to is None:
            return node
        if not to.data:
            first = node.args[0].with_changes(value=renamed(key, to.new))
            return node.with_changes(args=[first, *node.args[1:]])
        if how == "get":
            empty = [cst.Arg(renamed(key, to.data)), cst.Arg(cst.Dict([]))]
            inner: cst.BaseExpression = cst.Call(
                cst.Attribute(function.value, cst.Name("get")), empty
            )
        else:
            inner = _inner(function.value, to.data, key)
        return node.with_changes(func=function.with_changes(value=inner))

    def _comparison(self, node: cst.Comparison) -> cst.BaseExpression:
        first = node.comparisons[0]
        if not isinstance(first.operator, cst.In | cst.NotIn):
            return node
        to = self._to(first.comparator, node.left)
        if to is None:
            return node
        if not to.data:
            return node.with_changes(left=renamed(node.left, to.new))
        target = first.with_changes(comparator=_inner(first.comparator, to.data, node.left))
        return node.with_changes(comparisons=[target, *node.comparisons[1:]])

    def _to(self, base: cst.BaseExpression, key: cst.BaseExpression) -> Follow | None:
        word = string_of(key)
        if word is None or not isinstance(base, cst.Name):
            return None
        follow = self._wanted.get((base.value, word))
        self.done += follow is not None
        return follow


def _inner(base: cst.BaseExpression, data: str, like: cst.BaseExpression) -> cst.Subscript:
    index = cst.SubscriptElement(cst.Index(renamed(like, data)))
    return cst.Subscript(base, [index])


def string_of(node: cst.BaseExpression) -> str | None:
    """The text that a string literal stands for; None for anything else."""
    if isinstance(node, cst.SimpleString | cst.ConcatenatedString):
        value = node.evaluated_value
        return value if isinstance(value, str) else None
    return None


def renamed(literal: cst.BaseExpression, text: str) -> cst.SimpleString:
    """A string literal for another text, with the quotes of one that is there."""
    while isinstance(literal, cst.ConcatenatedString):
        literal = literal.left
    quote = literal.quote if isinstance(literal, cst.SimpleString) else '"'
    written = text.replace("\\", "\\\\").replace(quote[0], "\\" + quote[0])
    parens: Sequence[cst.LeftParen] = getattr(literal, "lpar", ())
    return cst.SimpleString(
        f"{quote}{written}{quote}", lpar=parens, rpar=getattr(literal, "rpar", ())
    )


def _parsed(text: str) -> cst.BaseExpression:
    """An expression that may stand on several lines because something around it has brackets."""
    node = cst.parse_expression(f"({text}\n)")
    changed = node.with_changes(lpar=(), rpar=())
    assert isinstance(changed, cst.BaseExpression)
    return changed
