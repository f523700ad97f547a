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
    assert {code for *_, code in after.refusals} == {"receiver-unknown"}
    functions = [LIB.splitlines()[:line] for _, line, _ in after.refusals]
    assert [_last_function(lines) for lines in functions] == ["i", "k", "m"]
    assert after.files["lib.py"].count("c.new()") == 4


def _last_function(lines: list[str]) -> str:
    return next(line[4] for line in reversed(lines) if line.startswith("def "))
