"""`rename` of parameters: the function, what overrides it, and the keywords at the calls."""

from collections.abc import Callable

import pytest
from tests.conftest import Repository
from tests.programs.blocks import blocks
from tests.programs.conftest import RUN, Program
from typer.testing import CliRunner

from onepath_cli.app import app

FILES = blocks("""
=== pkg/__init__.py
from .b import make as build
=== pkg/root.py
class Root:
    pass
=== pkg/b.py
import functools
from .root import Root


@functools.lru_cache(maxsize=None)
def make(one, old=2, *, only=3):
    \"\"\"Make.

    :param old: is described, and old is not
    \"\"\"
    def inner(x):
        return x + old

    old = old + 1
    print(
        f"{one} is one and "  # {old}
        f"{old} is old",
        "and "
        f"{old}",
    )
    return f"{inner(one)} {old}", [old for _ in range(2)], (lambda old: old)(7), dict(old=only)


class Base(Root):
    def __init__(self, old, rest=0):
        self.old = old

    def run(self, old, rest=0):
        return self.old, old, rest

    @classmethod
    def create(cls):
        return cls(old=5)


class Below(Base):
    def __init__(self, rest):
        super().__init__(old=rest)

    def run(self, old, rest=1):
        return super().run(old=old, rest=rest)


class Plain(Base):
    pass


class Other:
    def run(self, old):
        return old


def use(one: Base, other: Other):
    return one.run(old=1), other.run(old=2), Below(3).run(4), Plain(old=6).run(old=8)
=== main.py
import functools
import pkg.b
from pkg import build as made
from pkg.b import Below, Base, Other, use
print(made(1, old=4), pkg.b.make(1, 3, only=1), made(1, **{"old": 5}))
print(functools.partial(made, old=6)(1), dict(old=1))
print(use(Below(1), Other()), use(Base(old=2), Other()), Base(1).old)
""")


@pytest.mark.parametrize(
    "old",
    ["pkg.b.make.old", "pkg.b.make.only", "pkg.b.Base.run.old", "pkg.b.Below.run.rest",
     "pkg.b.Below.__init__.rest"],
)  # fmt: skip
def test_a_program_prints_the_same(unchanged_by: Program, old: str) -> None:
    owner, _, name = old.rpartition(".")
    after = unchanged_by(FILES, rename=(old, f"{owner}.other_{name}"), script=RUN)
    assert not after.refusals
    assert f"other_{name}" in after.files["pkg/b.py"]
    described = "other_old" if old == "pkg.b.make.old" else "old"
    assert f":param {described}: is described" in after.files["pkg/b.py"]
    assert "self.old = " in after.files["pkg/b.py"]


def test_a_constructor_that_others_have_too(unchanged_by: Program) -> None:
    files = {**FILES, "pkg/b.py": FILES["pkg/b.py"].replace("cls(old=5)", "cls(5)")}
    rename = ("pkg.b.Base.__init__.old", "pkg.b.Base.__init__.new")
    after = unchanged_by(files, rename=rename, script=RUN)
    assert not after.refusals
    assert "super().__init__(new=rest)" in after.files["pkg/b.py"]
    assert "Base(new=2)" in after.files["main.py"]
    assert "Plain(new=6)" in after.files["pkg/b.py"]


def test_a_file_that_cannot_be_read_is_listed_where_it_seems_to_give_it(
    unchanged_by: Program,
) -> None:
    broken = {
        "pkg/call.py": "print 'two'\nmake(1, old=3)\n",
        "pkg/word.py": "print 'an old one'\nmake(1, older=3)\nif old == 3: pass\n",
    }
    files = {"pkg/__init__.py": "", "pkg/b.py": "def make(one, old=2):\n    return one + old\n"}
    files |= {"main.py": "from pkg.b import make\nprint(make(1, old=2))\n", **broken}
    after = unchanged_by(files, rename=("pkg.b.make.old", "pkg.b.make.new"), script=RUN)
    assert after.refusals == (("pkg/call.py", 1, "unparseable"),)


def test_an_override_without_the_parameter_is_listed(unchanged_by: Program) -> None:
    text = FILES["pkg/b.py"].replace("def run(self, old, rest=1)", "def run(self, it, rest=1)")
    files = {**FILES, "pkg/b.py": text.replace("super().run(old=old, ", "super().run(old=it, ")}
    files["pkg/b.py"] = files["pkg/b.py"].replace("one.run(old=1)", "one.run(1)")
    after = unchanged_by(files, rename=("pkg.b.Base.run.old", "pkg.b.Base.run.new"), script=RUN)
    assert [code for *_, code in after.refusals] == ["parameter-differs"]
    assert "super().run(new=it" in after.files["pkg/b.py"]


DESCRIBED = blocks("""
=== main.py
from b import C
print(C(old=1).old)
=== b.py
class C:
    \"\"\"Has old.

    Args:
        old (int): A number.
            old: goes on
        rest: What old is for.

    Attributes:
        old: It.
    \"\"\"
    def __init__(self, old=2, rest=None):
        \"\"\":type old: int\"\"\"
        self.old = old

    def run(self, old):
        \"\"\"Run.

        Parameters
        ----------
        old : int
            The old one.
        \"\"\"
""")


def test_docstrings_that_describe_it_follow(unchanged_by: Program) -> None:
    rename = ("b.C.__init__.old", "b.C.__init__.new")
    text = unchanged_by(DESCRIBED, rename=rename, script=RUN).files["b.py"]
    assert "        new (int): A number.\n            old: goes on\n" in text
    assert "        rest: What old is for.\n\n    Attributes:\n        old: It.\n" in text
    assert ':type new: int"""\n        self.old = new\n' in text
    assert "        old : int\n            The old one.\n" in text


