"""The nodes of a file in one list, each with its scope, for all that reads computed names."""

import ast
from collections.abc import Iterable, Sequence

ScopeNode = ast.AST | None
"""The innermost function or class around a node; None for the module."""
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
DefinitionNode = FunctionNode | ast.ClassDef

_DEFINING = frozenset((ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
_SKIPPED = frozenset((
    "ctx", "op", "ops", "type_comment", "kind", "conversion", "simple", "is_async", "level", "id",
    "attr", "module", "type_ignores",
))  # fmt: skip
"""Fields that hold no node of interest: operators and contexts, and what is no node."""


class _Fields(dict[type, tuple[str, ...]]):
    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        self[kind] = fields = tuple(name for name in kind._fields if name not in _SKIPPED)
        return fields


FIELDS = _Fields({ast.Name: (), ast.Constant: ()})
"""The fields of each class of nodes that may hold nodes, in their order."""


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
        kind = node.__class__
        for name in reversed(FIELDS[kind]):
            value = getattr(node, name, None)
            if value.__class__ is list:
                at = node if name == "body" and kind in _DEFINING else scope
                waiting += [(one, at) for one in reversed(value) if isinstance(one, ast.AST)]
            elif isinstance(value, ast.AST):
                waiting.append((value, scope))
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
