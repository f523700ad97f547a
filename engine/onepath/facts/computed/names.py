"""What the names of a file are bound to, as far as its source tells."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

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
    """

    def __init__(self, tree: ast.Module) -> None:
        self._scopes: dict[ast.AST | None, _Bound] = {None: _Bound(None)}
        self._attributes: dict[str, list[Value]] = {}
        self._changed: set[str] = set()
        self._loops: list[tuple[ast.expr, ast.expr, ast.AST | None]] = []
        for statement in tree.body:
            self._node(statement, None)
        # What a loop goes over may be bound, or changed, further down.
        for target, iterated, scope in self._loops:
            elements = self.elements(Value(iterated, scope))
            for value in elements.known:
                self._bind(target, value, scope)
            if not elements.complete:
                self._bind(target, None, scope)

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

    def of_attribute(self, name: str) -> Values:
        """What an attribute may be, among others: what the file itself assigns to such a one."""
        return Values(tuple(self._attributes.get(name, ())), False)

    def elements(self, value: Value, depth: int = 0) -> Values:
        """What a loop over an expression gives."""
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
        found: list[Value] = []
        for node, scope in displays.known:
            if not isinstance(node, ast.Dict):
                return NOTHING_KNOWN
            for key, item in zip(node.keys, node.values, strict=True):
                pair = ast.Tuple([key, item], ast.Load()) if key is not None else None
                element = {"keys": key, "values": item, "items": pair}.get(method)
                if key is None or element is None:
                    return NOTHING_KNOWN
                found.append(Value(element, scope))
        return Values(tuple(found), displays.complete)

    def _displays(self, value: Value) -> Values:
        """The displays that an expression is, or that a name is bound to and nothing changes."""
        if not isinstance(value.node, ast.Name):
            return Values((value,), True)
        bound = self.of(value.node.id, value.scope)
        return Values(bound.known, bound.complete and value.node.id not in self._changed)

    # ------------------------------------------------------- collecting

    def _node(self, node: ast.AST, scope: ast.AST | None) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._unknown(scope, node.name)
                self._function(node, scope)
                return
            case ast.ClassDef():
                self._unknown(scope, node.name)
                self._inside(node, (*node.decorator_list, *node.bases, *node.keywords), scope)
                return
            case _:
                self._bindings(node, scope)
        for child in ast.iter_child_nodes(node):
            self._node(child, scope)

    def _bindings(self, node: ast.AST, scope: ast.AST | None) -> None:
        """Note what a node, other than a definition, binds or changes."""
        match node:
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
                    self._unknown(scope, alias.asname or alias.name.partition(".")[0])
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
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if attr not in _READING:
                self._changed.add(name)
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                self._changed.add(name)

    def _function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: ast.AST | None
    ) -> None:
        defaults = [one for one in (*node.args.defaults, *node.args.kw_defaults) if one is not None]
        self._inside(node, (*node.decorator_list, *defaults), scope)
        bound = self._scopes[node]
        for name, default in _parameters(node.args):
            bound.unknown.add(name)
            if default is not None:
                bound.values.setdefault(name, []).append(Value(default, scope))

    def _inside(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef,
        outside: Iterable[ast.AST], scope: ast.AST | None,
    ) -> None:  # fmt: skip
        """Read a definition: what is evaluated outside of it, and its body."""
        self._scopes[node] = _Bound(scope)
        for one in outside:
            self._node(one, scope)
        for statement in node.body:
            self._node(statement, node)

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


_ORDERING = frozenset(("sorted", "list", "tuple", "set", "frozenset", "reversed"))
_READING = frozenset(("items", "keys", "values", "get", "index", "count", "copy", "__contains__"))
"""Attributes of a display that leave it as it is."""


def _values(nodes: Iterable[ast.expr | None], scope: ast.AST | None) -> Values:
    """The elements of a display; those that are unpacked into it are not known."""
    nodes = list(nodes)
    known = [one for one in nodes if one is not None and not isinstance(one, ast.Starred)]
    return Values(tuple(Value(one, scope) for one in known), len(known) == len(nodes))


def _parts(value: Value | None, count: int) -> Sequence[Value | None]:
    """What each of several targets gets from one value; None for what can't be read."""
    match value:
        case Value(ast.Tuple(elts=parts) | ast.List(elts=parts), scope) if len(parts) == count:
            if not any(isinstance(one, ast.Starred) for one in parts):
                return [Value(one, scope) for one in parts]
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
