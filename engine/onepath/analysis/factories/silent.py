"""Statements of a factory that nobody misses, and what it returns where the rest is one value."""

import ast

from onepath.facts.computed.nodes import FunctionNode
from onepath.facts.extract.definitions import dotted

_WARNING = ("warnings.warn", "warn")
_LOGS = frozenset(("debug", "info", "warning", "warn", "error"))


def returned(node: ast.AST) -> ast.expr | None:
    """What a function returns that does nothing else; through one variable, too.

    Args:
        node: A function, or the assignment of a `lambda`.

    Returns:
        The expression; None where the function does more, or gives nothing.
    """
    if not isinstance(node, FunctionNode):
        value = getattr(node, "value", None)
        return value.body if isinstance(value, ast.Lambda) else None
    statements = [one for one in node.body if not is_silent(one)]
    if not statements or not isinstance(statements[-1], ast.Return):
        return None
    value = statements[-1].value
    if len(statements) == 1:
        return value
    first = statements[0]
    if len(statements) == 2 and isinstance(first, ast.Assign | ast.AnnAssign):
        targets = first.targets if isinstance(first, ast.Assign) else [first.target]
        same = (
            len(targets) == 1 and isinstance(targets[0], ast.Name) and isinstance(value, ast.Name)
        )
        if same and dotted(targets[0]) == dotted(value):
            return first.value
    return None


def is_silent(statement: ast.stmt) -> bool:
    """Whether a statement does nothing that a caller may miss."""
    if isinstance(statement, ast.Import | ast.ImportFrom | ast.Pass):
        return True
    if not isinstance(statement, ast.Expr):
        return False
    value = statement.value
    return isinstance(value, ast.Constant) or _is_warning(value) or _is_deprecation_log(value)


def _is_warning(value: ast.expr) -> bool:
    """Whether a call only says that the variant is going."""
    return (
        isinstance(value, ast.Call)
        and dotted(value.func) in _WARNING
        and "DeprecationWarning" in ast.unparse(value)
    )


def _is_deprecation_log(value: ast.expr) -> bool:
    """Whether a call writes to a log, in fixed words, that the variant is deprecated."""
    if not isinstance(value, ast.Call) or value.keywords:
        return False
    receiver, _, method = dotted(value.func).rpartition(".")
    texts = [one.value for one in value.args if isinstance(one, ast.Constant)]
    return (
        method in _LOGS
        and "log" in receiver.rpartition(".")[2].lower()
        and len(texts) == len(value.args) > 0
        and "deprecat" in str(texts[0]).lower()
    )
