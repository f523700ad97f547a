"""Which names statements bind."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from onepath.facts.computed.nodes import FunctionNode

_DYNAMIC = frozenset(("globals", "vars", "locals"))
_MAY_BE_DYNAMIC = re.compile(rb"\b(?:globals|exec|vars|locals)\s*\(")
_GLOBAL = re.compile(rb"\bglobal[ \t\\]+[^\W\d]")


class Binders:
    """Knows which names scopes bind.

    Args:
        data: The bytes of the file, which tell what it certainly has not.
    """

    def __init__(self, data: bytes) -> None:
        self._has_global = _GLOBAL.search(data) is not None
        self._has_walrus = b":=" in data

    def names(self, statements: Sequence[ast.AST], *, module: bool = False) -> frozenset[str]:
        """The names that a scope binds by its own statements.

        Args:
            statements: Those of the scope.
            module: Whether it is a module, which functions bind names of by `global` as well.
        """
        bound: set[str] = set()
        elsewhere: set[str] = set()
        for node in self._own(statements):
            match node:
                case ast.Name(ctx=ast.Store() | ast.Del()):
                    bound.add(node.id)
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                    bound.add(node.name)
                case ast.Import() | ast.ImportFrom():
                    bound |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
                case ast.ExceptHandler() | ast.MatchAs() | ast.MatchStar():
                    bound |= {node.name} if node.name else set()
                case ast.MatchMapping():
                    bound |= {node.rest} if node.rest else set()
                case ast.Global() | ast.Nonlocal():
                    elsewhere.update(node.names)
        if module and self._has_global:
            for node in _nested(statements):
                if isinstance(node, ast.Global):
                    bound.update(node.names)
        return frozenset(bound - {"*"} - (set() if module else elsewhere))

    def _own(self, statements: Iterable[ast.AST]) -> Iterator[ast.AST]:
        """The nodes of a scope that may bind names, those of inner scopes left out."""
        waiting = list(statements)
        while waiting:
            node = waiting.pop()
            yield node
            if isinstance(node, FunctionNode | ast.ClassDef):
                waiting += node.decorator_list
            elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
                waiting += [child for child in ast.walk(node) if isinstance(child, ast.NamedExpr)]
            elif self._has_walrus and not isinstance(node, ast.Lambda):
                waiting += ast.iter_child_nodes(node)
            elif not isinstance(node, ast.Lambda):
                waiting += _binding_parts(node)


def _nested(statements: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Statements and those inside of them, at any depth, without their expressions."""
    waiting = list(statements)
    while waiting:
        node = waiting.pop()
        yield node
        for name in _SUITES:
            inner = getattr(node, name, None)
            if isinstance(inner, list):
                waiting += inner


_SUITES = ("body", "orelse", "finalbody", "handlers", "cases")


def _binding_parts(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a node that may bind names where no expression does."""
    for name in node._fields:
        if name not in _ONLY_READ:
            value = getattr(node, name, None)
            if value.__class__ is list:
                yield from (one for one in value if isinstance(one, ast.AST))
            elif isinstance(value, ast.AST):
                yield value


_ONLY_READ = frozenset((
    "value", "test", "iter", "annotation", "context_expr", "subject", "exc", "cause", "msg",
    "type", "guard", "slice", "ctx", "op", "names",
))  # fmt: skip
"""Fields with expressions that are evaluated and bind nothing, and with names."""


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
