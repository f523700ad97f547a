"""What takes names out of a module's namespace by their spelling."""

import ast
from collections.abc import Iterable, Iterator

from onepath.facts.computed.nodes import FunctionNode

_OWN = frozenset(("globals", "vars", "locals"))
FRAME = b"f_globals"
"""What a function that reaches the namespace of its caller has to spell."""


def deleted(targets: Iterable[ast.expr]) -> Iterator[ast.expr]:
    """What a `del` takes out, each by itself: `del (a, [b])`.

    Args:
        targets: What the statement names.
    """
    for expression in targets:
        if isinstance(expression, ast.Tuple | ast.List):
            yield from deleted(expression.elts)
        else:
            yield expression


def removed(node: ast.expr) -> str | None:
    """The name that an expression takes out of the namespace of its own module, if a literal says
    it: the target of a `del`, or a call.

    Args:
        node: `globals()["x"]`, `globals().pop("x")` or `delattr(sys.modules[__name__], "x")`.
    """
    match node:
        case ast.Subscript(value=owner, slice=ast.Constant(value=str(name))) if _is_own(owner):
            return name
        case ast.Call(
            func=ast.Attribute(value=owner, attr="pop"), args=[ast.Constant(value=str(name)), *_]
        ) if _is_own(owner):
            return name
        case ast.Call(func=ast.Name(id="delattr"), args=[owner, ast.Constant(value=str(name))]) if (
            _is_own_module(owner)
        ):
            return name
    return None


def _is_own(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name), args=[], keywords=[]):
            return name in _OWN
        case ast.Call(func=ast.Name(id="vars"), args=[owner], keywords=[]):
            return _is_own_module(owner)
        case ast.Attribute(value=owner, attr="__dict__"):
            return _is_own_module(owner)
    return False


def _is_own_module(node: ast.expr) -> bool:
    match node:
        case ast.Subscript(
            value=ast.Attribute(value=ast.Name(id="sys"), attr="modules"),
            slice=ast.Name(id="__name__"),
        ):
            return True
    return False


def taken_from_caller(function: FunctionNode) -> frozenset[str]:
    """The names that a function takes out of the namespace of the module that calls it.

    It gets that namespace from a frame, and may keep it in a variable; every `del` and `pop` of it
    counts as one of this namespace.

    Args:
        function: Its definition.
    """
    nodes = list(ast.walk(function))
    if not any(isinstance(node, ast.Attribute) and node.attr == FRAME.decode() for node in nodes):
        return frozenset()
    return frozenset(name for node in nodes for name in _taken(node))


def _taken(node: ast.AST) -> Iterator[str]:
    keys: list[ast.expr] = []
    match node:
        case ast.Delete(targets=targets):
            keys = [
                expression.slice for expression in targets if isinstance(expression, ast.Subscript)
            ]
        case ast.Call(func=ast.Attribute(attr="pop"), args=[key, *_]):
            keys = [key]
    for key in keys:
        match key:
            case (
                ast.Constant(value=str(name))
                | ast.Attribute(value=ast.Name(id=name), attr="__name__")
            ):
                yield name
