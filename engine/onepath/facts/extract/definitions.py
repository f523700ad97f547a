"""Definitions and their signatures, `__all__`, and what else a module's top level says."""

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from onepath.facts.newer.nodes import TypeAlias

SpanOf = Callable[[ast.AST], tuple[int, int]]


def dotted(node: ast.AST | None) -> str:
    """`a.b.c` for a chain of names; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    found = ""
    while isinstance(node, ast.Attribute):
        found = f".{node.attr}{found}"
        node = node.value
    return f"{node.id}{found}" if isinstance(node, ast.Name) else ""


def string_value(node: ast.AST | None) -> str | None:
    """The value of a string literal; None for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


TextOf = Callable[[ast.AST], str]
"""Gives the text of an expression as it is in the file, on one line."""

ParameterRow = tuple[str, str, str | None, str | None]


def params(arguments: ast.arguments, source: TextOf) -> tuple[ParameterRow, ...]:
    """Each parameter as (name, kind, default, annotation), in the order of the signature."""
    plain = [(arg, "posonly") for arg in arguments.posonlyargs]
    plain += [(arg, "normal") for arg in arguments.args]
    without_default = len(plain) - len(arguments.defaults)
    defaults: list[ast.expr | None] = [None] * without_default
    found = list(zip(plain, [*defaults, *arguments.defaults], strict=True))
    if arguments.vararg:
        found.append(((arguments.vararg, "*"), None))
    found += zip(
        [(arg, "kwonly") for arg in arguments.kwonlyargs], arguments.kw_defaults, strict=True
    )
    if arguments.kwarg:
        found.append(((arguments.kwarg, "**"), None))
    return tuple(
        (
            arg.arg,
            kind,
            None if default is None else source(default),
            None if arg.annotation is None else source(arg.annotation),
        )
        for (arg, kind), default in found
    )


class ExportList:
    """`__all__`, read statement by statement."""

    def __init__(self) -> None:
        self._names: list[tuple[str, int, int]] = []
        self._sources: list[str] = []
        self._complete = True
        self.seen = False

    def result(self) -> tuple[Any, ...] | None:
        if not self.seen:
            return None
        return tuple(self._names), self._complete, tuple(self._sources)

    def bound(self) -> None:
        """Take note that something binds `__all__`, be it readable or not."""
        if not self.seen:
            self.seen, self._complete = True, False

    def statement(self, node: ast.stmt, guarded: bool, span: SpanOf) -> None:
        """Take note of a module-level statement if it speaks of `__all__`.

        Args:
            node: The statement.
            guarded: Whether it is in a branch, so that it may not run.
            span: Gives the place of a node in the file.
        """
        value = _all_value(node)
        if value is None:
            return
        self.seen = True
        if guarded:
            self._complete = False
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            self._names.clear()
            self._sources.clear()
            self._complete = True
        for part in _summands(value):
            self._take(part, span)

    def _take(self, node: ast.expr, span: SpanOf) -> None:
        if isinstance(node, ast.List | ast.Tuple):
            for element in node.elts:
                if isinstance(element, ast.Constant) and isinstance(element.value, str):
                    self._names.append((element.value, *span(element)))
                elif isinstance(element, ast.Starred):
                    self._take(element.value, span)
                else:
                    self._complete = False
        elif isinstance(node, ast.Attribute) and node.attr == "__all__" and dotted(node.value):
            self._sources.append(dotted(node.value))
        else:
            self._complete = False


def _all_value(node: ast.stmt) -> ast.expr | None:
    """What a statement assigns or adds to `__all__`; None if it does neither."""
    if isinstance(node, ast.Assign):
        return node.value if any(dotted(target) == "__all__" for target in node.targets) else None
    if isinstance(node, ast.AugAssign | ast.AnnAssign):
        return node.value if dotted(node.target) == "__all__" else None
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        call = node.value
        method = dotted(call.func)
        if method == "__all__.extend" and len(call.args) == 1:
            return call.args[0]
        if method == "__all__.append" and len(call.args) == 1:
            return ast.List(elts=[call.args[0]])
        if method.startswith("__all__."):
            return call  # `remove`, `insert`: not readable, so the list is not complete
    return None


def _summands(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _summands(node.left)
        yield from _summands(node.right)
    elif isinstance(node, ast.Call) and dotted(node.func) in ("list", "tuple", "sorted"):
        yield from node.args
    else:
        yield node


_BINDING = (
    ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Delete,
    ast.Pass, TypeAlias,
)  # fmt: skip
_WARNING = ("warnings.warn", "warn")


def effects(body: Iterable[ast.stmt]) -> Iterator[int]:
    """Lines of a module's statements that do more than bind names, warnings left out."""
    for node in body:
        if isinstance(node, ast.If):
            yield from effects((*node.body, *node.orelse))
        elif isinstance(node, ast.Try | ast.TryStar):
            handled = [inner for handler in node.handlers for inner in handler.body]
            yield from effects((*node.body, *handled, *node.orelse, *node.finalbody))
        elif not _only_binds(node):
            yield node.lineno


def _only_binds(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign):
        return all(isinstance(target, ast.Name | ast.Tuple | ast.List) for target in node.targets)
    if isinstance(node, ast.AnnAssign):
        return isinstance(node.target, ast.Name)
    if isinstance(node, ast.AugAssign):
        return dotted(node.target) == "__all__"
    if isinstance(node, ast.Expr):
        if isinstance(node.value, ast.Call):
            callee = dotted(node.value.func)
            return callee in _WARNING or callee.startswith("__all__.")
        return isinstance(node.value, ast.Constant)
    return isinstance(node, _BINDING)
