"""What the syntax tree of a place must be like for a pattern to match there.

It is asked before anything else is known of a file: a pattern like `not $A in $B` spells no name,
so that every file would have to be read whole.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from onepath.codemod.patterns.quoted import quoted_anywhere
from onepath.codemod.patterns.template import Template, hole_in
from onepath.facts.prefilter.words import Search
from onepath.facts.source import UndecodableError
from onepath.symbols.tree.syntax import SyntaxTree

_EXAMPLE = b">>>"
_DUMPED_KIND = ", kind="
"""What a dump says of `u"text"`, which counts as `"text"`."""


class Outline:
    """The kinds of nodes in a pattern, with its operators, attributes and literals.

    Args:
        template: The pattern.
    """

    def __init__(self, template: Template) -> None:
        self._tree = template.tree
        self._local = template.local
        root = type(template.tree)
        self.kinds: tuple[type[ast.AST], ...] = (
            (ast.Name, ast.Attribute) if root in (ast.Name, ast.Attribute) else (root,)
        )
        """Those that the outermost node of a place must be of."""

    def may_match(self, node: ast.AST) -> bool:
        """Whether the pattern may match at a node; False if it certainly does not."""
        if not isinstance(node, self.kinds):
            return False
        captured: dict[str, list[ast.AST]] = {}
        return self._fits(self._tree, node, captured) and all(map(_are_alike, captured.values()))

    def _fits(self, pattern: ast.AST, node: ast.AST, captured: dict[str, list[ast.AST]]) -> bool:
        name = hole_in(pattern)
        if name:
            captured.setdefault(name, []).append(node)
            return True
        if self._is_path(pattern):
            return isinstance(node, ast.Name | ast.Attribute)
        if type(pattern) is not type(node):
            return False
        if isinstance(pattern, ast.Constant) and isinstance(node, ast.Constant):
            return _literal(pattern) == _literal(node)
        if [*_labels(pattern)] != [*_labels(node)] and not _has_any_attribute(pattern):
            return False
        pairs = zip(_parts(pattern), _parts(node), strict=True)
        return all(self._fits(part, other, captured) for part, other in pairs)

    def _is_path(self, pattern: ast.AST) -> bool:
        """Whether a part of the pattern is a dotted path, which code may spell in other ways."""
        while isinstance(pattern, ast.Attribute):
            pattern = pattern.value
        return (
            isinstance(pattern, ast.Name) and not hole_in(pattern) and pattern.id not in self._local
        )


@dataclass(frozen=True)
class OutlineSearch:
    """A search for files in which a pattern may match, by their syntax trees.

    Args:
        template: The pattern.
    """

    template: Template

    @property
    def digest(self) -> str:
        """Names this search in the cache."""
        return sha256(f"outline, quoted types {ast.dump(self.template.tree)}".encode()).hexdigest()

    def hit(self, data: bytes) -> bool:
        """Whether the pattern may match; also if that can't be told, or there are examples."""
        if _EXAMPLE in data:
            return True
        try:
            nodes = SyntaxTree(data).nodes
        except (SyntaxError, UndecodableError, RecursionError, ValueError):
            return True
        outline = self._outline
        return any(map(outline.may_match, nodes)) or any(
            outline.may_match(node) for code in quoted_anywhere(nodes) for node in ast.walk(code)
        )

    def within(self, other: Search) -> bool:
        """Whether another search certainly hits wherever this one does."""
        return self.digest == other.digest

    @cached_property
    def _outline(self) -> Outline:
        return Outline(self.template)


def _labels(node: ast.AST) -> Iterator[type[ast.AST] | str]:
    """The operators of a node itself, in order, or its attribute."""
    match node:
        case ast.UnaryOp(op=op) | ast.BinOp(op=op) | ast.BoolOp(op=op):
            yield type(op)
        case ast.Compare(ops=ops):
            yield from map(type, ops)
        case ast.Attribute(attr=name):
            yield name


def _has_any_attribute(pattern: ast.AST) -> bool:
    """Whether a pattern is `it.$NAME`."""
    return isinstance(pattern, ast.Attribute) and bool(hole_in(ast.Name(pattern.attr)))


def _parts(node: ast.AST) -> tuple[ast.AST, ...]:
    """The parts of a node that are at fixed places: those of others are not looked at."""
    match node:
        case ast.UnaryOp(operand=operand):
            return (operand,)
        case ast.BinOp(left=left, right=right):
            return left, right
        case ast.Compare(left=left, comparators=comparators):
            return left, *comparators
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return test, body, orelse
        case ast.Call(func=value) | ast.Attribute(value=value) | ast.Subscript(value=value):
            return (value,)
        case ast.Await(value=value):
            return (value,)
    return ()


def _literal(node: ast.Constant) -> tuple[type, str]:
    return type(node.value), repr(node.value)


def _are_alike(nodes: Sequence[ast.AST]) -> bool:
    """Whether all that one `$NAME` stands for is the same code."""
    if len(nodes) < 2:
        return True
    dumps = {ast.dump(node) for node in nodes}
    return len(dumps) < 2 or any(_DUMPED_KIND in dump for dump in dumps)
