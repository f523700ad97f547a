"""Members that only instances have get another name: fields, and what methods set."""

import pytest
from tests.programs.blocks import blocks
from tests.programs.conftest import RUN, Program


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
