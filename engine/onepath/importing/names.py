"""Which names statements bind."""

import ast
import re
from collections.abc import Iterable, Iterator

_DYNAMIC = frozenset(("globals", "vars", "locals"))
_MAY_BE_DYNAMIC = re.compile(rb"\b(?:globals|exec|vars|locals)\s*\(")
Def = ast.FunctionDef | ast.AsyncFunctionDef


def bound_names(nodes: Iterable[ast.AST], *, module: bool = False) -> frozenset[str]:
    """The names that a scope binds by its own statements.

    Args:
        nodes: The statements of the scope.
        module: Whether it is a module, which functions bind names of by `global` as well.
    """
    bound: set[str] = set()
    elsewhere: set[str] = set()
    for node in _own(nodes):
        match node:
            case ast.Name(ctx=ast.Store() | ast.Del()):
                bound.add(node.id)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                bound.add(node.name)
            case ast.Import() | ast.ImportFrom():
                bound |= {one.asname or one.name.partition(".")[0] for one in node.names}
            case ast.ExceptHandler() | ast.MatchAs() | ast.MatchStar():
                bound |= {node.name} if node.name else set()
            case ast.MatchMapping():
                bound |= {node.rest} if node.rest else set()
            case ast.Global() | ast.Nonlocal():
                elsewhere.update(node.names)
    if module:
        for node in nodes:
            for inner in ast.walk(node):
                if isinstance(inner, ast.Global):
                    bound.update(inner.names)
    return frozenset(bound - {"*"} - (set() if module else elsewhere))


def is_dynamic(tree: ast.Module, data: bytes) -> bool:
    """Whether a module may bind names in ways that can't be read.

    Args:
        tree: The module.
        data: Its bytes, which tell at once that most modules do not.
    """
    if not _MAY_BE_DYNAMIC.search(data):
        return False
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and (node.func.id == "exec" or (node.func.id in _DYNAMIC and not node.args))
        for node in ast.walk(tree)
    )


def _own(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes of a scope, those of inner scopes left out."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, Def | ast.ClassDef):
            waiting += node.decorator_list
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            waiting += [one for one in ast.walk(node) if isinstance(one, ast.NamedExpr)]
        elif not isinstance(node, ast.Lambda):
            waiting += ast.iter_child_nodes(node)
