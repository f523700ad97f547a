"""What the names of a file are bound to, as far as its source tells."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from onepath.facts.computed.nodes import DefinitionNode, FunctionNode, ScopeNode, scoped

_DEEPEST = 12
"""How many names are followed, one after the other."""


class Value(NamedTuple):
    """An expression, and where its names are looked up."""

    node: ast.expr
    scope: ast.AST | None
    """The innermost function or class around it; None for the module."""


class Values(NamedTuple):
    """What a name may be bound to."""

    known: tuple[Value, ...]
    complete: bool
    """Whether it is certainly one of these."""


NOTHING_KNOWN = Values((), False)


@dataclass
class _Bound:
    """One scope's names."""

    parent: ast.AST | None
    values: dict[str, list[Value]] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)


class Names:
    """What the names of a file are bound to, scope by scope, as far as it can be read.

    Comprehensions and lambdas count to the function around them: that can only add alternatives.

    Args:
        tree: The file.
        nodes: Its nodes, if `scoped` has listed them already.
    """

    def __init__(
        self, tree: ast.Module, nodes: Iterable[tuple[ast.AST, ScopeNode]] | None = None
    ) -> None:
        self._scopes: dict[ast.AST | None, _Bound] = {None: _Bound(None)}
        self._attributes: dict[str, list[Value]] = {}
        self._changed: set[str] = set()
        self._loops: list[tuple[ast.expr, ast.expr, ast.AST | None]] = []
        self._known: dict[tuple[int, int], tuple[Value, Values]] = {}
        """Expressions by identity -> what a loop over them gives."""
        self._guards: dict[int, Value] = {}
        """Names by identity -> the display of which they are certainly an element."""
        self.read: dict[tuple[int, int], tuple[Value, Any]] = {}
        """What `patterns` has read: by identity, with the expression, which keeps it alive."""
        self.imported: set[str] = set()
        """What imports bind, in whatever scope."""
        self._guard(tree, None)
        for node, scope in scoped(tree) if nodes is None else nodes:
            kind = node.__class__
            if isinstance(node, ast.Attribute):  # the most common of all that count
                if node.value.__class__ is ast.Name and node.attr not in _READING:
                    self._changed.add(node.value.id)
            elif kind in _DEFINING and isinstance(node, DefinitionNode):
                self._unknown(scope, node.name)
                self._scopes[node] = _Bound(scope)
                if not isinstance(node, ast.ClassDef):
                    self._parameters(node, scope)
                self._guard(node, scope)
            elif kind in _BINDING:
                self._bindings(node, scope)
            if kind in _WITH_BODIES:
                self._guard(node, scope)
        # What a loop goes over may be bound, or changed, further down.
        for target, iterated, scope in self._loops:
            elements = self.item(iterated, scope)
            if not isinstance(iterated, ast.Subscript):
                elements = self.elements(Value(iterated, scope))
            for value in elements.known:
                self._bind(target, value, scope)
            if not elements.complete:
                self._bind(target, None, scope)
            self._known.clear()  # what is bound now may give more

    def of(self, name: str, scope: ast.AST | None) -> Values:
        """What a name may be where it is read in a scope."""
        at: ast.AST | None = scope
        while True:
            bound = self._scopes[at]
            is_hidden = at is not scope and isinstance(at, ast.ClassDef)
            if not is_hidden and (name in bound.values or name in bound.unknown):
                return Values(tuple(bound.values.get(name, ())), name not in bound.unknown)
            if at is None:
                return NOTHING_KNOWN
            at = bound.parent

    def of_node(self, node: ast.Name, scope: ast.AST | None) -> Values:
        """As `of`, for one place: after `if name in TABLE` it is one of the table's keys."""
        guard = self._guards.get(id(node))
        inside = NOTHING_KNOWN if guard is None else self.elements(guard)
        return inside if inside.complete else self.of(node.id, scope)

    def item(self, node: ast.expr, scope: ast.AST | None) -> Values:
        """What an item of a display may be that only the file itself can change: `_TABLE[x]`."""
        match node:
            case ast.Subscript(value=ast.Name(id=name) as table):
                pass
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name) as table, attr="get")):
                pass
            case _:
                return NOTHING_KNOWN
        is_own = name.startswith("_") or (scope is not None and name in self._scopes[scope].values)
        values = self._of_method(Value(table, scope), "values")
        return values if is_own and values.complete else NOTHING_KNOWN

    def of_attribute(self, name: str) -> Values:
        """What an attribute may be, among others: what the file itself assigns to such a one."""
        return Values(tuple(self._attributes.get(name, ())), False)

    def elements(self, value: Value, depth: int = 0) -> Values:
        """What a loop over an expression gives."""
        key = id(value.node), id(value.scope)
        if key not in self._known:
            self._known[key] = value, NOTHING_KNOWN  # where it is met again while it is read
            self._known[key] = value, self._elements(value, depth)
        return self._known[key][1]

    def _elements(self, value: Value, depth: int) -> Values:
        node, scope = value
        match node:
            case ast.Tuple(elts=inside) | ast.List(elts=inside) | ast.Set(elts=inside):
                return _values(inside, scope)
            case ast.Dict():
                return _values(node.keys, scope)
            case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in _ORDERING:
                return self.elements(Value(first, scope), depth)
            case ast.Call(func=ast.Attribute(value=base, attr=method), args=[]):
                return self._of_method(Value(base, scope), method)
            case ast.Name(id=name) if depth < _DEEPEST:
                displays = self._displays(value)
                found = [self.elements(one, depth + 1) for one in displays.known]
                return Values(
                    tuple(one for values in found for one in values.known),
                    displays.complete and all(values.complete for values in found),
                )
        return NOTHING_KNOWN

    def _of_method(self, base: Value, method: str) -> Values:
        """The elements of `display.items()` and its like."""
        displays = self._displays(base)
        values: list[Value] = []
        for node, scope in displays.known:
            if not isinstance(node, ast.Dict):
                return NOTHING_KNOWN
            for key, item in zip(node.keys, node.values, strict=True):
                pair = ast.Tuple([key, item], ast.Load()) if key is not None else None
                element = {"keys": key, "values": item, "items": pair}.get(method)
                if key is None or element is None:
                    return NOTHING_KNOWN
                values.append(Value(element, scope))
        return Values(tuple(values), displays.complete)

    def _displays(self, value: Value) -> Values:
        """The displays that an expression is, or that a name is bound to and nothing changes."""
        if not isinstance(value.node, ast.Name):
            return Values((value,), True)
        bound = self.of(value.node.id, value.scope)
        return Values(bound.known, bound.complete and value.node.id not in self._changed)

    # ------------------------------------------------------- collecting

    def _bindings(self, node: ast.AST, scope: ast.AST | None) -> None:
        """Note what a node, other than a definition, binds or changes."""
        match node:
            case ast.Assign(targets=[ast.Tuple() | ast.List() as target], value=ast.Subscript()):
                self._loops.append((target, node.value, scope))
            case ast.Assign():
                for target in node.targets:
                    self._bind(target, Value(node.value, scope), scope)
            case ast.AnnAssign(value=ast.expr() as value) | ast.NamedExpr(value=value):
                self._bind(node.target, Value(value, scope), scope)
            case ast.For() | ast.AsyncFor() | ast.comprehension():
                self._loops.append((node.target, node.iter, scope))
            case ast.AugAssign(target=target) | ast.withitem(optional_vars=ast.expr() as target):
                self._bind(target, None, scope)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                for alias in aliases:
                    bound = alias.asname or alias.name.partition(".")[0]
                    self.imported.add(bound)
                    self._unknown(scope, bound)
            case ast.ExceptHandler(name=str() as name) | ast.MatchMapping(rest=str() as name):
                self._unknown(scope, name)
            case ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name):
                self._unknown(scope, name)
            case ast.Lambda():
                for name, _ in _parameters(node.args):
                    self._unknown(scope, name)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                for name in names:
                    self._unknown(None, name)
                    self._unknown(scope, name)
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                self._changed.add(name)

    def _guard(self, node: ast.AST, scope: ast.AST | None) -> None:
        """Note the names that a condition lets through: `if name in TABLE`, and what comes after
        `if name not in TABLE: raise`."""
        for name in ("body", "orelse", "finalbody"):
            found = getattr(node, name, None)
            body: list[ast.stmt] = found if isinstance(found, list) else []
            for place, statement in enumerate(body):
                if not isinstance(statement, ast.If):
                    continue
                for read, table in _let_through(statement.test, ast.In):
                    self._let(read, statement.body, Value(table, scope))
                if isinstance(statement.body[-1], ast.Raise | ast.Return | ast.Continue):
                    for read, table in _let_through(statement.test, ast.NotIn):
                        self._let(read, body[place + 1 :], Value(table, scope))

    def _let(self, name: str, body: Iterable[ast.stmt], table: Value) -> None:
        for statement in body:
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and node.id == name:
                    self._guards[id(node)] = table

    def _parameters(self, node: FunctionNode, scope: ast.AST | None) -> None:
        bound = self._scopes[node]
        for name, default in _parameters(node.args):
            bound.unknown.add(name)
            if default is not None:
                bound.values.setdefault(name, []).append(Value(default, scope))

    def _bind(self, target: ast.expr, value: Value | None, scope: ast.AST | None) -> None:
        match target:
            case ast.Name(id=name) if value is None:
                self._unknown(scope, name)
            case ast.Name(id=name) if value is not None:
                self._scopes[scope].values.setdefault(name, []).append(value)
                if isinstance(scope, ast.ClassDef):
                    self._attributes.setdefault(name, []).append(value)
            case ast.Attribute(attr=name) if value is not None:
                self._attributes.setdefault(name, []).append(value)
            case ast.Starred():
                self._bind(target.value, None, scope)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                parts = _parts(value, len(targets))
                for inner, part in zip(targets, parts, strict=True):
                    self._bind(inner, part, scope)

    def _unknown(self, scope: ast.AST | None, name: str) -> None:
        self._scopes[scope].unknown.add(name)


