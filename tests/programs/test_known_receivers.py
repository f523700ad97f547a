"""Whoever is known to have a renamed member: by examples, `super`, what is returned, doubles."""

from tests.programs.blocks import blocks
from tests.programs.conftest import RUN, Program


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
