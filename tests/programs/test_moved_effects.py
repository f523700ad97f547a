"""`move` of definitions that do something when they are imported: they go on doing it."""

from collections.abc import Callable

import pytest
from tests.conftest import Repository
from tests.programs.blocks import blocks
from tests.programs.conftest import RUN, Program
from typer.testing import CliRunner

from onepath_cli.app import app

REGISTRY = """
=== pkg/__init__.py
=== pkg/reg.py
ALL = []


def register(cls):
    ALL.append(cls.__name__)
    return cls


def named(name):
    def keep(cls):
        ALL.append(name)
        return cls
    return keep


def add(name):
    ALL.append(name)
    return name


def plain(cls):
    cls.tag = 1
    return cls


class App:
    def route(self, function):
        ALL.append(function.__name__)
        return function


class Hook:
    def __init_subclass__(cls):
        ALL.append(cls.__name__)


class Below(Hook):
    pass


class Meta(type):
    def __init__(cls, name, bases, body):
        ALL.append(name)


class Base(metaclass=Meta):
    pass


class Listed:
    pass


def listed():
    return [one.__name__ for one in Listed.__subclasses__()]


app = App()
=== main.py
import pkg.b
from pkg.reg import ALL, listed
print(sorted(ALL), listed())
=== pkg/b.py
from .reg import Base, Below, Listed, add, app, named, plain, register


"""
KEPT = {
    "a decorator": "@register\nclass X:\n    pass\n",
    "a decorator that is made": "@named('x')\nclass X:\n    pass\n",
    "a decorator of an object": "@app.route\ndef X():\n    pass\n",
    "a hook of a base": "class X(Below):\n    pass\n",
    "a metaclass": "class X(Base):\n    pass\n",
    "subclasses that are asked for": "class X(Listed):\n    pass\n",
    "a value": "X = add('x')\n",
}


@pytest.mark.parametrize("case", KEPT)
def test_an_effect_stays(unchanged_by: Program, case: str) -> None:
    files = blocks(f"{REGISTRY}{KEPT[case]}")
    after = unchanged_by(files, move=("pkg.b.X", "pkg.c"), script=RUN)
    assert [code for *_, code in after.refusals] == ["old-path-kept"]
    assert "from .c import X" in after.files["pkg/b.py"]


@pytest.mark.parametrize(
    ("text", "user"),
    [
        ("@plain\nclass X:\n    pass\n", ""),
        ("@register\nclass X:\n    pass\n", "from pkg.b import X\n"),
        ("class X(ValueError):\n    pass\n", ""),
    ],
)
def test_what_has_no_effect_or_is_loaded_goes(unchanged_by: Program, text: str, user: str) -> None:
    files = blocks(f"{REGISTRY}{text}")
    files["main.py"] = user + files["main.py"]
    after = unchanged_by(files, move=("pkg.b.X", "pkg.c"), script=RUN)
    assert not after.refusals
    assert " X" not in after.files["pkg/b.py"]


def test_a_lazy_shim_would_not_have_the_effect(
    make_repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(make_repository(blocks(f"{REGISTRY}{KEPT['a decorator']}")).path)
    command = ["move", "pkg.b.X", "pkg.c", "--shim", "warn", "--dry-run"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 3
    assert "b.py:4: this acts when it is imported: @register" in done.stderr


@pytest.mark.parametrize("shim", ["none", "forward", "warn"])
def test_a_module_that_acts_goes_with_what_it_does(unchanged_by: Program, shim: str) -> None:
    files = blocks(f"""
=== pkg/__init__.py
from . import b
{REGISTRY.replace("=== pkg/__init__.py", "")}""")
    head = "from __future__ import annotations\n"
    files["pkg/b.py"] = head + files["pkg/b.py"] + KEPT["a decorator"] + "__all__ = ['X']\n"
    files["main.py"] = files["main.py"].replace("import pkg.b", "import pkg")
    after = unchanged_by(
        files, rename=("pkg.b", "pkg.c", "--shim", shim), script=RUN, may_go=["pkg.b"]
    )
    left = after.files.get("pkg/b.py", "")
    assert not after.refusals
    assert "import annotations" not in left
    assert "    __all__," not in left


@pytest.mark.parametrize("shim", ["forward", "warn"])
def test_a_shim_passes_on_what_is_there(unchanged_by: Program, shim: str) -> None:
    files = blocks("""
=== pkg/__init__.py
=== pkg/b.py
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from collections.abc import Sequence
    Model = int
try:
    import nothing_here
    from nothing_here import Client
    x: int = 1
except ImportError as error:
    nothing_here = None
    try:
        other = 5
    finally:
        last = 1
for one in range(3):
    two = one
else:
    three = 3
del two
with open(__file__) as stream:
    first = stream.readline()
if __name__ == "__main__":
    run = 1
a: int
b: int = 3
class C: pass
(d, *e) = 1, 2, 3
__all__ = ["C"]
=== main.py
import pkg.b
print(pkg.b.C.__name__, hasattr(pkg.b, "other"), pkg.b.one, pkg.b.last, pkg.b.three)
print(pkg.b.nothing_here, pkg.b.b, pkg.b.d, pkg.b.e)
from pkg.b import *
print(C.__name__)
""")
    after = unchanged_by(files, rename=("pkg.b", "pkg.c", "--shim", shim), script=RUN)
    assert '"C"' in after.files["pkg/b.py"]
    assert '    "Client",\n' not in after.files["pkg/b.py"]


def test_a_module_that_replaces_itself_leaves_a_shim_that_can_be_imported(
    unchanged_by: Program,
) -> None:
    files = blocks("""
=== pkg/__init__.py
=== pkg/b.py
import sys
import types
old = sys.modules[__name__]
new = types.ModuleType(__name__)
new.x = 1
sys.modules[__name__] = new
=== main.py
import pkg.b
print(pkg.b.x)
""")
    rename = ("pkg.b", "pkg.c", "--shim", "forward")
    after = unchanged_by(files, rename=rename, script=RUN)
    assert "except ImportError" in after.files["pkg/b.py"]
