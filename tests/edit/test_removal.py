"""Definitions taken out of a file: what goes with them, what stays, what is refused."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from onepath.edit.draft import Draft
from onepath.edit.edits import apply_edits
from onepath.edit.imports.bring_in import BringIn
from onepath.edit.removal import Removal
from onepath.facts.store.cache import FactsCache
from onepath.model.refused import Refused
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.renames import Renames
from onepath.symbols.world import World

Remove = Callable[..., str]


@pytest.fixture
def remove(tmp_path: Path) -> Remove:
    """`remove(text, "Old")` gives the text without the definition."""

    def run(text: str | bytes, *names: str, path: str = "app.py", keep: Iterable[str] = ()) -> str:
        data = text.encode() if isinstance(text, str) else text
        (tmp_path / path).write_bytes(data)
        with FactsCache(None) as cache:
            world = World.open(Folder(tmp_path), cache, SerialExecutor())
            renames = Renames(world.resolver, {}, {})
            draft = Draft(path, data, world.facts(path), renames, set(keep))
            removal = Removal(draft, BringIn(draft))
            for name in names:
                removal.take_out(name)
            return apply_edits(data, removal.edits()).decode(world.facts(path).encoding)

    return run


# ------------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("text", "name", "reason"),
    [
        ("if x:\n    class Old: ...\n", "Old", "under a condition"),
        ("try:\n    Old = 1\nexcept E:\n    Old = 2\n", "Old", "under a condition"),
        ("Old = Other = 1\n", "Old", "together with others"),
        ("Old, Other = 1, 2\n", "Old", "together with others"),
        ("Old = 1\nOld = 2\n", "Old", "more than once"),
        ("class Old: ...\nOld = 2\n", "Old", "more than once"),
        ("from x import Old\nOld = 2\n", "Old", "imported as well"),
        ("Old = None\ndef f():\n    global Old\n    Old = 1\n", "Old", "under a condition"),
        ("Old = 1; Other = 2\n", "Old", "shares its line"),
        ("Other = 1; Old = 2\n", "Old", "shares its line"),
        ("class A:\n    def old(self): ...\n", "A.old", "all that its class holds"),
        ("class A:\n    if x:\n        def old(self): ...\n    y = 1\n", "A.old", "a condition"),
        ("class A: ...\n", "B.old", "no class of the module"),
        ("class A: ...\nclass A:\n    x = y = 1\n", "A.x", "there are several"),
        ("x = 1\n", "Old", "under a condition"),
        ("class Old: ...\n__all__ = 'Old', 'B'\n", "Old", "without parentheses"),
        ("class Old: ...\n__all__ = ['Old',  # why\n    'B',\n]\n", "Old", "a comment"),
        ("class Old: ...\n__all__ = ['B']\n__all__.append('Old')\n", "Old", "can't be changed"),
    ],
)
def test_what_is_not_certain_is_refused(remove: Remove, text: str, name: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        remove(text, name)


def test_methods_that_are_all_a_class_holds_stay_together(remove: Remove) -> None:
    text = "class A:\n    def one(self): ...\n    def two(self): ...\n"
    with pytest.raises(Refused, match="all that its class holds"):
        remove(text, "A.one", "A.two")


# ------------------------------------------------------------------ taken out

PROPERTY = """class A:
    '''Doc.'''

    @property
    def old(self): ...

    @old.setter
    def old(self, value): ...
