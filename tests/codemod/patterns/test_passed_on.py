"""A function that is passed on where a rule speaks of its calls is listed."""

import pytest
from tests.codemod.patterns.conftest import Replace

HOME = "def old(x, y=0):\n    return x\n\n\ndef new(x):\n    return x\n\n\nclass Old:\n    pass\n"
LISTED = {
    "to map": "from pkg.m import old\nprint(list(map(old, [1])), old(2))\n",
    "as a key": "import pkg.m as n\nsorted([1], key=n.old)\nn.old(3)\n",
    "in a function that imports it": (
        "def f(xs):\n    from pkg.m import old as o\n    return map(o, xs)\n"
    ),
    "as a default, in a file with no call": "from pkg.m import old\n\n\ndef f(g=old):\n    pass\n",
    "as a decorator": "from pkg import m\n\n\n@m.old\ndef f():\n    pass\n",
    "in a table": "from pkg import m\nTABLE = {'a': m.old}\n",
}
LEFT = {
    "another one of its name": "def old(x):\n    return x\n\n\nprint(map(old, [1]))\n",
    "a parameter": "from pkg.m import old\n\n\ndef f(old):\n    return map(old, [1])\n",
    "another name for it": "from pkg.m import old\nother = old\nother(3)\n",
    "an attribute of it": "from pkg.m import old\nprint(old.__name__)\n",
    "named by itself": "from pkg.m import old\n(old, 1)\n",
    "only called": "from pkg.m import old\nold(1)\n",
}


RULE = ("pkg.m.old($X)", "pkg.m.new($X)")


def code(text: str) -> dict[str, str]:
    return {"pkg/__init__.py": "", "pkg/m.py": HOME, "use.py": text}


@pytest.mark.parametrize("shape", LISTED)
def test_it_is_listed(replace: Replace, shape: str) -> None:
    [refused] = replace(code(LISTED[shape]), RULE).refused
    assert refused.startswith("use.py:")
    assert refused.endswith(" passed-on")


@pytest.mark.parametrize("shape", LEFT)
def test_nothing_else_is(replace: Replace, shape: str) -> None:
    assert not replace(code(LEFT[shape]), RULE).refused


def test_calls_in_the_same_file_are_replaced(replace: Replace) -> None:
    done = replace(code(LISTED["to map"]), RULE)
    assert "map(old, [1])), new(2))" in done.files["use.py"]
    assert done.refused == ["use.py:2 passed-on"]


def test_a_class_is_named_for_other_reasons(replace: Replace) -> None:
    text = "from pkg.m import Old\n\n\ndef f(x):\n    return isinstance(x, Old)\n"
    assert not replace(code(text), ("pkg.m.Old()", "pkg.m.new(1)")).refused


def test_a_function_of_a_library_is_listed(replace: Replace) -> None:
    text = "import json\n\nprint(map(json.loads, ['1']))\n"
    assert replace(code(text), ("json.loads($X)", "pkg.m.new($X)")).refused == [
        "use.py:3 passed-on"
    ]
