"""Parameters whose keyword comes through functions and constructors that hand all of theirs on."""

import pytest
from tests.programs.blocks import blocks
from tests.programs.conftest import Program, Refused

FUNCTIONS = """\
=== lib.py
def f(a, old=1):
    return a, old


def g(*args, **kwargs):
    return f(*args, **kwargs)


def other(a, old=2):
    return a, old
=== more.py
import lib
from lib import g as given


def h(x, **options):
    options.setdefault("old", 3)
    if "more" in options:
        options.pop("more")
    return given(x, **options)


def k(**keywords):
    keywords["old"] = 9
    return lib.other(1, **keywords)
=== use.py
import functools

from lib import *
from more import h, k

print(f(1, old=2), g(1, old=3), h(1), h(1, old=5, more=1), g(1, 2), k(old=1), other(1, old=4))
print(functools.partial(g, old=7)(1))
"""
CLASSES = """\
=== lib.py
from abc import ABC


class Base:
    def __init__(self, old, y=0):
        self.given = old


class Sub(Base):
    def __init__(self, z, **kwargs):
        kwargs.setdefault("y", 3)
        super().__init__(**kwargs)


class Low(Sub):
    def __init__(self, *args, **kwargs):
        super(Low, self).__init__(*args, **kwargs)


class Lower(Low):
    pass


class Abstract(Low, ABC):
    def __init__(self, **kwargs):
        super().__init__(1, **kwargs)


class New(Base):
    def __new__(cls, *args, **kwargs):
        return super().__new__(cls)


class Own(Base):
    def __init__(self, old):
        super().__init__(old=old)
=== use.py
from lib import *

print(Base(old=1).given, Sub(1, old=2).given, Low(1, old=3, y=2).given, Lower(1, old=4).given)
print(New(old=5).given, Own(old=6).given, Abstract(old=7).given)
"""


def test_functions_that_hand_their_keywords_on_are_called_with_the_new_one(
    unchanged_by: Program,
) -> None:
    after = unchanged_by(blocks(FUNCTIONS), rename=("lib.f.old", "new"), script="import use")
    use = after.files["use.py"]
    assert "f(1, new=2), g(1, new=3), h(1), h(1, new=5, more=1), g(1, 2), k(old=1)" in use
    assert "partial(g, new=7)" in use
    assert 'options.setdefault("new", 3)' in after.files["more.py"]
    assert 'keywords["old"] = 9' in after.files["more.py"]


def test_constructors_that_hand_their_keywords_on_are_called_with_the_new_one(
    unchanged_by: Program,
) -> None:
    rename = ("lib.Base.__init__.old", "new")
    after = unchanged_by(blocks(CLASSES), rename=rename, script="import use")
    use = after.files["use.py"]
    assert use.count("new=") == 6
    assert "Own(old=6)" in use
    assert "super().__init__(new=old)" in after.files["lib.py"]


NOT_ALONE = {
    "to another one as well": "def g(**kwargs):\n    return f(**kwargs), print(**kwargs)\n",
    "kept as well": "def g(**kwargs):\n    return f(**kwargs), kwargs\n",
    "with the new name asked for": (
        "def g(**kwargs):\n    return f(**kwargs), kwargs.get('new')\n"
    ),
    "decorated": (
        "import functools\n\n\n@functools.cache\ndef g(**kwargs):\n    return f(**kwargs)\n"
    ),
    "in a class": "class G:\n    def g(self, **kwargs):\n        return f(**kwargs)\n",
    "of a class that is given them twice": (
        "class F:\n    def __init__(self, old):\n        pass\n\n\nclass G(F):\n"
        "    def __new__(cls, old):\n        return super().__new__(cls)\n"
    ),
    "by a class with another base": (
        "class F:\n    def __init__(self, old):\n        pass\n\n\nclass M: ...\n\n\n"
        "class G(M, F):\n    def __init__(self, **kwargs):\n        super().__init__(**kwargs)\n"
    ),
}


@pytest.mark.parametrize("how", NOT_ALONE)
def test_what_does_more_with_them_is_refused(refused: Refused, how: str) -> None:
    text = NOT_ALONE[how]
    renamed = "lib.F.__init__.old" if "class F" in text else "lib.f.old"
    said = refused({"lib.py": f"def f(old):\n    return old\n\n\n{text}"}, "rename", renamed, "new")
    assert "may give 'old'" in said or "is given the same keywords" in said
