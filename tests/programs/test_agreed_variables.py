"""Variables that are bound several times, to instances of one class or to nothing."""

from tests.programs.conftest import Program

LIB = """\
from typing import Optional


class C:
    def old(self):
        return 1


class N:
    def old(self):
        return 2


def f(c: Optional[C] = None):
    c = c or C()
    return c.old()


def g(c: "C | None" = None):
    if c is None:
        c = C()
    return c.old()


def h(c: C | None = None):
    c = C() if c is None else c
    return c.old()


def i(flag):
    if flag:
        c = C()
    else:
        c = N()
    return c.old()


def j(flag):
    c = None
    if flag:
        c = C()
    return c.old()


def k(c=None):
    c = c or C()
    return c.old()


def m(c: Optional[C] = None):
    for c in [N()]:
        pass
    return c.old()
"""
USE = """\
from lib import *

print(f(), g(), h(), i(0), i(1), j(1), k(), k(N()), m())
"""


def test_what_all_bindings_agree_on_is_known(unchanged_by: Program) -> None:
    files = {"lib.py": LIB, "use.py": USE}
    after = unchanged_by(files, rename=("lib.C.old", "new"), script="import use")
    lines = LIB.splitlines()
    unknown = [lines.index(f"def {name}:") + 1 for name in ("i(flag)", "k(c=None)")]
    assert [code for *_, code in after.refusals] == ["receiver-unknown"] * 3
    listed = [line for _, line, _ in after.refusals]
    assert all(any(0 < at - line < 8 for at in listed) for line in unknown)
    assert after.files["lib.py"].count("c.new()") == 4
