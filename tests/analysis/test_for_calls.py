"""What a function does for known arguments: CPython runs the rest of it in the same way."""

import ast
from collections.abc import Mapping

import pytest

from onepath.analysis.factories.decide import SOMETHING
from onepath.analysis.factories.for_calls import reduced

BINDING = (
    "user = clean()", "user: object = clean()", "user, other = None, 1", "(user := None)",
    "for user in (1, None): pass", "with clean() as user: pass", "import os as user",
    "def user(): ...", "class user: ...", "del user", "user += 1",
    "try:\n        pass\n    except ValueError as user:\n        pass",
    "match other:\n        case [user]:\n            pass",
    "match other:\n        case [*user]:\n            pass",
    "match other:\n        case {1: 2, **user}:\n            pass",
)  # fmt: skip


def left(source: str, values: Mapping[str, object]) -> str | None:
    """The statements that are left, as text; None if nothing goes."""
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    found = reduced(function, values)
    return None if found is None else "; ".join(map(ast.unparse, found.body))


@pytest.mark.parametrize("statement", BINDING)
def test_a_name_that_is_bound_again_decides_nothing(statement: str) -> None:
    source = f"def f(user, other):\n    {statement}\n    if user is None:\n        raise X\n"
    assert left(source, {"user": SOMETHING}) is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("if user is None:\n        raise X\n    return 1", "return 1"),
        ("if user is None:\n        return 1\n    else:\n        go()", "go()"),
        ("if user is not None:\n        return 1\n    return 2", "return 1"),
        ("if user is None:\n        user = 1\n    if user is None:\n        raise X", "pass"),
        ("if name:\n        user = 1\n    return user", "return user"),
    ],
)
def test_branches_that_do_not_run_are_left_out(body: str, expected: str) -> None:
    source = f"def f(user, name=None):\n    {body}\n"
    assert left(source, {"user": SOMETHING, "name": None}) == expected


@pytest.mark.parametrize(
    "body",
    [
        "if not user:\n        raise X",
        "if user == 1:\n        raise X",
        "if check(user) and user is None:\n        raise X",
        "def inner():\n        nonlocal user\n    if user is None:\n        raise X",
    ],
)
def test_what_is_not_decided_is_left_whole(body: str) -> None:
    assert left(f"def f(user):\n    {body}\n", {"user": SOMETHING}) is None
