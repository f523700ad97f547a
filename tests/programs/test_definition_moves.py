"""`move` of definitions to other modules: programs that print the same afterwards."""

import re

import pytest
from tests.programs.conftest import RUN, Program

PACKAGE = {"pkg/__init__.py": ""}

Shape = tuple[str, str, dict[str, str]]

SHAPES: dict[str, Shape] = {
    "a constant that calls what needs more of its new module": (
        "pkg.b.LIMIT",
        "pkg.c",
        {
            "pkg/b.py": "from pkg.c import first\n\nLIMIT = first() if callable(first) else 0\n",
            "pkg/c.py": """\
OTHER = 1


def first():
    return _second() + OTHER


class _Third:
    size = 3


def _second():
    return _Third.size


LAST = 5
""",
            "main.py": "from pkg.b import LIMIT\nprint(LIMIT)\n",
        },
    ),
    "a constant that is made by a method of an object there": (
        "pkg.b.LIMIT",
        "pkg.c",
        {
            "pkg/b.py": "from pkg.c import maker\n\nLIMIT: int = [maker.make()][0]\n",
            "pkg/c.py": """\
class Maker:
    def make(self):
        return _size


maker = Maker()


def other():
    return maker


_size = 4
""",
            "main.py": "from pkg.b import LIMIT\nprint(LIMIT)\n",
        },
    ),
    "a constant that an operator of an object there makes": (
        "pkg.b.LIMIT",
        "pkg.c",
        {
            "pkg/b.py": "from pkg.c import base\n\nLIMIT = base + 1\n",
            "pkg/c.py": """\
class Base:
    def __add__(self, other):
        return _size + other


base = Base()


def other():
    return base


_size = 4
""",
            "main.py": "from pkg.b import LIMIT\nprint(LIMIT)\n",
        },
    ),
    "to a module that it reads by its path": (
        "pkg.b.thing",
        "pkg.c",
        {
            "pkg/b.py": """\
import pkg.c
from pkg import c


def thing(limit=c.LIMIT):
    hidden = 0
    return limit, pkg.c.LIMIT, c.hidden(), c.LIMIT, [c.LIMIT for LIMIT in "a"], hidden
""",
            "pkg/c.py": """\
LIMIT = 3


def hidden():
    return 4
""",
            "main.py": "import pkg.b\nfrom pkg.b import thing\nprint(thing())\n",
        },
    ),
    "to a new module, with what only it uses": (
        "pkg.b.Thing",
        "pkg.c",
        {
            "pkg/b.py": """\
import json as js
import os
import os.path
from typing import TYPE_CHECKING, Optional

from .util import mark

if TYPE_CHECKING:
    from collections.abc import Sequence

LIMIT = 3


def _only():
    return _deeper() + 1


def _deeper():
    return len(os.path.join("a", "b"))


def _shared():
    return LIMIT


def stays():
    return _shared(), js.dumps([1])


# What it is.
@mark
class Thing:
    \"\"\"A thing.

    >>> Thing().value()
    (4, 3)
    \"\"\"

    def value(self, y: "Optional[Sequence[int]]" = None) -> "tuple[int, int]":
        return _only(), _shared()

    def me(self) -> "Thing":
        from .util import other

        return Thing() if other() else self
""",
            "pkg/util.py": "def mark(x):\n    return x\n\n\ndef other():\n    return True\n",
            "main.py": """\
import pkg.b
from pkg.b import Thing
print(Thing().value(), pkg.b.stays(), type(pkg.b.Thing().me()).__name__)
""",
        },
    ),
    "to a module that imported it": (
        "pkg.b.Base",
        "pkg.c",
        {
            "pkg/b.py": "class Base:\n    x = 1\n\n\ndef free():\n    return 2\n",
            "pkg/c.py": """\
\"\"\"Users of the base.\"\"\"

import sys
from .b import Base, free


class Below(Base):
    y = free()


def find():
    from . import b

    return b.Base, Base
""",
            "main.py": "from pkg.c import *\nprint(Below.x, Below.y, find()[0] is find()[1])\n",
        },
    ),
    "while its own module goes on using it": (
        "pkg.b.tool",
        "pkg.tools",
        {
            "pkg/b.py": """\
def tool(x):
    return x + 1


VALUE = tool(1)


def call():
    return tool(VALUE)
""",
            "pkg/tools.py": '"""Tools."""\n\n__all__ = ["a"]\n\n\ndef a():\n    return 1\n',
            "main.py": "from pkg.b import call, tool\nprint(call(), tool(5))\n",
        },
    ),
    "a constant": (
        "pkg.b.SIZE",
        "pkg.c",
        {
            "pkg/b.py": "import math\n\nSIZE = math.floor(2.5)\n\n\ndef get():\n    return SIZE\n",
            "pkg/c.py": "import os\n\nHERE = 1\n\n\ndef here():\n    return HERE, os.sep\n",
            "main.py": "import pkg.b, pkg.c\nprint(pkg.b.SIZE, pkg.b.get(), pkg.c.here())\n",
        },
    ),
    "a name that a package passes on": (
        "pkg.b.Thing",
        "pkg.sub.c",
        {
            "pkg/__init__.py": 'from .b import Thing, other\n\n__all__ = ["Thing", "other"]\n',
            "pkg/b.py": '__all__ = ["Thing", "other"]\n\n\nclass Thing:\n    x = 1\n\n\n'
            "def other():\n    return 2\n",
            "main.py": "import pkg\nfrom pkg.b import *\nprint(pkg.Thing is Thing, other())\n",
        },
    ),
    "overloads": (
        "pkg.b.pick",
        "pkg.c",
        {
            "pkg/b.py": """\
from typing import overload


@overload
def pick(x: int) -> int: ...
@overload
def pick(x: str) -> str: ...
def pick(x):
    return x


def rest():
    return 1
""",
            "main.py": "from pkg.b import pick, rest\nprint(pick('a'), rest())\n",
        },
    ),
    "patches of the helpers that it calls": (
        "pkg.b.call",
        "pkg.c",
        {
            "pkg/b.py": "from .util import fetch\n\n\ndef call():\n    return fetch()\n",
            "pkg/util.py": "def fetch():\n    return 1\n",
            "main.py": """\
from unittest import mock
from pkg.b import call
import pkg.b
with mock.patch("pkg.b.fetch", return_value=2):
    print(call())
with mock.patch("pkg.b.call", return_value=3):
    print(pkg.b.call())
""",
        },
    ),
    "a function that reads another one only when it runs": (
        "pkg.b.first",
        "pkg.c",
        {
            "pkg/b.py": "def first():\n    return second()\n\n\ndef second():\n    return 2\n",
            "main.py": "from pkg.b import first, second\nprint(first(), second())\n",
        },
    ),
    "a user of its module's path, while it needs its old module": (
        "pkg.b.Second",
        "pkg.c",
        {
            "pkg/b.py": "class First:\n    x = 1\n\n\nclass Second:\n    x = First.x + 1\n",
            "pkg/c.py": "def own():\n    return 1\n",
            "main.py": "import pkg.b\nprint(pkg.b.Second.x)\n",
        },
    ),
    "what comes by a star": (
        "pkg.b.call",
        "pkg.c",
        {
            "pkg/b.py": "from .util import *\n\n\ndef call():\n    return fetch(), len([])\n",
            "pkg/util.py": "def fetch():\n    return 1\n",
            "main.py": "from pkg.b import call, fetch\nprint(call(), fetch())\n",
        },
    ),
    "annotations that are not evaluated": (
        "pkg.b.Node",
        "pkg.c",
        {
            "pkg/b.py": """\
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nowhere import Missing


class Node:
    next: Node | Missing | None = None
""",
            "pkg/c.py": '"""Docs."""\n\nx = 1\n',
            "main.py": "from pkg import b\nprint(b.Node().next, b.Node.__annotations__)\n",
        },
    ),
    "before the block that runs a script": (
        "pkg.b.late",
        "pkg.c",
        {
            "pkg/b.py": "def late():\n    return 7\n",
            "pkg/c.py": (
                "import sys\n\n\ndef a():\n    return 1\n\n\n"
                'if __name__ == "__main__":\n    sys.exit(a())\n'
            ),
            "main.py": "import pkg.c\nfrom pkg.b import late\nprint(late(), pkg.c.a())\n",
        },
    ),
    "a constant with its description, and a stub": (
        "pkg.b.SIZE",
        "pkg.c",
        {
            "pkg/b.py": 'SIZE = 1\n"""How large."""\n\n\ndef other():\n    return 2\n',
            "pkg/b.pyi": "from typing import Final\n\nSIZE: Final[int]\ndef other() -> int: ...\n",
            "main.py": "from pkg.b import SIZE, other\nprint(SIZE, other())\n",
        },
    ),
    "the name of the module": (
        "pkg.b.Thing",
        "pkg.c",
        {
            "pkg/b.py": (
                "import logging\n\n\nclass Thing:\n    log = logging.getLogger(__name__)\n\n"
                "    def said(self, more=__name__):\n        return self.log.name, more\n"
            ),
            "pkg/c.py": "LOG = __name__\n",
            "main.py": "from pkg.b import Thing\nimport pkg.c\nprint(Thing().said(), pkg.c.LOG)\n",
        },
    ),
    "a logger, while its own module reads it": (
        "pkg.b.log",
        "pkg.made",
        {
            "pkg/b.py": "import logging\n\nlog = logging.getLogger(__name__)\n\n\ndef said():\n"
            "    return log.name\n",
            "main.py": "from pkg.b import log, said\nprint(log.name, said())\n",
        },
    ),
    "from a package itself": (
        "pkg.make",
        "pkg.making",
        {
            "pkg/__init__.py": (
                "from .util import fetch\n\n\ndef make():\n    from .util import fetch as f\n\n"
                "    return f(), fetch()\n"
            ),
            "pkg/util.py": "def fetch():\n    return 1\n",
            "main.py": "import pkg\nfrom pkg import make\nprint(make(), pkg.make(), pkg.fetch())\n",
        },
    ),
    "a key of what is set elsewhere": (
        "pkg.b.word",
        "pkg.c",
        {
            "pkg/b.py": "def word():\n    return 'b'\n",
            "pkg/c.py": "def a():\n    return 1\n",
            "main.py": "from pkg import b\nfound = {}\nfound[b.word] = 1\n"
            "print([one() for one in found])\n",
        },
    ),
    "windows line ends and another encoding": (
        "pkg.b.word",
        "pkg.c",
        {
            "pkg/b.py": "import os\r\n\r\n\r\ndef word():\r\n    return '\xe9' + os.sep\r\n",
            "pkg/c.py": "def a():\n    return 1\n",
            "main.py": "from pkg.b import word\nprint(word())\n",
        },
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_program_prints_the_same(unchanged_by: Program, shape: str) -> None:
    old, destination, files = SHAPES[shape]
    after = unchanged_by({**PACKAGE, **files}, move=(old, destination), script=RUN)
    name = old.rpartition(".")[2]
    text = after.files[f"{destination.replace('.', '/')}.py"]
    assert re.search(rf"^(?:class |def )?{name}\b", text, re.MULTILINE), text
    left = after.files[
        next(
            p
            for p in (f"{old.rpartition('.')[0].replace('.', '/')}.py", "pkg/__init__.py")
            if p in after.files
        )
    ]
    assert not re.search(rf"^(?:class |def ){name}\b", left, re.MULTILINE), left
    uses_itself = "while its own module" in shape or shape == "a constant"
    assert uses_itself or not re.search(rf"import.*\b{name}\b", left), left
    assert not after.refusals


ALL_NAMES = {
    "its dictionary": "from pkg import a\n\nNAMES = [*a.__dict__.values()]\n",
    "vars": "import pkg.a\n\nNAMES = [one for one in vars(pkg.a).values()]\n",
    "dir": "import pkg.a as a\n\nNAMES = [getattr(a, name) for name in dir(a)]\n",
    "getmembers": (
        "import inspect\nfrom pkg import a\n\n"
        "NAMES = [value for _, value in inspect.getmembers(a)]\n"
    ),
}


@pytest.mark.parametrize("user", ALL_NAMES.values(), ids=ALL_NAMES)
def test_who_goes_through_all_names_goes_on_to_meet_it(unchanged_by: Program, user: str) -> None:
    files = {"pkg/a.py": "class Thing: ...\n\n\nclass Other: ...\n", "use.py": user}
    script = "import use\nprint(sorted(one.__name__ for one in use.NAMES if type(one) is type))\n"
    after = unchanged_by({**PACKAGE, **files}, move=("pkg.a.Thing", "pkg.b"), script=script)
    assert "['Other', 'Thing']" in after.printed
    assert after.refusals == (("pkg/a.py", 1, "old-path-kept"),)


def test_who_asks_for_other_names_needs_no_old_path(unchanged_by: Program) -> None:
    files = {
        "pkg/a.py": "class Thing: ...\n\n\nclass Other: ...\n",
        "use.py": "import pkg.a\n\nOTHERS = vars(pkg.a)['Other'], pkg.a.__dict__.get('Other')\n",
    }
    script = "import use\nprint(use.OTHERS)\n"
    after = unchanged_by({**PACKAGE, **files}, move=("pkg.a.Thing", "pkg.b"), script=script)
    assert "Thing" not in after.files["pkg/a.py"]
    assert not after.refusals
