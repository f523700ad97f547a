"""Tests of a function that are decided by the values of its parameters."""

import ast
from collections.abc import Mapping


class _Unknown:
    """What can't be told."""


class _Something:
    """Whatever is not None."""


UNKNOWN, SOMETHING = _Unknown(), _Something()


def literal_value(text: str | None) -> object:
    """The value that a text says; `UNKNOWN` where it is more than a literal."""
    try:
        return ast.literal_eval(text or "")
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return UNKNOWN


def holds(test: ast.expr, values: Mapping[str, object]) -> bool | None:
    """Whether a test is true for some values of names; None where that can't be told.

    Args:
        test: The expression.
        values: Name -> its value, `SOMETHING` or `UNKNOWN`.
    """
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = holds(test.operand, values)
        return None if inner is None else not inner
    if isinstance(test, ast.BoolOp):
        found = [holds(node, values) for node in test.values]
        decisive = isinstance(test.op, ast.Or)
        if decisive in found:
            return decisive
        return None if None in found else not decisive
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        left, right = _value(test.left, values), _value(test.comparators[0], values)
        return _compared(test.ops[0], left, right)
    value = _value(test, values)
    return None if value in (UNKNOWN, SOMETHING) else bool(value)


def _value(node: ast.expr, values: Mapping[str, object]) -> object:
    if isinstance(node, ast.Name):
        return values.get(node.id, UNKNOWN)
    return node.value if isinstance(node, ast.Constant) else UNKNOWN


def _compared(operator: ast.cmpop, left: object, right: object) -> bool | None:
    if left is UNKNOWN or right is UNKNOWN:
        return None
    if isinstance(operator, ast.Is | ast.IsNot):
        if left is not None and right is not None:
            return None
        return (left is right) == isinstance(operator, ast.Is)
    if SOMETHING in (left, right):
        return None
    if isinstance(operator, ast.Eq | ast.NotEq):
        return (left == right) == isinstance(operator, ast.Eq)
    if not (isinstance(left, int | float) and isinstance(right, int | float)):
        return None
    if isinstance(operator, ast.Lt | ast.LtE):
        return left < right or (left == right and isinstance(operator, ast.LtE))
    if isinstance(operator, ast.Gt | ast.GtE):
        return left > right or (left == right and isinstance(operator, ast.GtE))
    return None
