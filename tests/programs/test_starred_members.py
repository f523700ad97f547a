"""Members and parameters of what a file has by a star import."""

from tests.programs.blocks import blocks
from tests.programs.conftest import Program

STARRED = """\
=== lib.py
def f(x, old=1):
    return x, old


class C:
    def old(self):
        return 1


class N:
    def old(self):
        return 2


def make() -> C:
    return C()
=== use.py
from lib import *

print(f(1, old=2), [f(y, old=y) for y in (1, 2)])
print(C().old(), make().old(), N().old(), [C.old(c) for c in (C(),)])


class D(C):
    def old(self):
        return super().old()


def g(f, C):
    return f(old=3), C.old


print(D().old(), g(lambda old: old, D()).__len__())
"""


def test_a_parameter_follows_in_files_that_have_the_function_by_a_star(
    unchanged_by: Program,
) -> None:
    after = unchanged_by(blocks(STARRED), rename=("lib.f.old", "new"), script="import use")
    use = after.files["use.py"]
    assert "f(1, new=2), [f(y, new=y)" in use
    assert "f(old=3)" in use


def test_a_method_follows_in_files_that_have_the_class_by_a_star(unchanged_by: Program) -> None:
    after = unchanged_by(blocks(STARRED), rename=("lib.C.old", "new"), script="import use")
    assert after.refusals == (("use.py", 13, "receiver-unknown"),)
    assert "C().new(), make().new(), N().old(), [C.new(c)" in after.files["use.py"]
