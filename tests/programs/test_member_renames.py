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


SPELLED = {
    "a prefix": ("visit_name", """
class V:
    def visit(self, node):
        return getattr(self, "visit_" + node, str)(node)

    def visit_name(self, node):
        return 1
=== main.py
from pkg.b import V
print(V().visit("name"))
""", [4]),
    "a prefix in an f-string, in another file": ("visit_name", """
from .base import Base
class V(Base):
    def visit_name(self, node):
        return 1
=== pkg/base.py
class Base:
    def visit(self, node):
        method = f"visit_{node}"
        return getattr(self, method, str)(node)
=== main.py
from pkg.b import V
print(V().visit("name"))
""", [3]),
    "an ending": ("name_handler", """
class V:
    def visit(self, node):
        method = "%s_handler" % node
        return getattr(self, method, str)(node)

    def name_handler(self, node):
        return 1
=== main.py
from pkg.b import V
print(V().visit("name"))
""", [4]),
    "a list of names": ("old", """
class V:
    shown = ("old", "x")

    def old(self):
        return 1

    def x(self):
        return 2

    def all(self):
        return [getattr(self, one)() for one in self.shown], {"old": 1}["old"]
=== main.py
from pkg.b import V
print(V().all())
""", [3, 12]),
    "a format": ("old", """
class V:
    @property
    def old(self):
        return 1

    def __repr__(self):
        return "<{0.old}>".format(self)
=== main.py
from pkg.b import V
print(V())
""", [8]),
    "an enumeration by computed names": ("RED", """
import enum
class V(enum.Enum):
    RED = 1

def find(name):
    return V[name]
=== main.py
from pkg.b import find
print(find("RED").value)
""", [7]),
    "a class attribute, read of anything": ("timeout", """
class V:
    timeout = 3
class D(V):
    timeout = 4
def read(x):
    return x.timeout
=== main.py
from pkg.b import V, D, read
print(read(V()), read(D()))
""", [7]),
    "branches": ("old", """
import sys
class V:
    if sys.version_info > (3,):
        def old(self):
            return 1
    else:
        def old(self):
            return 2

def read(x):
    return x.old()
=== main.py
from pkg.b import V, read
print(read(V()))
""", [12]),
}  # fmt: skip


@pytest.mark.parametrize("case", SPELLED)
def test_what_may_read_a_member_by_its_spelling_is_listed(unchanged_by: Program, case: str) -> None:
    old, text, lines = SPELLED[case]
    files = blocks(f"=== pkg/__init__.py\n=== pkg/b.py\n{text}")
    rename = (f"pkg.b.V.{old}", f"pkg.b.V.other_{old}")
    after = unchanged_by(files, rename=rename, script=RUN)
    assert sorted(line for _, line, _ in after.refusals) == lines
    assert f"    {old} = other_{old}\n" in after.files["pkg/b.py"]


CERTAIN = {
    "by strings": (
        "old",
        """
class V:
    __match_args__ = ("old",)

    @property
    def old(self):
        return 1

def read(v: V):
    match v:
        case V(old=1):
            return getattr(v, "old"), hasattr(V, "old"), getattr(3, "old", None)
=== main.py
from pkg.b import V, read
match V():
    case V(1):
        print(read(V()), {"old": 1}.get("old"))
""",
    ),
    "of an enumeration": (
        "RED",
        """
import enum
class V(enum.Enum):
    RED = enum.auto()
=== main.py
from pkg.b import V
print(V["RED"].value, getattr(V, "RED").value)
""",
    ),
    "in examples": (
        "old",
        """
class V:
    '''
    >>> V().old()
    1
    '''
    def old(self):
        return 1
=== main.py
import doctest
import pkg.b
print(doctest.testmod(pkg.b))
""",
    ),
    "below a class of the standard library": (
        "close_all",
        """
import contextlib, threading
from collections.abc import Mapping
class Root(Mapping):
    def __getitem__(self, key): return 1
    def __iter__(self): return iter(())
    def __len__(self): return 0
class V(Root, contextlib.AbstractContextManager):
    def close_all(self):
        return 1
    def __exit__(self, *given):
        self.close_all()
=== main.py
from pkg.b import V
with V() as v:
    print(V().close_all())
""",
    ),
    "beside namesakes of known classes": (
        "mode",
        """
class V:
    def mode(self):
        return 1

class Other(ValueError):
    def __init__(self):
        self.mode = 2

    def read(self):
        return self.mode
=== main.py
from pkg.b import V, Other
print(V().mode(), Other().read())
""",
    ),
}


@pytest.mark.parametrize("case", CERTAIN)
def test_spellings_of_known_classes_follow(unchanged_by: Program, case: str) -> None:
    old, text = CERTAIN[case]
    files = blocks(f"=== pkg/__init__.py\n=== pkg/b.py\n{text}")
    rename = (f"pkg.b.V.{old}", f"pkg.b.V.other_{old}")
    after = unchanged_by(files, rename=rename, script=RUN)
    assert not after.refusals
    assert f"{old} = other_{old}" not in after.files["pkg/b.py"]


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