INNER = blocks("""
=== pkg/__init__.py
=== pkg/b.py
class A:
    def __init__(self, old=1): self.v = old
    def run(self, old=2): return old + self.v
    def go(self): return self.run(old=5)
=== main.py
from pkg.b import A
def f():
    class L(A):
        def run(self, old=3): return old * 2
    class K(A): pass
    class Own(A):
        def __init__(self, old=9): super().__init__()
    return L(old=3).go(), K(old=2).go(), Own(old=1).v
print(f())
""")


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("run", "def run(self, new=3): return new * 2"),
        ("__init__", "return L(new=3).go(), K(new=2).go(), Own(old=1).v"),
    ],
)
def test_classes_in_functions_follow(unchanged_by: Program, method: str, expected: str) -> None:
    rename = (f"pkg.b.A.{method}.old", f"pkg.b.A.{method}.new")
    after = unchanged_by(INNER, rename=rename, script=RUN)
    assert expected in after.files["main.py"]
    assert not after.refusals


CALLED = blocks("""
=== pkg/__init__.py
=== pkg/b.py
class Wait:
    def __call__(self, old):
        return old


class Twice(Wait):
    def __call__(self, old):
        return 2 * super().__call__(old=old)

    def again(self, old):
        return old


class Marked:
    marks = {}

    def __init_subclass__(cls, old="", **rest):
        super().__init_subclass__(**rest)
        cls.marks[cls.__name__] = old


class First(Marked, old="a"):
    pass
=== main.py
from pkg.b import First, Marked, Twice, Wait


class Second(First, old="b"):
    pass


def free(old):
    return old


def run(one: Wait):
    return one(old=3)


twice = Twice()
print(Wait()(old=1), run(twice), Twice().again(old=4), free(old=5), Marked.marks)
""")


@pytest.mark.parametrize("old", ["Wait.__call__.old", "Marked.__init_subclass__.old"])
def test_what_python_calls_itself(unchanged_by: Program, old: str) -> None:
    new = f"{old.rpartition('.')[0]}.new"
    after = unchanged_by(CALLED, rename=(f"pkg.b.{old}", f"pkg.b.{new}"), script=RUN)
    text = after.files["pkg/b.py"] + after.files["main.py"]
    assert text.count("new=") == 3
    assert "Twice().again(old=4), free(old=5)" in text


MADE = """\
class C:
    def __init__(self, old): ...
    @classmethod
    def make(cls):
        return cls(old=1)
class D(C):
    def __init__(self, old): ...
"""


@pytest.mark.parametrize(
    ("text", "old", "said"),
    [
        ("def f(old): ...\ndef g(k):\n    f(**k)\n", "f.old", "b.py:3: this call may give 'old'"),
        ("import a\n@a.route('/')\ndef f(old): ...\n", "f.old", "b.py:2: '@a.route' may call"),
        ("def f(old, new): ...\n", "f.old", "b.py:1: 'new' is already bound"),
        ("def f(old):\n    return locals()\n", "f.old", "'old' is read by its spelling"),
        ("import x\ndef f(old): ...\nx.connect(f)\n", "f.old", "b.py:3: it is handed on here"),
        (
            "def f(old): ...\ng = [f]\ndef run(h):\n    h(old=1)\n", "f.old",
            "b.py:4: 'h' is called with 'old', and may be what is handed on in pkg/b.py:2",
        ),
        (
            "class C:\n    def f(self, old): ...\ndef run(h):\n    h.f(old=1)\n", "C.f.old",
            "b.py:4: 'h.f' is called with 'old', and it is not known what that is",
        ),
        (
            "class C:\n    def f(self, old): ...\nclass D(C):\n    def f(self, **k): ...\n",
            "C.f.old", "b.py:4: 'D.f' takes any keyword",
        ),
        (
            MADE,
            "C.__init__.old", "b.py:5: 'cls' is called with 'old'",
        ),
        (
            "class C:\n    def __call__(self, old): ...\ndef run(h):\n    h(old=1)\n",
            "C.__call__.old", "b.py:4: 'h' is called with 'old', and it is not known what that is",
        ),
        (
            (
                "class M(type):\n    def __new__(mcs, n, b, s, old=1): ...\n"
                "class D(metaclass=M, old=2): ...\n"
            ),
            "M.__new__.old", "b.py:3: class 'D' gives 'old', and it is not known to what",
        ),
        (
            (
                "class C:\n    def __init_subclass__(cls, old=1): ...\n"
                "def f(base):\n    class D(base, old=2): ...\n"
            ),
            "C.__init_subclass__.old", "b.py:4: class 'D' gives 'old'",
        ),
        ("import o\nclass C(o.Base):\n    def f(self, old): ...\n", "C.f.old", "from 'o.Base'"),
        ("def f(it): ...\n", "f.old", "'f' has no parameter 'old'"),
    ],
)  # fmt: skip
def test_what_stands_against_it(
    make_repository: Callable[..., Repository],
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    old: str,
    said: str,
) -> None:
    files = {"pkg/__init__.py": "", "pkg/b.py": text}
    monkeypatch.chdir(make_repository(files).path)
    new = f"{old.rpartition('.')[0]}.new"
    done = CliRunner().invoke(app, ["rename", f"pkg.b.{old}", f"pkg.b.{new}", "--dry-run"])
    assert done.exit_code in (2, 3)
    assert said in done.stderr
