"""A function that is passed on where a rule speaks of its calls follows it, or is listed."""

import pytest
from tests.codemod.patterns.conftest import Replace

HOME = "def old(x, y=0):\n    return x\n\n\ndef new(x):\n    return x\n\n\nclass Old:\n    pass\n"
LISTED = {
    "to map with two": "from pkg.m import old\nprint(list(map(old, [1], [2])), old(2))\n",
    "to what map is here": "from pkg.m import old\n\n\ndef f(map):\n    return map(old, [1])\n",
    "as a key of something": "import pkg.m as n\nn.kept(key=n.old)\nn.old(3)\n",
    "in a function that imports it": (
        "def f(xs):\n    from pkg.m import old as o\n    return use(o, xs)\n"
    ),
    "under another name, too": "from pkg.m import old\nother = old\nprint([other, old])\n",
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
    done = replace(code(LISTED["to map with two"]), RULE)
    assert "map(old, [1], [2])), new(2))" in done.files["use.py"]
    assert done.refused == ["use.py:2 passed-on"]


def test_a_class_is_named_for_other_reasons(replace: Replace) -> None:
    text = "from pkg.m import Old\n\n\ndef f(x):\n    return isinstance(x, Old)\n"
    assert not replace(code(text), ("pkg.m.Old()", "pkg.m.new(1)")).refused


def test_a_function_of_a_library_is_listed(replace: Replace) -> None:
    text = "import json\n\nprint(use(json.loads, ['1']))\n"
    assert replace(code(text), ("json.loads($X)", "pkg.m.new($X)")).refused == [
        "use.py:3 passed-on"
    ]


FOLLOWED = {
    "map(old, [1])": ("map(new, [1])", "$X"),
    "map(old, [1], [2])": ("map(new, [1], [2])", "$X, $Y"),
    "sorted([1], key=old)": ("sorted([1], key=new)", "$X"),
    "[].sort(key=old)": ("[].sort(key=new)", "$X"),
    "list(filter(old, [1]))": ("list(filter(new, [1]))", "$X"),
    "use(old, {'a': old})": ("use(new, {'a': new})", "$$$X"),
    "use(f=old)(old(1, y=2))": ("use(f=new)(new(1, y=2))", "$$$X"),
}


@pytest.mark.parametrize("before", FOLLOWED)
def test_it_follows_where_its_calls_do(replace: Replace, before: str) -> None:
    after, holes = FOLLOWED[before]
    done = replace(
        code(f"from pkg.m import old\n{before}\n"), (f"pkg.m.old({holes})", f"pkg.m.new({holes})")
    )
    assert done.files["use.py"] == f"from pkg.m import new\n{after}\n"
    assert not done.refused


@pytest.mark.parametrize(
    "rule",
    [
        ("pkg.m.old($X, $Y)", "pkg.m.new($Y, $X)"),  # in another order
        ("pkg.m.old($X)", "pkg.m.new($X, 1)"),
        ("pkg.m.old($$$X, y=1)", "pkg.m.new($$$X)"),
        ("pkg.m.old($$$X)", "pkg.m.later($$$X)"),  # a coroutine
        ("pkg.m.old($$$X)", "pkg.m.Old($$$X)"),
    ],
)
def test_it_does_not_follow_where_its_calls_are_others(
    replace: Replace, rule: tuple[str, str]
) -> None:
    files = code("from pkg.m import old\nprint(map(old, [1], [2]))\n")
    files["pkg/m.py"] += "\n\nasync def later(x):\n    return x\n"
    done = replace(files, rule)
    assert done.refused == ["use.py:2 passed-on"]
    assert "use.py" not in done.files


def test_an_attribute_of_it_does_not_follow(replace: Replace) -> None:
    text = "from pkg.m import old\nold.cache_clear()\nold(1)\n"
    done = replace(code(text), ("pkg.m.old($$$X)", "pkg.m.new($$$X)"))
    assert done.files["use.py"] == "from pkg.m import old, new\nold.cache_clear()\nnew(1)\n"


PATCHES = {
    "by its path": "with patch('pkg.m.old'):\n    pass\n",
    "where it is imported": "with patch('use.old'):\n    pass\n",
    "by an object": "with patch.object(m, 'old'):\n    pass\n",
    "by an assignment": "m.old = print\n",
}


@pytest.mark.parametrize("shape", PATCHES)
def test_what_replaces_it_is_listed(replace: Replace, shape: str) -> None:
    use = "from pkg import m\nfrom pkg.m import old\nm.old(1)\nold(x=1)\n"
    head = "from unittest.mock import patch\nfrom pkg import m\nimport use\n"
    files = code(use) | {"test_use.py": head + PATCHES[shape]}
    assert "test_use.py:4 patched" in replace(files, RULE).refused


def test_what_replaces_it_is_not_listed_where_nothing_changes(replace: Replace) -> None:
    files = code("") | {"test_use.py": "from unittest.mock import patch\npatch('pkg.m.old')\n"}
    assert not replace(files, RULE).refused
