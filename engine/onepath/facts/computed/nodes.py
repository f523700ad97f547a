"""The nodes of a file in one list, each with its scope, for all that reads computed names."""

import ast
from collections.abc import Iterable, Sequence

ScopeNode = ast.AST | None
"""The innermost function or class around a node; None for the module."""
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
DefinitionNode = FunctionNode | ast.ClassDef

_EMPTY = (ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop)
_SKIPPED = frozenset((
    "ctx", "op", "ops", "type_comment", "kind", "conversion", "simple", "is_async", "level", "id",
    "attr", "module", "type_ignores",
))  # fmt: skip
"""Fields that hold no node of interest."""
_FIELDS: dict[type, tuple[str, ...]] = {ast.Name: (), ast.Constant: ()}
"""The fields of each class that may hold nodes, as far as they have been asked for."""


def scoped(tree: ast.Module) -> list[tuple[ast.AST, ScopeNode]]:
    """Every node of a file, in its order, with the innermost function or class around it.

    Operators and contexts are left out. Decorators, defaults, annotations and bases stand outside
    of what they belong to.
    """
    found: list[tuple[ast.AST, ScopeNode]] = []
    waiting: list[tuple[ast.AST, ScopeNode]] = [(node, None) for node in reversed(tree.body)]
    while waiting:
        pair = waiting.pop()
        found.append(pair)
        node, scope = pair
        fields = _FIELDS.get(node.__class__)
        if fields is None:
            fields = _FIELDS[node.__class__] = tuple(
                name for name in node._fields if name not in _SKIPPED
            )
        if not fields:
            continue
        children: list[tuple[ast.AST, ScopeNode]] = []
        for name in fields:
            value = getattr(node, name, None)
            if value.__class__ is list:
                at = node if name == "body" and isinstance(node, DefinitionNode) else scope
                children += [(one, at) for one in value if isinstance(one, ast.AST)]
            elif isinstance(value, ast.AST) and not isinstance(value, _EMPTY):
                children.append((value, scope))
        children.reverse()
        waiting += children
    return found


class Nodes:
    """The nodes of a file, by class."""

    def __init__(self, nodes: Iterable[tuple[ast.AST, ScopeNode]]) -> None:
        self._by_class: dict[type, list[tuple[ast.AST, ScopeNode]]] = {}
        for pair in nodes:
            self._by_class.setdefault(pair[0].__class__, []).append(pair)

    def of(self, *classes: type[ast.AST]) -> Sequence[tuple[ast.AST, ScopeNode]]:
        """The nodes of some classes, with their scopes: one class after the other."""
        return [pair for one in classes for pair in self._by_class.get(one, ())]
