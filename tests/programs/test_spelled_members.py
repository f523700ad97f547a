"""Whoever reads a renamed member by its spelling: listed where it may, changed where it does."""

import pytest
from tests.programs.blocks import blocks
from tests.programs.conftest import RUN, Program

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
