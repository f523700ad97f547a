"""The patterns of `match`, from libcst to `ast`."""

import ast
from collections.abc import Callable
from typing import Any

import libcst as cst

from onepath.facts.newer.expressions import expression
from onepath.facts.newer.layout import Layout, identifier


def pattern(at: Layout, node: cst.MatchPattern) -> ast.pattern:
    """The `ast` node of a pattern."""
    made = _CONVERTERS[type(node)](at, node)
    if isinstance(node, cst.MatchSequence) and node.patterns and not _is_enclosed(node):
        first, last = node.patterns[0], node.patterns[-1]
        end = at.end(last.comma) if isinstance(last.comma, cst.Comma) else _element_end(at, last)
        return at.place(made, (at.start(first), end))
    value = node.value if isinstance(node, cst.MatchValue | cst.MatchSingleton) else node
    return at.place(made, at.inner(value))


def _is_enclosed(node: cst.MatchSequence) -> bool:
    return bool(node.lbracket if isinstance(node, cst.MatchList) else node.lpar)


def _element_end(at: Layout, node: cst.MatchSequenceElement | cst.MatchStar) -> int:
    if isinstance(node, cst.MatchSequenceElement):
        return at.outer(node.value)[1]
    return at.end(node.name) if node.name else at.end(node.whitespace_before_name) + 1


def _value(at: Layout, node: cst.MatchValue) -> ast.pattern:
    return ast.MatchValue(expression(at, node.value))


def _singleton(at: Layout, node: cst.MatchSingleton) -> ast.pattern:
    return ast.MatchSingleton({"True": True, "False": False, "None": None}[node.value.value])


def _sequence(at: Layout, node: cst.MatchSequence) -> ast.pattern:
    return ast.MatchSequence([_element(at, element) for element in node.patterns])


def _element(at: Layout, node: cst.MatchSequenceElement | cst.MatchStar) -> ast.pattern:
    if isinstance(node, cst.MatchSequenceElement):
        return pattern(at, node.value)
    star = ast.MatchStar(identifier(node.name) if node.name else None)
    return at.place(star, (at.start(node), _element_end(at, node)))


def _mapping(at: Layout, node: cst.MatchMapping) -> ast.pattern:
    return ast.MatchMapping(
        [expression(at, element.key) for element in node.elements],
        [pattern(at, element.pattern) for element in node.elements],
        identifier(node.rest) if node.rest else None,
    )


def _class(at: Layout, node: cst.MatchClass) -> ast.pattern:
    return ast.MatchClass(
        expression(at, node.cls),
        [pattern(at, element.value) for element in node.patterns],
        [identifier(keyword.key) for keyword in node.kwds],
        [pattern(at, keyword.pattern) for keyword in node.kwds],
    )


def _capture(at: Layout, node: cst.MatchAs) -> ast.pattern:
    return ast.MatchAs(
        pattern(at, node.pattern) if node.pattern else None,
        identifier(node.name) if node.name else None,
    )


def _alternatives(at: Layout, node: cst.MatchOr) -> ast.pattern:
    return ast.MatchOr([pattern(at, element.pattern) for element in node.patterns])


_CONVERTERS: dict[type[cst.CSTNode], Callable[[Layout, Any], ast.pattern]] = {
    cst.MatchValue: _value,
    cst.MatchSingleton: _singleton,
    cst.MatchList: _sequence,
    cst.MatchTuple: _sequence,
    cst.MatchMapping: _mapping,
    cst.MatchClass: _class,
    cst.MatchAs: _capture,
    cst.MatchOr: _alternatives,
}
