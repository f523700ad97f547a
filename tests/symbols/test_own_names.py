"""What a function binds, held against the symbol tables of CPython."""

import ast
import symtable
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from textwrap import indent

import pytest

from onepath.symbols.tree import own_names as reading
from onepath.symbols.tree.own_names import own_names

SOURCES = {
    "assignments": "a = b = 1\n(c, [d, *e]) = x\nf: int = 2\ng: int\nh += 1\ni.j = k[0] = 3\n",
    "statements": "for a in b: pass\nwith c as d: pass\nimport e.f, g as h\nfrom i import j as k\n"
    "try: pass\nexcept l as m: pass\ndel n\nasync def o(p): q = 1\nclass r: s = 1\n",
    "patterns": "match a:\n    case [b, *c] if (d := 1): pass\n    case {'e': f, **g} | h: pass\n",
    "declared": "global a\na = 1\nb = (c := 2)\ndef d():\n    nonlocal b, e\n    b = 3\ne = 4\n",
}


def _of_python(text: str, name: str = "f") -> frozenset[str]:
    children = symtable.symtable(text, "f.py", "exec").get_children()
    function = next(one for one in children if one.get_name() == name)
    return frozenset(
        one.get_name()
        for one in function.get_symbols()
        if one.is_assigned() or one.is_parameter() or one.is_imported() or one.is_declared_global()
    )


@pytest.mark.parametrize("body", SOURCES.values(), ids=SOURCES)
@pytest.mark.parametrize("head", ["def f():", "async def f(x, /, y=1, *v, w, **u):"])
def test_a_function_binds_what_python_says(head: str, body: str) -> None:
    text = f"{head}\n{indent(body, '    ')}"
    assert own_names(ast.parse(text).body[0]).binders.keys() == _of_python(text)


def test_names_that_an_inner_function_sets_are_shared() -> None:
    text = f"def f():\n{indent(SOURCES['declared'], '    ')}"
    assert own_names(ast.parse(text).body[0]).shared == {"a", "b", "e"}


def test_an_assignment_binds_once() -> None:
    [function] = ast.parse("def f():\n    a = 1\n    b: int = 2\n    c, d = 3, 4\n").body
    found = own_names(function).binders
    assert [len(found[name]) for name in "abcd"] == [1, 1, 1, 1]


def test_the_names_of_this_repository() -> None:
    """Variables of comprehensions count as the function's, and do not for Python."""
    comprehensions = {ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp}
    folder = Path(__file__).parents[2] / "engine" / "onepath" / "symbols"
    functions = [
        node
        for path in folder.rglob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
        if comprehensions.isdisjoint(map(type, ast.walk(node)))
    ]
    assert len(functions) > 20
    for function in functions:
        assert own_names(function).binders.keys() == _of_python(
            ast.unparse(function), function.name
        )


def test_no_node_is_read_again_for_the_functions_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"{'    ' * depth}def f{depth}():" for depth in range(30)]
    module = ast.parse("\n".join([*lines, f"{'    ' * 30}innermost = 1"]))
    read: Counter[ast.AST] = Counter()
    bound_by = reading._bound_by

    def count(node: ast.AST) -> Sequence[str]:
        read[node] += 1
        return bound_by(node)

    monkeypatch.setattr(reading, "_bound_by", count)
    known: dict[ast.AST, reading.OwnNames] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Module | ast.FunctionDef):
            own_names(node, known)
    assert len(known) == 31
    assert set(read.values()) == {1}
