"""What nobody misses if it is not run: statements of factories, and how instances are made."""

import ast

from onepath.analysis.arguments import has_effects
from onepath.analysis.classes import definition_of
from onepath.analysis.index import Index
from onepath.analysis.mentions import read_function
from onepath.analysis.places import defining
from onepath.analysis.top_classes import Place
from onepath.facts.computed.nodes import FunctionNode
from onepath.facts.extract.definitions import dotted

_WARNING = ("warnings.warn", "warn")
_BARE = frozenset(("object", "ABC", "abc.ABC", "Generic", "Protocol"))
"""Bases of elsewhere that do nothing when an instance is made."""
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
    statements = [statement for statement in node.body if not is_silent(statement)]
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
    texts = [node.value for node in value.args if isinstance(node, ast.Constant)]
    return (
        method in _LOGS
        and "log" in receiver.rpartition(".")[2].lower()
        and len(texts) == len(value.args) > 0
        and "deprecat" in str(texts[0]).lower()
    )


def makes_silently(index: Index, place: Place) -> bool:
    """Whether to make an instance of a class only assigns its arguments to attributes."""
    cls = index.classes[place]
    holder = defining(index, cls, "__init__")
    if defining(index, cls, "__new__") is not None or "__post_init__" in cls.members:
        return False
    if any(base.kind != "definition" for base in index.bases(cls)) and not set(cls.bases) <= _BARE:
        return False
    if holder is None:
        return not definition_of(index, place).decorators
    read = read_function(index, holder.path, holder.members["__init__"])
    statements = getattr(read.node, "body", None) if read is not None else None
    return statements is not None and all(map(_only_keeps, statements))


def _only_keeps(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Pass):
        return True
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.Assign | ast.AnnAssign) and (
        statement.value is None or not has_effects(statement.value)
    )