def test_what_instances_have_is_a_property_for_those_who_are_not_known(
    unchanged_by: Program,
) -> None:
    files = blocks("""
=== pkg/__init__.py
=== pkg/b.py
import dataclasses
import typing

@dataclasses.dataclass
class V:
    old: int
    other: "list[int]" = dataclasses.field(default_factory=list)
    def up(self): return self.old + 1

class Below(V):
    old: int

class T(typing.NamedTuple):
    old: int
    b: int

def read(x): return x.old
def put(x): x.old = 5
=== main.py
import copy
from pkg.b import V, Below, T, read, put
v, t = V(3), T(1, b=2)
print(read(v), copy.copy(v).old, V(old=2).up(), read(t))
put(v)
print(v.old, v.up(), read(v), read(Below(old=1)))
""")
    after = unchanged_by(files, rename=("pkg.b.V.old", "pkg.b.V.new"), script=RUN)
    code = after.files["pkg/b.py"]
    assert code.count("    @property\n    def old(self) -> int:\n        return self.new\n") == 2
    assert code.count("    @old.setter\n    def old(self, value):\n        self.new = value\n") == 2
    assert {code for _, _, code in after.refusals} == {"receiver-unknown"}
    after = unchanged_by(files, rename=("pkg.b.T.old", "pkg.b.T.new"), script=RUN)
    assert "    @property\n    def old(self) -> int:\n" in after.files["pkg/b.py"]


OF_INSTANCES = blocks("""
=== pkg/__init__.py
=== pkg/b.py
import threading

class Base:
    __slots__ = ("old", "other", "__dict__")
    def __init__(self, old=1):
        self.old = old
        self.other = old
    def up(self):
        self.old += 1
        return f"{self.old}", getattr(self, "old"), [old for old in range(2)]

class Below(Base):
    def again(self):
        self.old = super().up()
        return self.old

class Another:
    def __init__(self):
        self.old = 7

class Worker(threading.Thread):
    def __init__(self):
        super().__init__()
        self.old = 5
    def run(self): print(self.old, vars(self)["old"])
=== pkg/c.py
from pkg.b import Another, Base
def read(it: Base, other: Another):
    return it.old, other.old
=== main.py
from pkg.b import Another, Base, Below, Worker
from pkg.c import read
one = Below(3)
print(one.up(), one.again(), one.old, read(Base(), Another()))
del one.old
print(hasattr(one, "old"))
it = Worker()
it.start(); it.join()
""")


@pytest.mark.parametrize("owner", ["Base", "Below", "Worker"])
def test_what_methods_set_on_instances_follows(unchanged_by: Program, owner: str) -> None:
    rename = (f"pkg.b.{owner}.old", f"pkg.b.{owner}.new")
    after = unchanged_by(OF_INSTANCES, rename=rename, script=RUN)
    assert not after.refusals
    code = after.files["pkg/b.py"]
    if owner == "Worker":
        assert 'print(self.new, vars(self)["new"])' in code
        assert "self.old += 1" in code
    else:
        assert '__slots__ = ("new", "other", "__dict__")' in code
        assert "return it.new, other.old" in after.files["pkg/c.py"]
    assert "self.old = 7" in code


def test_what_methods_set_is_a_property_for_those_who_are_not_known(unchanged_by: Program) -> None:
    files = blocks("""
=== pkg/__init__.py
=== pkg/b.py
class V:
    def __init__(self, old):
        self.old = old

class Below(V):
    def turn(self):
        self.old = -self.old

def read(x): return x.old
def put(x): x.old = 5
=== main.py
from pkg.b import Below, V, put, read
one = Below(3)
one.turn()
print(read(one), read(V(4)))
put(one)
print(one.old, read(one))
""")
    after = unchanged_by(files, rename=("pkg.b.V.old", "pkg.b.V.new"), script=RUN)
    code = after.files["pkg/b.py"]
    assert code.count("    @property\n    def old(self):\n        return self.new\n") == 2
    assert {code for _, _, code in after.refusals} == {"receiver-unknown"}


def test_what_an_example_makes_is_known(unchanged_by: Program) -> None:
    files = blocks("""
=== pkg/__init__.py
=== pkg/b.py
class V:
    '''It has an old.

    >>> v = V()
    >>> v.old()
    1
    >>> v = V()
    >>> v.old() + V().old()
    2
    '''
    def old(self): return 1

def other():
    '''
    >>> v = V()
    >>> v = int()
    >>> v.old()
    '''
=== main.py
import doctest, pkg.b
print(doctest.run_docstring_examples(pkg.b.V, vars(pkg.b)))
""")
    after = unchanged_by(files, rename=("pkg.b.V.old", "pkg.b.V.new"), script=RUN)
    assert after.files["pkg/b.py"].count("v.new()") == 2
    assert {(line, code) for _, line, code in after.refusals} == {(17, "receiver-unknown")}


