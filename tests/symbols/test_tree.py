"""Where the nodes of a file stand in its bytes, and what its names mean."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from onepath.facts.extract.file import extract
from onepath.facts.store.cache import FactsCache
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.tree.declared import Receiver
from onepath.symbols.tree.names import NotReadableError, Tree
from onepath.symbols.tree.receivers import receiver_of
from onepath.symbols.world import World

MAKE = "class Factory:\n    def create(self): ...\n\nclass Other: ...\n\ndef give(): ...\n"
Opened = Callable[[str], Tree]


@pytest.fixture
def tree(tmp_path: Path) -> Opened:
    """The tree of `app.py` beside `make.py`."""

    def open_tree(text: str) -> Tree:
        (tmp_path / "make.py").write_text(MAKE)
        (tmp_path / "app.py").write_bytes(text.encode())
        with FactsCache(None) as cache:
            world = World.open(Folder(tmp_path), cache, SerialExecutor())
            world.fact_store.load(["make.py", "app.py"])
            return Tree("app.py", text.encode(), world.facts("app.py"), world.resolver)

    return open_tree


def receiver(tree: Tree) -> Receiver:
    """Of the last `.create` in the file."""
    found = [
        node
        for node in ast.walk(tree.root)
        if isinstance(node, ast.Attribute) and node.attr == "create"
    ]
    return receiver_of(tree, max(found, key=lambda node: node.lineno).value)


def test_what_is_no_python_has_no_tree(tree: Opened) -> None:
    data = b"make(\n"
    with pytest.raises(NotReadableError):
        Tree("app.py", data, extract(data), tree("").resolver)


@pytest.mark.parametrize(
    "text",
    [
        'x = f"a {make(1)} b {[make(i) for i in y]}"\n',
        'x = f"é {make(1):>{make(2)}} {make(3) if make(4) else make(5)}"\n',
        'x = ("a" f"{make(1)}"\n     f"{ {1: make(2), make(3): 4} }")\n',
        'x = f"""\n{make(\n    1\n)}\n"""\n',
        "x = make(make(1), f'{make(2)}')\n",
    ],
)
def test_calls_inside_f_strings_are_found_where_they_stand(tree: Opened, text: str) -> None:
    opened = tree(text)
    calls = [node for node in ast.walk(opened.root) if isinstance(node, ast.Call)]
    spans = [opened.span(node) for node in calls]
    assert None not in spans
    for node, span in zip(calls, spans, strict=True):
        assert span is not None
        found = ast.parse("(" + text.encode()[slice(*span)].decode() + ")", mode="eval").body
        assert ast.unparse(found) == ast.unparse(node)


@pytest.mark.parametrize(
    "body",
    [
        "    what.create()",
        "    f = what\n    f.create()",
        "    f = Factory()\n    f = what\n    f.create()",
        "    for f in what:\n        f.create()",
        "    with Factory() as f:\n        f.create()",
        "    give().create()",
        "    f: Factory = Factory()\n    del f\n    f.create()",
        "    def inner():\n        nonlocal what\n        what = Factory()\n    what.create()",
        "    f = Factory()\n    def inner():\n        nonlocal f\n        f = what\n    f.create()",
        "    what.factory.create()",
    ],
)
def test_a_receiver_that_may_be_anything_is_unknown(tree: Opened, body: str) -> None:
    opened = tree(f"from make import Factory, give\n\ndef run(what, *rest: Factory):\n{body}\n")
    assert receiver(opened).kind == "unknown"


@pytest.mark.parametrize(
    ("body", "exact"),
    [
        ("    f = Factory()\n    f.create()", True),
        ("    Factory().create()", True),
        ("    f = Factory()\n    def inner():\n        return f.create()", True),
        ("    given.create()", False),
        ("    f: 'Factory' = what\n    f.create()", False),
    ],
)
def test_a_receiver_that_is_known(tree: Opened, body: str, exact: bool) -> None:
    opened = tree(f"from make import Factory\n\ndef run(what, given: Factory):\n{body}\n")
    found = receiver(opened)
    assert (found.kind, found.place, found.exact) == ("instance", ("make.py", "Factory"), exact)


def test_an_attribute_that_only_the_constructor_assigns(tree: Opened) -> None:
    text = (
        "from make import Factory\n\nclass A:\n    def __init__(self):\n"
        "        self.factory = Factory()\n\n    def run(self):\n        self.factory.create()\n"
    )
    assert receiver(tree(text)).place == ("make.py", "Factory")
    more = "\n    def other(self, what):\n        self.factory = what\n"
    assert receiver(tree(text + more)).kind == "unknown"


def test_what_is_certainly_something_else(tree: Opened) -> None:
    assert receiver(tree("import os\nos.path.create()\n")).kind == "other"
    assert receiver(tree("{}.create()\n")).kind == "other"
    assert receiver(tree("from make import give\ngive.create()\n")).kind == "other"
    assert receiver(tree("from make import Other\nOther.create()\n")).place == ("make.py", "Other")
