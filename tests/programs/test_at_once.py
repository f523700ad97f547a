"""Renames and moves that are meant at once: names change places, or take one that becomes free."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from itertools import permutations

import pytest
from tests.conftest import Repository
from tests.programs.blocks import blocks
from tests.programs.conftest import RUN, Program
from typer.testing import CliRunner

from onepath_cli.app import app

PACKAGE = blocks("""
=== pkg/__init__.py
from .m import A, B, c
__all__ = ["A", "B", "c"]
=== pkg/m.py
class A:
    def x(self):
        return "a.x"

    def y(self):
        return "a.y"


class B(A):
    \"\"\"A B.

    >>> B().x(), A().y()
    ('a.xb', 'a.y')
    \"\"\"

    def x(self):
        return super().x() + "b"


def c(p, q):
    return A().x(), B().y(), p, q
=== pkg/n.py
class A:
    def x(self):
        return "n"
=== main.py
import doctest
import pkg.m, pkg.n
from pkg.m import A, B as Bee
print([A().x(), A().y()], [Bee().x(), Bee().y()], pkg.c(1, q=2), pkg.B().x(), pkg.n.A().x())
print(doctest.testmod(pkg.m).failed)
""")
AT_ONCE = {
    "two classes": (
        "rename",
        {"pkg.m.A": "pkg.m.B", "pkg.m.B": "pkg.m.A"},
        {"main.py": "from pkg.m import B, A as Bee\n", "pkg/m.py": "class A(B):"},
    ),
    "two classes, and a method of one": (
        "rename",
        {"pkg.m.A": "pkg.m.B", "pkg.m.B": "pkg.m.A", "pkg.m.A.y": "pkg.m.A.z"},
        {"main.py": "print([B().x(), B().z()]", "pkg/m.py": "class A(B):"},
    ),
    "three of different kinds": (
        "rename",
        {"pkg.m.A": "pkg.m.B", "pkg.m.B": "pkg.m.c", "pkg.m.c": "pkg.m.A"},
        {"main.py": "from pkg.m import B, c as Bee\n", "pkg/m.py": "def A(p, q):"},
    ),
    "a chain, whatever comes first": (
        "rename",
        {"pkg.m.A": "pkg.m.B", "pkg.m.B": "pkg.m.C"},
        {"main.py": "from pkg.m import B, C as Bee\n", "pkg/m.py": "class C(B):"},
    ),
    "methods": (
        "rename",
        {"pkg.m.A.x": "pkg.m.A.y", "pkg.m.A.y": "pkg.m.A.x"},
        {"main.py": "print([A().y(), A().x()]", "pkg/m.py": "return super().y() + "},
    ),
    "parameters": (
        "rename",
        {"pkg.m.c.p": "pkg.m.c.q", "pkg.m.c.q": "pkg.m.c.p"},
        {"main.py": "pkg.c(1, p=2)", "pkg/m.py": "def c(q, p):"},
    ),
    "modules": (
        "rename",
        {"pkg.m": "pkg.n", "pkg.n": "pkg.m"},
        {"main.py": "from pkg.n import A, B as Bee\n", "pkg/__init__.py": "from .n import A, B, c"},
    ),
    "a class, its method and its module": (
        "rename",
        {"pkg.m": "pkg.k", "pkg.m.A": "pkg.m.N", "pkg.m.A.x": "pkg.m.A.z"},
        {"main.py": "from pkg.k import N, B as Bee\n", "pkg/k.py": "return super().z() + "},
    ),
    "definitions of two modules": (
        "move",
        {"pkg.m.A": "pkg.n", "pkg.n.A": "pkg.o"},
        {"main.py": "pkg.o.A().x()", "pkg/m.py": "from pkg.n import A\n"},
    ),
}


def table(renames: dict[str, str]) -> dict[str, str]:
    return {"table.csv": "".join(f"{old},{new}\n" for old, new in renames.items())}


@pytest.mark.parametrize("case", AT_ONCE)
def test_a_program_prints_the_same(unchanged_by: Program, case: str) -> None:
    verb, renames, expected = AT_ONCE[case]
    wanted = {verb: ("--from", "table.csv")}
    after = unchanged_by({**PACKAGE, **table(renames)}, script=RUN, may_go=["pkg.m"], **wanted)
    assert {code for _, _, code in after.refusals} <= {"old-path-kept"}
    for path, text in expected.items():
        assert text in after.files[path]
    assert not any("meanwhile" in text for text in after.files.values())


def test_definitions_of_two_modules_change_places(unchanged_by: Program) -> None:
    files = blocks("""
=== pkg/__init__.py
=== pkg/a.py
class Same:
    x = "a"
=== pkg/b.py
class Same:
    x = "b"