def test_super_is_known_with_its_class_as_well(unchanged_by: Program) -> None:
    files = blocks("""
=== pkg/__init__.py
=== pkg/b.py
class A:
    def old(self): return 1
class B(A):
    def old(self): return super(B, self).old() + 1
class C(B):
    def old(self): return super(B, self).old() + 5
=== main.py
from pkg.b import B, C
print(B().old(), C().old())
""")
    after = unchanged_by(files, rename=("pkg.b.A.old", "pkg.b.A.new"), script=RUN)
    assert "super(B, self).new() + 1" in after.files["pkg/b.py"]
    assert {(line, code) for _, line, code in after.refusals} == {(6, "receiver-unknown")}


RETURNED = blocks("""
=== pkg/__init__.py
=== pkg/b.py
import functools
import typing

class V:
    def old(self): return 1
    def me(self) -> "typing.Self": return self
=== pkg/c.py
from .b import V

class Box:
    inner: V

    def __init__(self): self.inner = V()

    @property
    def it(self) -> "V | None": return self.inner

    def make(self) -> V: return V()

class Below(Box):
    def all(self): return self.it.old() + self.make().old() + self.inner.old()

def made() -> V: return V()
async def later() -> V: return V()
=== main.py
import asyncio
from pkg.c import Below, made, later
below = Below()
one = made()
async def go():
    return (await later()).old()
print(below.all(), made().me().old(), one.old(), below.it.old(), asyncio.run(go()))
""")


def test_what_functions_and_properties_say_that_they_return_is_known(
    unchanged_by: Program,
) -> None:
    after = unchanged_by(RETURNED, rename=("pkg.b.V.old", "pkg.b.V.new"), script=RUN)
    assert not after.refusals
    assert not any(".old()" in text for text in after.files.values())


DOUBLED = blocks("""
=== pkg/__init__.py
=== pkg/b.py
class V:
    def old(self): return 1
    def other(self): return 2

class W:
    def old(self): return 10

def use(v: V): return v.old()
=== main.py
from unittest.mock import Mock, MagicMock, NonCallableMock, create_autospec
from pkg.b import V, W, use
one = Mock(spec=V)
one.old.return_value = 3
two = MagicMock(spec_set=V, **{"old.return_value": 4, "other.return_value": 5})
three = create_autospec(V, instance=True)
three.configure_mock(**{"old.return_value": 6})
four = create_autospec(V)
four.return_value.old.return_value = 7
five = NonCallableMock(V)
five.configure_mock(old=lambda: 8)
six = Mock(spec=W)
six.old.return_value = 9
print(use(one), use(two), use(three), use(four()), use(five), six.old(), two.other())
one.old.assert_called_once_with()
""")


def test_doubles_of_a_class_have_the_new_name(unchanged_by: Program) -> None:
    after = unchanged_by(DOUBLED, rename=("pkg.b.V.old", "pkg.b.V.new"), script=RUN)
    assert not after.refusals
    code = after.files["main.py"]
    assert code.count("old") == 2
    assert "six.old.return_value = 9" in code


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


FIELDS = """
import dataclasses
import functools
import typing


@dataclasses.dataclass
class V:
    old: int
    other: int = 2

    def both(self):
        return self.old + self.other

    @classmethod
    def make(cls, **values):
        return cls(old=1, **values)


@dataclasses.dataclass
class Below(V):
    third: int = 3


class T(typing.NamedTuple):
    old: int = 1


def read(v: V, t: T):
    match v:
        case Below(old=5):
            return 0
    changed: V = dataclasses.replace(v, old=7)
    return changed.old, t._replace(old=3), v.both()
=== main.py
import functools
from pkg.b import V, Below, T, read
made: V = V.make(other=4)
print(read(V(old=1), T()).__class__, read(Below(5), T()), type(made))
print(V(**{"old": 1, "other": 3}).both(), functools.partial(Below, old=2)().third, {"old": 1})
"""


@pytest.mark.parametrize("rename", [("old", "new"), ("both", "sum")])
def test_a_field_is_a_keyword_too(unchanged_by: Program, rename: tuple[str, str]) -> None:
    files = blocks(f"=== pkg/__init__.py\n=== pkg/b.py\n{FIELDS}")
    old, new = rename
    after = unchanged_by(files, rename=(f"pkg.b.V.{old}", f"pkg.b.V.{new}"), script=RUN)
    assert not after.refusals
    assert f"self.{old}" not in after.files["pkg/b.py"]


def test_a_field_of_a_tuple_follows(unchanged_by: Program) -> None:
    files = blocks("""
=== pkg/__init__.py
=== pkg/b.py
import typing
class T(typing.NamedTuple):
    old: int = 1
    def twice(self):
        return 2 * self.old
def read(t: T):
    return len(t._replace(old=3)), T(old=2).old, t.twice()
=== main.py
from pkg.b import T, read
print(read(T()))
""")
    after = unchanged_by(files, rename=("pkg.b.T.old", "pkg.b.T.new"), script=RUN)
    assert not after.refusals
