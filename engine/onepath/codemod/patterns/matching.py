"""A pattern as matchers of libcst, with what the engine knows of names put into them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import libcst as cst
from libcst import MaybeSentinel
from libcst import matchers as m

from onepath.codemod.patterns.shape import meaningful, shape, value_of
from onepath.codemod.patterns.template import ANY, Template, hole, holes

Means = Callable[[cst.CSTNode, str], bool]
"""Whether a name or chain in the code may mean a dotted path."""
_Matcher = Any
"""libcst has no type for all of its matchers."""


@dataclass
class Captures:
    """What the holes of a pattern stand for at one place."""

    ones: dict[str, cst.BaseExpression] = field(default_factory=dict)
    many: dict[str, tuple[cst.CSTNode, ...]] = field(default_factory=dict)
    """Arguments or elements, in the order of the code."""
    dropped: list[cst.CSTNode] = field(default_factory=list)
    """What holes without a name stand for."""
    roots: dict[str, cst.CSTNode] = field(default_factory=dict)
    """Dotted path of the pattern -> the chain that means it."""


class Matcher:
    """Finds a pattern.

    Keyword arguments match in any order. What is under one `$NAME` twice must be the same
    code both times, whatever its layout.

    Args:
        template: The pattern.
        means: Is asked for each dotted path of the pattern.
    """

    def __init__(self, template: Template, means: Means) -> None:
        self._template = template
        self._means = means
        self._count = 0
        self._bound: dict[str, Any] = {}
        self._roots: dict[str, cst.CSTNode] = {}
        self._matcher = self._of(template.node)

    def match(self, node: cst.BaseExpression) -> Captures | None:
        """What the holes stand for if a node is like the pattern; else None."""
        self._bound, self._roots = {}, {}
        symbol = self._template.symbol(self._template.node)
        if symbol:  # libcst wants a kind of node to begin with
            return _gathered({}, self._roots) if self._is(node, symbol) else None
        found = m.extract(node, self._matcher)
        if found is None:
            return None
        return _gathered({**self._bound, **found}, self._roots)

    # ------------------------------------------------------------ compiling

    def _of(self, node: object) -> _Matcher:
        """The matcher of a node or of the value of a field."""
        if isinstance(node, list | tuple):
            return [self._of(one) for one in node]
        if node is MaybeSentinel.DEFAULT:
            return m.MatchIfTrue(lambda code: not isinstance(code, cst.CSTNode))
        if not isinstance(node, cst.CSTNode):
            return node
        if hole(node):
            return self._kept(hole(node), m.DoNotCare())
        if holes(node):
            kind = _KINDS.get(type(node), _element)
            return self._kept(f"*{holes(node)}", m.ZeroOrMore(kind()))
        symbol = self._template.symbol(node)
        if symbol:
            return m.MatchIfTrue(lambda code: self._is(code, symbol))
        value = value_of(node)
        if value is not None:
            return m.MatchIfTrue(lambda code: value_of(code) == value)
        return self._of_fields(node)

    def _of_fields(self, node: cst.CSTNode) -> _Matcher:
        own = {name: self._of_field(node, name) for name in meaningful(type(node))}
        return getattr(m, type(node).__name__)(**own)

    def _of_field(self, node: cst.CSTNode, name: str) -> _Matcher:
        value = getattr(node, name)
        if isinstance(node, cst.Call) and name == "args":
            arguments = _Arguments(value, self._of, self._bound_by)
            return m.MatchIfTrue(arguments.match)
        label = isinstance(node, cst.Attribute) and name == "attr"
        label = label or name == "keyword" or (isinstance(node, cst.Param) and name == "name")
        if label and isinstance(value, cst.Name) and not hole(value):
            return m.Name(value.value)
        return self._of(value)

    def _kept(self, name: str, matcher: _Matcher) -> _Matcher:
        self._count += 1
        return m.SaveMatchedNode(matcher, f"{name}#{self._count}")

    def _is(self, code: cst.CSTNode, symbol: str) -> bool:
        if not isinstance(code, cst.Name | cst.Attribute) or not self._means(code, symbol):
            return False
        self._roots[symbol] = code
        return True

    def _bound_by(self, found: Mapping[str, Any]) -> None:
        self._bound |= found


class _Arguments:
    """The arguments of a call: named ones in any order, the others one after another."""

    def __init__(
        self,
        args: Sequence[cst.Arg],
        of: Callable[[object], _Matcher],
        note: Callable[[Mapping[str, Any]], None],
    ) -> None:
        self._note = note
        self._named = {
            arg.keyword.value: of(arg) for arg in args if arg.keyword and not hole(arg.keyword)
        }
        others = [arg for arg in args if not arg.keyword or hole(arg.keyword)]
        self._others = m.Call(args=[of(arg) for arg in others])

    def match(self, args: Sequence[cst.Arg]) -> bool:
        found: dict[str, Any] = {}
        others = []
        for arg in args:
            matcher = self._named.get(arg.keyword.value) if arg.keyword else None
            if matcher is None:
                others.append(arg)
                continue
            own = m.extract(arg, matcher)
            if own is None:
                return False
            found |= own
        named = {arg.keyword.value for arg in args if arg.keyword}
        rest = m.extract(cst.Call(cst.Name("_"), others), self._others)
        if rest is None or not named.issuperset(self._named):
            return False
        self._note({**found, **rest})
        return True


_KINDS: Mapping[type[cst.CSTNode], Callable[[], _Matcher]] = {
    cst.Arg: m.Arg, cst.SubscriptElement: m.SubscriptElement,
}  # fmt: skip
"""What `$$$NAME` stands for in a call and in a subscript; anywhere else it is elements."""


def _element() -> _Matcher:
    return m.OneOf(m.Element(), m.StarredElement())


def _gathered(found: Mapping[str, Any], roots: dict[str, cst.CSTNode]) -> Captures | None:
    """The captures by name; None where one name stands for different code."""
    captures = Captures(roots=dict(roots))
    for key, value in found.items():
        name = key.partition("#")[0]
        nodes = tuple(value) if isinstance(value, list | tuple) else (value,)
        if name.lstrip("*") == ANY:
            captures.dropped += nodes
        elif name.startswith("*"):
            known = captures.many.setdefault(name[1:], nodes)
            if shape(known) != shape(nodes):
                return None
        elif shape(captures.ones.setdefault(name, value)) != shape(value):
            return None
    return captures
