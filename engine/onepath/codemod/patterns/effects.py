"""Whether what is put in would be evaluated as often, in the order and where it was before."""

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

import libcst as cst

from onepath.codemod.patterns.matching import Captures
from onepath.codemod.patterns.template import Template, hole_in
from onepath.edit.code import code_of
from onepath.model.refused import Refused

_DOING = (
    cst.Call, cst.Await, cst.Yield, cst.NamedExpr, cst.GeneratorExp, cst.ListComp, cst.SetComp,
    cst.DictComp, cst.StarredElement, cst.StarredDictElement,
)  # fmt: skip
_LITERALS = (cst.BaseNumber, cst.SimpleString)
_PLAIN = (cst.Tuple, cst.UnaryOperation, cst.ConcatenatedString)
"""Expressions that only do what the parts of them do."""
_CONSTANTS = ("None", "True", "False")
_OUT_OF_ORDER = (ast.IfExp, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
"""Expressions that are not evaluated from left to right."""
_SHOWN = 40


class Nature(IntEnum):
    """What evaluating an expression does."""

    CONSTANT = 0
    """Nothing, and what it returns never changes."""
    READING = 1
    """It reads names, attributes or items."""
    DOING = 2
    """It may do something: a call, an `await`, an assignment."""


class Evaluated(NamedTuple):
    """One evaluation of a hole."""

    name: str
    under: tuple[str, ...]
    """What decides whether, when and how often."""


def nature_of(nodes: Sequence[cst.CSTNode]) -> Nature:
    """What evaluating some expressions, arguments or elements does, taken together."""
    return max(map(_nature, nodes), default=Nature.CONSTANT)


def _nature(node: cst.CSTNode) -> Nature:
    if isinstance(node, cst.Arg | cst.Element):
        return Nature.DOING if getattr(node, "star", "") else _nature(node.value)
    if isinstance(node, cst.Lambda):
        params = node.params
        every = (*params.posonly_params, *params.params, *params.kwonly_params)
        return nature_of(
            [parameter.default for parameter in every if parameter.default is not None]
        )
    if isinstance(node, _DOING):
        return Nature.DOING
    if isinstance(node, _LITERALS) or (isinstance(node, cst.Name) and node.value in _CONSTANTS):
        return Nature.CONSTANT
    is_plain = isinstance(node, _PLAIN) or not isinstance(node, cst.BaseExpression)
    own = Nature.CONSTANT if is_plain else Nature.READING
    return max(own, nature_of(node.children))


def check_effects(
    old: Template, new: Template, captures: Captures, place: Callable[[cst.CSTNode], int]
) -> None:
    """Raise Refused if code with effects would run otherwise than it did.

    Args:
        old: The pattern.
        new: The replacement.
        captures: What was matched.
        place: Where in the file a node is, to tell the order of arguments that are passed by name.
    """
    parts: dict[str, Sequence[cst.CSTNode]] = {
        name: (expression,) for name, expression in captures.ones.items()
    }
    parts |= captures.many
    natures = {name: nature_of(nodes) for name, nodes in parts.items()}
    if nature_of(captures.dropped) is Nature.DOING:
        raise _otherwise(captures.dropped[0], "it would not be evaluated any more")
    if Nature.DOING not in natures.values():
        return
    before, after = list(_evaluated(old.tree)), list(_evaluated(new.tree))
    if not any(isinstance(node, _OUT_OF_ORDER) for node in ast.walk(old.tree)):
        starts = {name: min(map(place, nodes), default=0) for name, nodes in parts.items()}
        before.sort(key=lambda evaluated: starts.get(evaluated.name, 0))
    for name in (name for name, nature in natures.items() if nature is Nature.DOING):
        was = Counter(evaluated.under for evaluated in before if evaluated.name == name)
        now = Counter(evaluated.under for evaluated in after if evaluated.name == name)
        if was != now and parts[name]:
            what = (
                "not be evaluated any more"
                if not now
                else ("be evaluated another number of times, or under other conditions")
            )
            raise _otherwise(parts[name][0], f"it would {what}")
        for other, nature in natures.items():
            if other != name and nature is not Nature.CONSTANT:
                _check_order(name, other, before, after, parts)


def _check_order(
    name: str,
    other: str,
    before: Sequence[Evaluated],
    after: Sequence[Evaluated],
    parts: Mapping[str, Sequence[cst.CSTNode]],
) -> None:
    if not _orders(name, other, after) <= _orders(name, other, before):
        raise _otherwise(parts[name][0], f"it would change places with {_shown(parts[other][0])}")


def _orders(name: str, other: str, evaluated: Sequence[Evaluated]) -> set[bool]:
    """Whether one hole comes before another; both answers if now so and now the other way."""
    own = [at for at, one in enumerate(evaluated) if one.name == name]
    theirs = [at for at, one in enumerate(evaluated) if one.name == other]
    return {first < second for first in own for second in theirs}


def _otherwise(node: cst.CSTNode, how: str) -> Refused:
    return Refused("effects", f"{_shown(node)} may do something, and {how}")


def _shown(node: cst.CSTNode) -> str:
    value = node.value if isinstance(node, cst.Arg | cst.Element) else node
    text = " ".join(code_of(value).split())
    return f"'{text if len(text) <= _SHOWN else text[: _SHOWN - 3] + '...'}'"


# --------------------------------------------------------------------- order


def _evaluated(node: ast.AST, under: tuple[str, ...] = ()) -> Iterator[Evaluated]:
    """The holes of an expression in the order in which they are evaluated."""
    name = hole_in(node)
    if name:
        yield Evaluated(name, under)
        return
    for child, condition in _in_order(node):
        yield from _evaluated(child, (*under, condition) if condition else under)


def _in_order(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """The parts of an expression as they are evaluated, each with what it depends on."""
    if isinstance(node, ast.IfExp):
        yield from ((node.test, ""), (node.body, "if"), (node.orelse, "else"))
    elif isinstance(node, ast.BoolOp):
        word = "and" if isinstance(node.op, ast.And) else "or"
        yield from ((value, word if at else "") for at, value in enumerate(node.values))
    elif isinstance(node, ast.Compare):
        yield node.left, ""
        yield from (
            (expression, "and" if at else "") for at, expression in enumerate(node.comparators)
        )
    elif isinstance(node, ast.Lambda):
        yield from (
            (expression, "")
            for expression in (*node.args.defaults, *node.args.kw_defaults)
            if expression
        )
        yield node.body, "later"
    elif isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        yield from _of_comprehension(node)
    elif isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        yield from (
            (expression, "") for pair in pairs for expression in pair if expression is not None
        )
    else:
        yield from ((child, "") for child in ast.iter_child_nodes(node))


def _of_comprehension(
    node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
) -> Iterator[tuple[ast.AST, str]]:
    for at, generator in enumerate(node.generators):
        yield generator.iter, "each" if at else ""
        yield from ((expression, "each") for expression in generator.ifs)
    if isinstance(node, ast.DictComp):
        yield from ((node.key, "each"), (node.value, "each"))
    else:
        yield node.elt, "each"
