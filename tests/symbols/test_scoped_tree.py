"""Syntax trees that know places and what names mean."""

import ast

import pytest

from onepath.facts.extract.file import extract
from onepath.symbols.tree.scoped import ScopedTree, without_functions


def tree_of(text: str) -> ScopedTree:
    data = text.encode()
    return ScopedTree(data, extract(data))


@pytest.mark.parametrize(
    ("text", "scopes"),
    [
        ("x = 1\ndef f():\n    x = 2\n    return x\nprint(x)\n", {0: 2, 1: 2}),
        ("x = 1\ndef f():\n    global x\n    x = 2\n", {0: 1}),
        ("x = 1\nclass C:\n    x = 2\n    def f(self):\n        return x\n", {0: 2, 1: 1}),
        ("def f(x):\n    return [x for x in x for y in x]\n", {1: 1, 2: 3}),
        ("@x\ndef f(a=x) -> x:\n    x = 1\nx = 2\n", {0: 4, 1: 1}),
        ("def f():\n    x = 1\n    return lambda: f'{x}'\n", {1: 2}),
    ],
)
def test_names_belong_to_the_scope_that_binds_them(text: str, scopes: dict[int, int]) -> None:
    tree = tree_of(text)
    found = {scope: len(tree.named((scope, "x"))) for scope in range(len(tree.facts.scopes))}
    assert {scope: count for scope, count in found.items() if count} == scopes


def test_what_binds_besides_assignments() -> None:
    text = (
        "import a.b, c as d\ndef f(p, *q, r=1):\n    try: pass\n    except E as e: pass\n"
        "    match p:\n        case {'k': v, **rest}: pass\n        case [*star]: pass\n"
        "class C: pass\n"
    )
    bound = {(scope, name) for scope, name in tree_of(text).other_binders}
    assert bound == {
        (0, "a"),
        (0, "d"),
        (0, "f"),
        (0, "C"),
        *((1, name) for name in ("p", "q", "r", "e", "v", "rest", "star")),
    }


def test_homes_and_paths() -> None:
    tree = tree_of(
        "import datetime as dt\nclass C:\n    @deco(1)\n    def m(self):\n"
        "        def inner():\n            return dt.datetime.now(2)\n"
    )
    constants = [node for node in tree.nodes if isinstance(node, ast.Constant)]
    assert {getattr(tree.home(node), "name", "") for node in constants} == {"m"}
    (call,) = [
        n for n in tree.nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
    ]
    assert tree.path_of(call.func) == "datetime.datetime.now"
    inner = tree.function(call)
    assert inner is not None
    assert inner.name == "inner"


def test_blank_functions_leave_all_else_where_it_is() -> None:
    text = (
        "x = 1\n@a\ndef f(a):\n    return 1\ndef s():\n    pass\n"
        "def g():\n    def h(b):\n        return 2\n    y = 'keep'\n"
    )
    data = text.encode()
    shown = without_functions(data, extract(data), lambda one: b"keep" not in one)
    assert len(shown) == len(data)
    assert shown.count(b"\n") == data.count(b"\n")
    assert shown.startswith(b"x = 1\n@a\ndef _():0")
    assert shown.endswith(data[data.index(b"def s") :])
    ast.parse(shown)
