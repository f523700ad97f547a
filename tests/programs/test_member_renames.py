"""`rename` of methods and attributes: the hierarchy follows, and whoever is known to read them."""

import pytest
from tests.programs.blocks import blocks
from tests.programs.conftest import RUN, Program, Refused

FILES = {
    "pkg/__init__.py": "",
    "pkg/b.py": """\
import enum


class Base:
    def old(self, x=1):
        return self.other() + x

    alias = old

    def other(self):
        return 1

    @property
    def size(self):
        return self._size

    @size.setter
    def size(self, value):
        self._size = value


class Below(Base):
    def old(self, x=2):
        return super().old(x) + 1


class Other:
    def old(self):
        return 10


class Color(enum.Enum):
    RED = 1
    BLUE = 2

    @property
    def is_red(self):
        return self is Color.RED


def run(one: Base, other: Other, maker: "type[Base]" = Below):
    below = Below()
    below.size = 3
    return one.old(), other.old(), below.old(), below.size, f"{below.old(4)}", Color(1).is_red
""",
    "pkg/c.py": "from .b import Below\n\n\nclass Third(Below):\n    def old(self):\n"
    "        return Below.old(self) * 2\n",
    "main.py": """\
import pkg.c
from pkg.b import Base, Below, Color, Other, run
print(run(Below(), Other()), pkg.c.Third().old(), Base().alias(5), Color.RED.name[0:0])
""",
}
PATCHED = """\
from unittest import mock
with mock.patch.object(Base, "old", lambda self, x=1: 7):
    print(Base().old())
with mock.patch("pkg.b.Base.old", lambda self, x=1: 8):
    print(Base().old())
"""


@pytest.mark.parametrize(
    ("old", "new", "left"),
    [
        (
            "pkg.b.Base.old",
            "pkg.b.Base.new",
            ["other.old()", "    def old(self):\n        return 10"],
        ),
        ("pkg.b.Below.old", "pkg.b.Below.new", ["other.old()"]),
        ("pkg.b.Base.size", "pkg.b.Base.length", ["_size"]),
        ("pkg.b.Color.RED", "pkg.b.Color.CRIMSON", []),
        ("pkg.b.Color.is_red", "pkg.b.Color.is_crimson", []),
    ],
)
def test_a_program_prints_the_same(
    unchanged_by: Program, old: str, new: str, left: list[str]
) -> None:
    files = {**FILES, "main.py": FILES["main.py"] + PATCHED}
    after = unchanged_by(files, rename=(old, new), script=RUN)
    name = old.rpartition(".")[2]
    assert not after.refusals
    text = "".join(after.files.values())
    for one in left:
        assert one in text
    assert "old = new" not in text
    if name != "old":
        assert f".{name}" not in text.replace("_size", "")


def test_an_unknown_receiver_is_listed_and_finds_the_old_name(unchanged_by: Program) -> None:
    unknown = "\n\ndef any_one(thing):\n    return thing.old()\n"
    files = {**FILES, "pkg/d.py": unknown, "main.py": FILES["main.py"] + (
        "from pkg.d import any_one\nprint(any_one(Base()), any_one(Below()), any_one(Other()))\n"
    )}  # fmt: skip
    after = unchanged_by(files, rename=("pkg.b.Base.old", "pkg.b.Base.new"), script=RUN)
    assert after.refusals == (("pkg/d.py", 4, "receiver-unknown"),)
    assert after.files["pkg/b.py"].count("\n    old = new\n") == 2
    assert after.files["pkg/c.py"].count("\n    old = new\n") == 1


def test_a_file_that_cannot_be_read_is_listed_where_it_seems_to_use_the_name(
    unchanged_by: Program,
) -> None:
    broken = {
        "pkg/call.py": "print 'two'\nBase().old()\n",
        "pkg/override.py": "print 'two'\nclass C(Base):\n    def old(self): pass\n",
        "pkg/text.py": "print 'two'\ngetattr(Base(), 'old')\n",
        "pkg/word.py": "print 'an old one'\n# old\nolder.x = older\n",
    }
    files = {**FILES, **broken}
    after = unchanged_by(files, rename=("pkg.b.Base.old", "pkg.b.Base.new"), script=RUN)
    assert after.refusals == tuple(
        (f"pkg/{name}.py", 1, "unparseable") for name in ("call", "override", "text")
    )
    assert "old = new" not in after.files["pkg/b.py"]