"""
CLASS = "class Old:\n    x = 1\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # alone, first, in the middle, last
        (CLASS, ""),
        (f"{CLASS}\n\ny = 1\n", "y = 1\n"),
        (f"import os\n\n\n{CLASS}\n\ndef f(): ...\n", "import os\n\n\ndef f(): ...\n"),
        (f"def f(): ...\n\n\n{CLASS}", "def f(): ...\n"),
        (f"def f(): ...\n\n\n{CLASS}\n\ny = 1\n", "def f(): ...\n\n\ny = 1\n"),
        # the wider gap is left
        ("def f(): ...\n\n\nOld = f\ny = 1\n", "def f(): ...\n\n\ny = 1\n"),
        ("x = 1\nOld = x\n\n\ndef f(): ...\n", "x = 1\n\n\ndef f(): ...\n"),
        ("x = 1\nOld = x\ny = 1\n", "x = 1\ny = 1\n"),
        # decorators, comments above and beside
        ("x = 1\n\n\n# said\n# of it\n@dec(\n    1\n)\nclass Old: ...  # here\n", "x = 1\n"),
        ("x = 1\n\n# not of it\n\nOld = 1\n", "x = 1\n\n# not of it\n"),
        ("#!/usr/bin/env python\nOld = 1\nx = 2\n", "#!/usr/bin/env python\nx = 2\n"),
        ("def f():\n    pass\n    # of f\nclass Old: ...\n", "def f():\n    pass\n    # of f\n"),
        ("Old: int = 1\nx = 2\n", "x = 2\n"),
        # overloads
        ("@overload\ndef Old(a): ...\n@overload\ndef Old(b): ...\ndef Old(c): ...\n\nx = 1\n",
         "x = 1\n"),
        # no final newline
        ("x = 1\nOld = 1", "x = 1\n"),
        ("x = 1\r\n\r\nOld = 1\r\n\r\ny = 2\r\n", "x = 1\r\n\r\ny = 2\r\n"),
    ],
)  # fmt: skip
def test_a_definition_goes_with_what_is_its_own(remove: Remove, text: str, expected: str) -> None:
    assert remove(text, "Old") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("class A:\n    def old(self): ...\n\n    x = 1\n", "class A:\n    x = 1\n"),
        ("class A:\n    x = 1\n\n    # said\n    def old(self): ...\n\n\ny = 2\n",
         "class A:\n    x = 1\n\n\ny = 2\n"),
        (PROPERTY, "class A:\n    '''Doc.'''\n"),
    ],
)  # fmt: skip
def test_a_method_goes_from_its_class(remove: Remove, text: str, expected: str) -> None:
    assert remove(text, "A.old") == expected


def test_several_definitions_in_a_row_go_together(remove: Remove) -> None:
    text = f"import os\n\n\n{CLASS}\n\nOlder = Old\n\n\ndef f(): ...\n"
    assert remove(text, "Old", "Older") == "import os\n\n\ndef f(): ...\n"


@pytest.mark.parametrize(
    ("exports", "expected"),
    [
        ("['Old']", "[]"),
        ("('Old',)", "()"),
        ("['A', 'Old']", "['A']"),
        ("['Old', 'A']", "['A']"),
        ("['A', 'Old', 'B']", "['A', 'B']"),
        ("['A', 'Old', 'Older', 'B']", "['A', 'B']"),
        ("['Older', 'A', 'Old']", "['A']"),
        ("('A', 'Old')", "('A',)"),
        ("('A', 'B', 'Old')", "('A', 'B')"),
        ("[\n    'A',\n    'Old',\n    'B',\n]", "[\n    'A',\n    'B',\n]"),
        ("[\n    'A',\n    'Old',\n]", "[\n    'A',\n]"),
        ("[\n    'Old',\n    'A',\n    'Older',\n]", "[\n    'A',\n]"),
        ("[\n    'A',  # first\n    'Old',\n    'B',\n]", "[\n    'A',  # first\n    'B',\n]"),
        ("[\n    'A',\n    'Old',  # its own\n    'B',\n]", "[\n    'A',\n    'B',\n]"),
        ("[\n    'A',  # a\n    'Old'  # last\n]", "[\n    'A',  # a\n]"),
        ("[\n    'Old',  # o\n    # two\n    'Older',\n    'A',\n]", "[\n    # two\n    'A',\n]"),
        ("[\n    'A',\n    'Old',\n\n    # two\n    'Older',\n]", "[\n    'A',\n]"),
        ("[\n    'Old',\n    # two\n    'Older'\n]", "[\n    # two\n]"),
        ("[\n    'Old',  # all\n]", "[\n]"),
        ("(\n    'A',\n    'Old',  # o\n)", "(\n    'A',\n)"),
        ("['A', 'Old',\n           'B']", "['A', 'B']"),
        ("['A'] + ['Old', 'B']", "['A'] + ['B']"),
    ],
)
def test_the_entry_in_all_goes(remove: Remove, exports: str, expected: str) -> None:
    text = f"__all__ = {exports}\nOld = 1\nOlder = 2\nA = B = 3\n"
    names = ("Old", "Older") if "Older" in exports else ("Old",)
    rest = "" if len(names) == 2 else "Older = 2\n"
    assert remove(text, *names) == f"__all__ = {expected}\n{rest}A = B = 3\n"


def test_an_encoding_of_its_own_is_kept(remove: Remove) -> None:
    text = "# coding: latin-1\n__all__ = ['é', 'Old']\né = 1\nOld = 'ü'\n"
    assert remove(text.encode("latin-1"), "Old") == text[:18] + "__all__ = ['é']\né = 1\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from x import Base\n\n\nclass Old(Base): ...\n", ""),
        ("from x import Base\n\n\nclass Old(Base): ...\n\n\ny = 1\n", "y = 1\n"),
        ("from x import Base, more\n\n\nclass Old(Base): ...\n\n\nmore()\n",
         "from x import more\n\n\nmore()\n"),
        ("from x import Base\n\n\nclass Old(Base): ...\n\n\nclass New(Base): ...\n",
         "from x import Base\n\n\nclass New(Base): ...\n"),
        # nobody in the file used it before: it is there for something else
        ("import x\n\n\nclass Old: ...\n", "import x\n"),
        ("from x import Base  # noqa: F401\n\n\nclass Old(Base): ...\n",
         "from x import Base  # noqa: F401\n"),
        ("from x import Base\n__all__ = ['Base', 'Old']\nclass Old(Base): ...\n",
         "from x import Base\n__all__ = ['Base']\n"),
    ],
)  # fmt: skip
def test_imports_that_only_it_needed_go(remove: Remove, text: str, expected: str) -> None:
    assert remove(text, "Old") == expected


def test_an_import_that_others_read_from_here_stays(remove: Remove) -> None:
    text = "from x import Base\n\n\nclass Old(Base): ...\n"
    assert remove(text, "Old", keep=["Base"]) == "from x import Base\n"