=== main.py
from pkg import a, b
from pkg.a import Same
print(Same.x, a.Same.x, b.Same.x)
""")
    renames = {"pkg.a.Same": "pkg.b", "pkg.b.Same": "pkg.a"}
    after = unchanged_by({**files, **table(renames)}, script=RUN, move=("--from", "table.csv"))
    assert after.files["pkg/a.py"].strip() == 'class Same:\n    x = "b"'
    assert after.files["pkg/b.py"].strip() == 'class Same:\n    x = "a"'
    assert "from pkg.b import Same\n" in after.files["main.py"]


@pytest.mark.parametrize("order", list(permutations(("A", "Base", "make"))))
def test_what_others_are_made_of_goes_first(unchanged_by: Program, order: Sequence[str]) -> None:
    files = blocks("""
=== pkg/__init__.py
=== pkg/m.py
class Base:
    x = 1


def make(cls):
    cls.made = True
    return cls


@make
class A(Base):
    y = 2


class Rest(A):
    z = 3
=== main.py
from pkg.m import A, Base, Rest
print(A.made, A.y, Base.x, Rest.z)
""")
    renames = {f"pkg.m.{name}": "pkg.n" for name in order}
    after = unchanged_by(
        {**files, "pkg/n.py": "other = 1\n", **table(renames)},
        script=RUN,
        move=("--from", "table.csv"),
    )
    assert after.files["pkg/m.py"].strip().startswith("from pkg.n import A\n")
    moved = after.files["pkg/n.py"]
    assert max(moved.index("class Base"), moved.index("def make")) < moved.index("class A")


@pytest.mark.parametrize("order", list(permutations(("Thing", "help"))))
def test_a_cycle_that_is_open_at_the_end_is_none(
    unchanged_by: Program, order: Sequence[str]
) -> None:
    files = blocks("""
=== pkg/__init__.py
=== pkg/d.py
=== pkg/e.py
=== pkg/b.py
def other():
    return 1


def help():
    return other()


def Thing():
    return help() + other()
=== main.py
from pkg.b import Thing, help, other
print(Thing(), help(), other())
""")
    to = {"Thing": "pkg.d", "help": "pkg.e"}
    renames = {f"pkg.b.{name}": to[name] for name in order}
    after = unchanged_by(
        {**files, **table(renames)}, script=RUN, move=("--from", "table.csv"), may_go=["pkg.b"]
    )
    assert after.files["pkg/b.py"].count("def ") == 1


def test_references_change_places(
    make_repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = blocks("""
=== pkg/__init__.py
=== pkg/a.py
def X(): return "a"
def W(): return "w"
=== pkg/b.py
def Y(): return "b"
=== use.py
from pkg.a import X, W as w
import pkg.b
from pkg.b import Y as why
print(X(), w(), pkg.b.Y(), why())
""")
    renames = {"pkg.a.X": "pkg.b.Y", "pkg.b.Y": "pkg.a.X", "pkg.a.W": "pkg.b.Y"}
    repository = make_repository({**files, **table(renames)})
    monkeypatch.chdir(repository.path)
    done = CliRunner().invoke(app, ["rename", "--from", "table.csv", "--worktree"])
    assert done.exit_code == 0, done.output
    after = {path: (repository.path / path).read_text() for path in files}
    assert {**after, "use.py": ""} == {**files, "use.py": ""}
    assert "pkg.a.X(), why())" in after["use.py"]
    printed = subprocess.run(
        [sys.executable, "use.py"], cwd=repository.path, capture_output=True, text=True, check=True
    )
    assert printed.stdout == "b b a a\n"


REFUSED: dict[str, tuple[Sequence[str], dict[str, str], dict[str, str], str]] = {
    "a name that something goes on to need": (
        ["rename"],
        {"pkg.m.A": "pkg.m.B", "pkg.m.B": "pkg.m.A"},
        {"old.py": "import pkg.m\nfor name in ('A', 'c'):\n    print(getattr(pkg.m, name))\n"},
        "'pkg.m.B' and 'pkg.m.A' can't change at once, as this place stays",
    ),
    "a shim where something else arrives": (
        ["rename", "--shim", "forward"],
        {"pkg.m.A": "pkg.m.B", "pkg.m.B": "pkg.m.C"},
        {},
        "'pkg.m.B' is the new path of something else, so no shim can stay there",
    ),
    "names that are all outside": (
        ["rename"],
        {"os.path.join": "os.path.split", "os.path.split": "os.path.join"},
        {},
        "can't change places: none is bound by a module of this code",
    ),
    "a chain that grows": (
        ["rename"],
        {"pkg.m.A": "pkg.n.A", "pkg.n": "pkg.n.m"},
        {},
        "never comes to an end",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_can_not_change_at_once_is_refused(
    make_repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    command, renames, files, said = REFUSED[case]
    repository = make_repository({**PACKAGE, **files, **table(renames)})
    monkeypatch.chdir(repository.path)
    before = repository.state()
    done = CliRunner().invoke(app, [*command, "--from", "table.csv", "--yes"])
    assert done.exit_code in (2, 3), done.output
    assert said in done.output
    assert repository.state() == before
