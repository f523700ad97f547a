"""Literals that a patch is given from elsewhere in its file: what they name is certainly replaced.

`TARGET = "pkg.mod.Name"` with `@patch(TARGET)`, the rows of `parametrize`, the `params` of a
fixture, and what a function of the file is called with that patches what it is told.
"""

import ast
from collections.abc import Iterator, Sequence

from onepath.facts.computed.names import Names, Value
from onepath.facts.computed.nodes import FunctionNode
from onepath.facts.computed.patterns import patterns
from onepath.facts.extract.definitions import dotted

PATCHING = frozenset(("patch", "setattr", "delattr"))
"""The last names of calls that may replace what their first argument names."""
_METHODS = ("self", "cls")


def told(
    expression: ast.expr,
    scope: ast.AST | None,
    names: Names,
    nodes: Sequence[tuple[ast.AST, ast.AST | None]],
) -> Iterator[ast.expr]:
    """The literals that an expression may be, beside those to which a name is bound.

    Args:
        expression: What a call is given.
        scope: The innermost function or class around it.
        names: What the file binds.
        nodes: All nodes of the file.
    """
    for value in _values(expression, scope, names, nodes):
        for pattern in patterns(value.node, names, value.scope):
            if len(pattern) == 1 and isinstance(pattern[0].node, ast.Constant):
                yield pattern[0].node


def _values(
    expression: ast.expr,
    scope: ast.AST | None,
    names: Names,
    nodes: Sequence[tuple[ast.AST, ast.AST | None]],
) -> Iterator[Value]:
    if not isinstance(scope, FunctionNode):
        return
    if isinstance(expression, ast.Name):
        position = _position(scope, expression.id)
        if position is not None:
            yield from _parametrized(scope, expression.id, names)
            yield from _passed(scope, expression.id, position, nodes)
    elif dotted(expression) == "request.param":
        for decorator in scope.decorator_list:
            if isinstance(decorator, ast.Call) and _last(decorator.func) == "fixture":
                for keyword in decorator.keywords:
                    if keyword.arg == "params":
                        yield from _of_rows(keyword.value, None, names)


def _parametrized(function: FunctionNode, name: str, names: Names) -> Iterator[Value]:
    """What the decorators `parametrize("name, ...", rows)` give a parameter."""
    for decorator in function.decorator_list:
        match decorator:
            case ast.Call(func=ast.Attribute(attr="parametrize"), args=[told, rows, *_]):
                spelled = _parameter_names(told)
                if name in spelled:
                    place = spelled.index(name) if len(spelled) > 1 else None
                    yield from _of_rows(rows, place, names)


def _parameter_names(node: ast.expr) -> Sequence[str]:
    match node:
        case ast.Constant(value=str() as text):
            return [part.strip() for part in text.split(",")]
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return [str(part.value) for part in parts if isinstance(part, ast.Constant)]
    return ()


def _of_rows(rows: ast.expr, place: int | None, names: Names) -> Iterator[Value]:
    """The values of some rows, those at one place where a row has several."""
    for node, scope in names.elements(Value(rows, None)).known:
        parts = [node]
        if isinstance(node, ast.Call) and _last(node.func) == "param":
            parts = node.args
        elif place is not None:
            parts = node.elts if isinstance(node, ast.Tuple | ast.List) else []
        yield from (Value(part, scope) for part in parts[place or 0 :][:1])


def _passed(
    function: FunctionNode,
    name: str,
    position: int,
    nodes: Sequence[tuple[ast.AST, ast.AST | None]],
) -> Iterator[Value]:
    """What calls in the file give a parameter of one of its functions."""
    for node, scope in nodes:
        if not isinstance(node, ast.Call) or not _calls(node.func, function):
            continue
        at = position - isinstance(node.func, ast.Attribute)
        given = node.args[at] if 0 <= at < len(node.args) else None
        for keyword in node.keywords:
            given = keyword.value if keyword.arg == name else given
        if given is not None and not any(isinstance(one, ast.Starred) for one in node.args):
            yield Value(given, scope)


def _calls(callee: ast.expr, function: FunctionNode) -> bool:
    match callee:
        case ast.Name(id=name):
            return name == function.name
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            return owner in _METHODS and name == function.name
    return False


def _position(function: FunctionNode, name: str) -> int | None:
    """Which parameter a name is; -1 for one that is given by its name alone, None for none."""
    positional = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
    if name in positional:
        return positional.index(name)
    return -1 if name in [arg.arg for arg in function.args.kwonlyargs] else None


def _last(node: ast.expr) -> str:
    return dotted(node).rpartition(".")[2]