INNER = blocks("""
=== pkg/__init__.py
=== pkg/b.py
class V:
    def old(self): return "V"
    def go(self): return self.old()

class Mixin:
    def ask(self): return super().old()

class Mixed(Mixin, V): pass

class Outer:
    class Inner(V):
        def old(self): return "Inner" + super().old()

    class Deep(Inner):
        def old(self): return "Deep" + self.more()
        def more(self): return super().old()

def make(n):
    from pkg.b import V as Base
    class Local(Base):
        old = lambda self: f"L{n}"
        def more(self): return self.old()
    return Local()

class Other:
    class V:
        def old(self): return "another"
=== main.py
import collections
from pkg.b import *
import pkg.b
class T(collections.namedtuple("T", "x")):
    def old(self):
        class M(pkg.b.V):
            def old(self): return "M"
        return M().go()
print(Outer.Inner().go(), Outer.Deep().go(), make(1).go(), make(2).more(), T(1).old())
print(Mixed().ask(), Other.V().old())
""")


def test_classes_in_functions_and_classes_follow(unchanged_by: Program) -> None:
    after = unchanged_by(INNER, rename=("pkg.b.V.old", "pkg.b.V.new"), script=RUN)
    code = after.files["pkg/b.py"]
    for text in (
        'new(self): return "Inner" + super().new()',
        "more(self): return super().new()",
        "new = lambda self: f",
        "more(self): return self.new()",
        'def old(self): return "another"',
    ):
        assert text in code
    assert 'def new(self): return "M"' in after.files["main.py"]
    assert {(path, code) for path, _, code in after.refusals} == {
        ("main.py", "receiver-unknown"),
        ("pkg/b.py", "receiver-unknown"),
    }


DATACLASS = "import dataclasses\n@dataclasses.dataclass\nclass V:\n    old: int\n"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("class V(enum.Unknown):\n    def old(self): ...\n", "from 'enum.Unknown', which may"),
        (
            "class V:\n    def old(self): ...\n    def set(self):\n        self.new = 1\n",
            "b.py:5: 'self.new' is another thing already",
        ),
        (
            "class V:\n    def old(self): ...\ndef f():\n    class X(V):\n        new = 1\n",
            "b.py:5: 'X' has a 'new' already",
        ),
        (
            "class V:\n    def old(self): ...\ndef f(a):\n    class X(a):\n        old = 1\n",
            "b.py:5: 'X' has a 'old', and it is not known from what it inherits",
        ),
        (
            "class M:\n old = 1\nclass V:\n def old(self): ...\nclass O:\n class X(M, V): ...\n",
            "b.py:7: 'X' inherits a 'old' of 'M' as well",
        ),
        ("class V(enum.StrEnum):\n    old = enum.auto()\n", "b.py:3: 'auto()' makes the value"),
        (
            DATACLASS[:-1] + " = 1\ndef read(x):\n    return x.old\n",
            "b.py:7: this may be 'old', which is set or replaced elsewhere",
        ),
        (
            "class V:\n    old: int\ndef go(x):\n    del x.old\n",
            "b.py:5: this may be 'old', which is set or replaced elsewhere",
        ),
        (
            DATACLASS + "def make(**values):\n    return V(**values)\n",
            "b.py:7: this may be 'old', which is set or replaced elsewhere",
        ),
        (
            DATACLASS + "def read(v):\n    return dataclasses.asdict(v)['old']\n",
            "b.py:7: this may be 'old', which is set or replaced elsewhere",
        ),
        (
            "class V:\n    def old(self): ...\ndef turn(x):\n    x.old = 1\n",
            "b.py:5: this may be 'old', which is set or replaced elsewhere",
        ),
        (
            "class V:\n    def old(self): ...\ndef test(m):\n    m.old.return_value = 1\n",
            "b.py:5: this may be 'old', which is set or replaced elsewhere",
        ),
        (
            "class V:\n    def old(self): ...\ndef f():\n    return mock.Mock(old=1)\n",
            "b.py:5: this may be 'old', which is set or replaced elsewhere",
        ),
        (
            "class V:\n    old = 1\ndef turn(v: V):\n    v.old = 1\ndef read(x):\n    x.old\n",
            "b.py:7: this may be 'old', which is set or replaced elsewhere (pkg/b.py:5): both",
        ),
    ],
)
def test_a_member_that_would_be_two_is_refused(refused: Refused, body: str, said: str) -> None:
    files = {"pkg/__init__.py": "", "pkg/b.py": f"import enum\n{body}"}
    assert said in refused(files, "rename", "pkg.b.V.old", "pkg.b.V.new")


def test_documents_that_speak_of_a_member_are_listed(unchanged_by: Program) -> None:
    files = {**FILES, "docs/a.rst": "See :meth:`Base.size`, and the size of it.\n"}
    rename = ("pkg.b.Base.size", "pkg.b.Base.length")
    after = unchanged_by(files, rename=rename, script=RUN)
    assert after.refusals == (("docs/a.rst", 1, "mentioned"),)
    assert "size = length" not in after.files["pkg/b.py"]
