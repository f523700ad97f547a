"""Whether a module binds a name whatever its conditions come to, so that others may import it."""

import ast
from collections.abc import Iterable, Sequence


def is_bound_for_certain(body: Sequence[ast.stmt], name: str) -> bool:
    """Whether all ways through some statements bind a name; what may end them is not looked for.

    Args:
        body: The statements of a module.
        name: The name.
    """
    return any(_binds(statement, name) for statement in body)


def _binds(statement: ast.stmt, name: str) -> bool:
    match statement:
        case ast.If(body=body, orelse=orelse):
            return all(_ends(way) or is_bound_for_certain(way, name) for way in (body, orelse))
        case ast.Try() | ast.TryStar():
            ways = [[*statement.body, *statement.orelse]]
            ways += [handler.body for handler in statement.handlers]
            return is_bound_for_certain(statement.finalbody, name) or all(
                _ends(way) or is_bound_for_certain(way, name) for way in ways
            )
        case ast.With(body=body) | ast.AsyncWith(body=body):
            return is_bound_for_certain(body, name)
        case ast.For() | ast.While() | ast.Match():
            # None of them need run; a name that they bind was given a value before, or after.
            return False
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return statement.name == name
        case ast.Import() | ast.ImportFrom():
            return any(_bound_by(alias, name) for alias in statement.names)
        case ast.AnnAssign(value=None):
            return False
    return name in _stored(statement)


def _ends(body: Sequence[ast.stmt]) -> bool:
    """Whether nothing comes after some statements: they raise."""
    return any(isinstance(statement, ast.Raise) for statement in body)


def _bound_by(alias: ast.alias, name: str) -> bool:
    # What a star brings is asked for where stars are followed.
    return (alias.asname or alias.name.partition(".")[0]) in (name, "*")


def _stored(statement: ast.stmt) -> Iterable[str]:
    return {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
