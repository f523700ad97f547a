"""Constructors: what they are called, and those that only call the one of the base."""

import ast
from collections.abc import Sequence

from onepath.analysis.arguments import has_effects, same_default
from onepath.facts.extract.definitions import dotted
from onepath.model import Param

CONSTRUCTORS = ("__init__", "__new__")
"""The methods that a call of a class runs."""
_LOGS = frozenset(("debug", "info", "warning", "warn", "error", "critical", "exception", "log"))


def only_passes_on(node: ast.stmt, own: Sequence[Param], expected: Sequence[Param] | None) -> bool:
    """Whether a statement of a class is an `__init__` that calls that of the base as it is called.

    Log lines and warnings are the only other things that it may do.

    Args:
        node: A statement of the body of a class.
        own: Its parameters without `self`, if it is an `__init__`.
        expected: Those of the base; None where they are not known.
    """
    if not isinstance(node, ast.FunctionDef) or node.name != "__init__" or node.decorator_list:
        return False
    calls = [statement for statement in node.body if not _only_says(statement)]
    call = calls[0].value if len(calls) == 1 and isinstance(calls[0], ast.Expr) else None
    return (
        isinstance(call, ast.Call)
        and ast.unparse(call.func) == "super().__init__"
        and _gives_all(call, own)
        and (_takes_anything(own) or (expected is not None and _are_same(own, expected)))
    )


def _only_says(statement: ast.stmt) -> bool:
    """Whether a statement is a docstring, a log line or a warning, put together without effects."""
    if isinstance(statement, ast.Pass):
        return True
    if not isinstance(statement, ast.Expr):
        return False
    value = statement.value
    if isinstance(value, ast.Constant):
        return True
    if not isinstance(value, ast.Call):
        return False
    receiver, _, name = dotted(value.func).rpartition(".")
    is_log = name in _LOGS and "log" in receiver.lower()
    is_warning = (receiver, name) in (("warnings", "warn"), ("", "warn"))
    given = [*value.args, *(keyword.value for keyword in value.keywords)]
    return (is_log or is_warning) and not any(map(has_effects, given))


def _gives_all(call: ast.Call, own: Sequence[Param]) -> bool:
    """Whether a call gives each parameter on, in its place or under its name."""
    given: set[tuple[str | None, str]] = {(None, ast.unparse(node)) for node in call.args}
    given |= {(keyword.arg, ast.unparse(keyword.value)) for keyword in call.keywords}
    in_place = [ast.unparse(node) for node in call.args if not isinstance(node, ast.Starred)]
    positional = [parameter.name for parameter in own if parameter.kind in ("posonly", "normal")]
    if in_place != positional[: len(in_place)]:
        return False
    wanted: set[tuple[str | None, str]] = {(None, name) for name in in_place}
    for parameter in own:
        if parameter.kind == "*":
            wanted.add((None, f"*{parameter.name}"))
        elif parameter.kind == "**":
            wanted.add((None, parameter.name))
        elif parameter.name not in in_place:
            wanted.add((parameter.name, parameter.name))
    return given == wanted and len(given) == len(call.args) + len(call.keywords)


def _takes_anything(own: Sequence[Param]) -> bool:
    return [parameter.kind for parameter in own] == ["*", "**"]


def _are_same(own: Sequence[Param], expected: Sequence[Param]) -> bool:
    """Whether the parameters are those of the base, with the same defaults."""
    return [(parameter.name, parameter.kind) for parameter in own] == [
        (parameter.name, parameter.kind) for parameter in expected
    ] and all(
        mine.default is theirs.default is None
        or (mine.default is not None and same_default(theirs.default, mine.default))
        for mine, theirs in zip(own, expected, strict=True)
    )
