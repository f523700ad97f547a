"""What the text of a function or a module binds, inner functions left out."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from onepath.facts.computed.nodes import DefinitionNode

_INNER = DefinitionNode | ast.Lambda


class OwnNames(NamedTuple):
    """The names of a function."""

    binders: Mapping[str, Sequence[ast.AST]]
    """Name -> the nodes that bind it."""
    shared: frozenset[str]
    """The names that something in it declares `nonlocal` or `global`."""


def own_names(function: ast.AST, known: dict[ast.AST, OwnNames] | None = None) -> OwnNames:
    """Read a function once, whatever is asked of it or of what is around it.

    Args:
        function: A function, a class, or a module.
        known: What was read of the same file, to be added to: this function and those inside it.
    """
    known = {} if known is None else known
    if function not in known:
        known[function] = _read(function, known)
    return known[function]


def _read(function: ast.AST, known: dict[ast.AST, OwnNames]) -> OwnNames:
    binders: dict[str, list[ast.AST]] = {}
    shared: set[str] = set()
    for node in _inside(function):
        for name in dict.fromkeys(_bound_by(node)):
            binders.setdefault(name, []).append(node)
        if isinstance(node, ast.Nonlocal | ast.Global):
            shared.update(node.names)
        elif isinstance(node, DefinitionNode):
            shared |= own_names(node, known).shared
    return OwnNames(binders, frozenset(shared))


def _inside(function: ast.AST) -> Iterator[ast.AST]:
    waiting = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, _INNER):
            continue
        inner = ast.iter_child_nodes(node)
        # An assignment binds its plain targets itself.
        is_assignment = isinstance(node, ast.Assign | ast.AnnAssign)
        waiting += (child for child in inner if not (is_assignment and isinstance(child, ast.Name)))


def _bound_by(node: ast.AST) -> Sequence[str]:
    """The names that a node binds itself, and no node in it."""
    match node:
        case ast.Assign(targets=targets):
            return [expression.id for expression in targets if isinstance(expression, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.arg(arg=name):
            return [name]
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            return [name]
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            return names
        case ast.alias(name=name, asname=asname):
            return [asname or name.partition(".")[0]]
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            return [name]
        case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            return [name]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
    return []
