"""Definitions and their signatures, `__all__`, and what else a module's top level says."""

import ast
from collections.abc import Callable, Iterator
from typing import Any

Span = Callable[[ast.AST], tuple[int, int]]


def dotted(node: ast.AST | None) -> str:
    """`a.b.c` for a chain of names; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    parts.append(node.id)
    return ".".join(reversed(parts))


def source_of(node: ast.AST | None) -> str | None:
    """The expression in normal form; None for none."""
    if node is None:
        return None
    if isinstance(node, ast.Constant):
        return "..." if node.value is ... else repr(node.value)
    return dotted(node) or ast.unparse(node)


def params(arguments: ast.arguments) -> tuple[tuple[str, str, str | None, str | None], ...]:
    """Each parameter as (name, kind, default, annotation), in the order of the signature."""
    plain = [(arg, "posonly") for arg in arguments.posonlyargs]
    plain += [(arg, "normal") for arg in arguments.args]
    first_default = len(plain) - len(arguments.defaults)
    result = [
        _param(arg, kind, arguments.defaults[i - first_default] if i >= first_default else None)
        for i, (arg, kind) in enumerate(plain)
    ]
    if arguments.vararg:
        result.append(_param(arguments.vararg, "*", None))
    for arg, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        result.append(_param(arg, "kwonly", default))
    if arguments.kwarg:
        result.append(_param(arguments.kwarg, "**", None))
    return tuple(result)


def _param(
    arg: ast.arg, kind: str, default: ast.expr | None
) -> tuple[str, str, str | None, str | None]:
    return arg.arg, kind, source_of(default), source_of(arg.annotation)


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

    def statement(self, node: ast.stmt, guarded: bool, span: Span) -> None:
        """Take note of a module-level statement if it speaks of `__all__`.

        Args:
            node: The statement.
            guarded: Whether it stands in a branch, so that it may not run.
            span: Gives the place of a node in the file.
        """
        value = _all_value(node)
        if value is None:
            return
        self.seen = True
        if guarded:
            self._complete = False
        if isinstance(node, ast.Assign | ast.AnnAssign):
            self._names.clear()
            self._sources.clear()
        for part in _summands(value):
            self._take(part, span)

    def _take(self, node: ast.expr, span: Span) -> None:
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