_DEFINING = frozenset((ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
_BINDING = frozenset((
    ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.For, ast.AsyncFor, ast.comprehension,
    ast.AugAssign, ast.withitem, ast.Import, ast.ImportFrom, ast.ExceptHandler, ast.MatchMapping,
    ast.MatchAs, ast.MatchStar, ast.Lambda, ast.Global, ast.Nonlocal, ast.Subscript,
))  # fmt: skip
_WITH_BODIES = frozenset((
    ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.TryStar, ast.ExceptHandler, ast.With,
    ast.AsyncWith, ast.match_case,
))  # fmt: skip
_ORDERING = frozenset(("sorted", "list", "tuple", "set", "frozenset", "reversed"))
_READING = frozenset(("items", "keys", "values", "get", "index", "count", "copy", "__contains__"))
"""Attributes of a display that leave it as it is."""


def _let_through(test: ast.expr, kind: type[ast.cmpop]) -> Iterator[tuple[str, ast.expr]]:
    """`name in TABLE`, alone or among conditions of which all must hold."""
    match test:
        case ast.Compare(left=ast.Name(id=name), ops=[cmpop], comparators=[table]):
            if isinstance(cmpop, kind):
                yield name, table
        case ast.BoolOp(op=ast.And(), values=values) if kind is ast.In:
            for value in values:
                yield from _let_through(value, kind)


def _values(nodes: Iterable[ast.expr | None], scope: ast.AST | None) -> Values:
    """The elements of a display; those that are unpacked into it are not known."""
    nodes = list(nodes)
    known = [node for node in nodes if node is not None and not isinstance(node, ast.Starred)]
    return Values(tuple(Value(node, scope) for node in known), len(known) == len(nodes))


def _parts(value: Value | None, count: int) -> Sequence[Value | None]:
    """What each of several targets gets from one value; None for what can't be read."""
    match value:
        case Value(ast.Tuple(elts=parts) | ast.List(elts=parts), scope) if len(parts) == count:
            if not any(isinstance(node, ast.Starred) for node in parts):
                return [Value(node, scope) for node in parts]
    return [None] * count


def _parameters(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr | None]]:
    """The parameters' names and defaults."""
    positional = [*arguments.posonlyargs, *arguments.args]
    missing = len(positional) - len(arguments.defaults)
    defaults = [*[None] * missing, *arguments.defaults]
    for arg, default in zip(positional, defaults, strict=True):
        yield arg.arg, default
    for arg, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield arg.arg, default
    for rest in (arguments.vararg, arguments.kwarg):
        if rest is not None:
            yield rest.arg, None
