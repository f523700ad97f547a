"""`rename` of a definition itself: programs that print the same afterwards, under the new name."""

import re
from collections.abc import Callable

import pytest
from tests.conftest import Repository
from tests.programs.conftest import RUN, Program
from typer.testing import CliRunner

from onepath_cli.app import app

PACKAGE = {"pkg/__init__.py": ""}

Shape = tuple[str, str, dict[str, str]]

SHAPES: dict[str, Shape] = {
    "a class that speaks of itself": (
        "pkg.b.Old",
        "pkg.b.New",
        {
            "pkg/b.py": '''\
class Old:
    """Made by `make`.

    >>> isinstance(Old.make(), Old)
    True
    """

    @classmethod
    def make(cls) -> "Old":
        return Old()

    def same(self, other: "list[Old]") -> bool:
        return all(isinstance(one, Old) for one in other)


class Below(Old):
    pass


def build(Old=3):
    return Old
''',
            "main.py": """\
import doctest
import pkg.b
from pkg.b import Old, Below
print(Below().same([Old(), pkg.b.Old.make()]), pkg.b.build(), doctest.testmod(pkg.b).failed)
""",
        },
    ),
    "a function with a local of its name": (
        "pkg.b.old",
        "pkg.b.new",
        {
            "pkg/b.py": """\
def old(n):
    return n and old(n - 1)


def other():
    def inner():
        return old(2)

    return inner() + sum(old for old in [1, 2])


class Holder:
    old = old

    def get(self):
        return old(1), self.old
""",
            "main.py": """\
from pkg import b as module
print(module.old(3), module.other(), module.Holder().get()[0], module.Holder.old(1))
""",
        },
    ),
    "a constant that functions set": (
        "pkg.b.COUNT",
        "pkg.b.TOTAL",
        {
            "pkg/b.py": """\
COUNT = 0


def add():
    global COUNT
    COUNT += 1
    return f"{COUNT} of {COUNT:>3}"


def peek():
    return COUNT
""",
            "main.py": """\
import pkg.b as b
print(b.add(), b.peek(), b.COUNT)
b.COUNT = 7
print(b.add(), b.COUNT)
""",
        },
    ),
    "a name that a package passes on": (
        "pkg.b.Old",
        "pkg.b.New",
        {
            "pkg/__init__.py": 'from .b import Old, other\n\n__all__ = ["Old", "other"]\n',
            "pkg/b.py": "class Old:\n    x = 1\n\n\ndef other():\n    return Old.x\n",
            "pkg/c.py": "from . import Old\n\ny = Old.x\n",
            "main.py": "import pkg\nfrom pkg import Old as O\nprint(pkg.Old is O, pkg.other())\n",
        },
    ),
    "a name that comes by stars": (
        "pkg.b.Old",
        "pkg.b.New",
        {
            "pkg/__init__.py": "from .b import *\n",
            "pkg/b.py": '__all__ = ["Old"]\n\n\nclass Old:\n    x = 1\n',
            "main.py": "from pkg.b import *\nimport pkg\nprint(Old.x, pkg.Old is Old)\n",
        },
    ),
    "a name that tests replace": (
        "pkg.b.old",
        "pkg.b.new",
        {
            "pkg/b.py": "def old():\n    return 1\n\n\ndef call():\n    return old()\n",
            "main.py": """\
from unittest import mock
import pkg.b
from pkg import b
with mock.patch("pkg.b.old", return_value=2):
    print(b.call(), pkg.b.old())
with mock.patch.object(b, "old", return_value=3):
    print(b.call(), getattr(b, "old")())
saved, b.old = b.old, lambda: 4
print(b.call())
setattr(b, "old", saved)
print(b.call(), hasattr(b, "old"))
""",
        },
    ),
    "one name in two branches": (
        "pkg.b.Old",
        "pkg.b.New",
        {
            "pkg/b.py": """\
import sys

if sys.version_info > (3,):
    class Old:
        x = 1
else:
    class Old:
        x = 2

try:
    from nowhere import Fast
except ImportError:
    Fast = Old
""",
            "main.py": "from pkg.b import Fast, Old\nprint(Fast is Old, Old.x)\n",
        },
    ),
    "a type variable": (
        "pkg.b.T",
        "pkg.b.Item",
        {
            "pkg/b.py": """\
from typing import Generic, TypeVar

T = TypeVar("T", bound="object")


class Box(Generic[T]):
    def get(self: "Box[T]", many: "list[T]") -> "T":
        return many[0]
""",
            "main.py": """\
import typing, pkg.b
print(sorted(typing.get_type_hints(pkg.b.Box.get)), pkg.b.T is pkg.b.Box.__parameters__[0])
""",
        },
    ),
    "a decorator and a default": (
        "pkg.b.old",
        "pkg.b.new",
        {
            "pkg/b.py": """\
def old(function):
    return function


@old
def f(x=old, *, y: "old" = None):
    return [old for _ in range(2)]


LOOKUP = {"old": old}
""",
            "main.py": "import pkg.b as b\nprint(len(b.f()), list(b.LOOKUP), b.f.__name__)\n",
        },
    ),
    "names that are read by strings": (
        "pkg.b.Old",
        "pkg.b.New",
        {
            "pkg/b.py": "class Old:\n    x = 1\n\n\ndef find():\n    return globals()['Old'].x\n",
            "main.py": """\
import importlib
import pkg.b
print(pkg.b.find(), importlib.import_module("pkg.b").Old.x)
""",
        },
    ),
    "a script in a string": (
        "pkg.b.Old",
        "pkg.b.New",
        {
            "pkg/b.py": "class Old:\n    x = 1\n",
            "main.py": 'exec("from pkg.b import Old\\nprint(Old.x)")\n',
        },
    ),
    "a stub beside the module": (
        "pkg.b.Old",
        "pkg.b.New",
        {
            "pkg/b.py": "class Old:\n    def me(self):\n        return self\n",
            "pkg/b.pyi": "class Old:\n    def me(self) -> Old: ...\n",
            "main.py": "from pkg.b import Old\nprint(bool(Old().me()))\n",
        },
    ),
}


KEEPING = {
    "names that are read by strings", "a script in a string",  # the old name is needed
    "a function with a local of its name", "a decorator and a default",  # it is another thing
    "a class that speaks of itself",
}  # fmt: skip
"""The shapes in which the old name still stands somewhere."""


@pytest.mark.parametrize("shape", SHAPES)
def test_a_program_prints_the_same(unchanged_by: Program, shape: str) -> None:
    old, new, files = SHAPES[shape]
    after = unchanged_by({**PACKAGE, **files}, rename=(old, new), script=RUN)
    leaf = old.rpartition(".")[2]
    if shape in ("names that are read by strings", "a script in a string"):
        assert after.files["pkg/b.py"].count("Old = New\n") == 1
        assert "old-name-kept" in {code for _, _, code in after.refusals}
        return
    assert not after.refusals
    left = [path for path, text in after.files.items() if re.search(rf"\b{leaf}\b", text)]
    assert not left or shape in KEEPING, after.files[left[0]]
    if shape == "a function with a local of its name":
        assert "sum(old for old in [1, 2])" in after.files["pkg/b.py"]
        assert "    old = new\n" in after.files["pkg/b.py"]
        assert "return new(1), self.old" in after.files["pkg/b.py"]


CONTRAST = """# What became of it

```python
# deprecated:
from pkg.b import Old
```
"""


@pytest.mark.parametrize("prompt", [False, True], ids=["shown", "an example"])
def test_a_document_that_speaks_of_the_old_name_keeps_it_only_if_it_may_be_run(
    unchanged_by: Program, prompt: bool
) -> None:
    text = re.sub("^(?=#\\s*dep|from)", ">>> ", CONTRAST, flags=re.M) if prompt else CONTRAST
    files = {**PACKAGE, "pkg/b.py": "class Old:\n    pass\n", "README.md": text}
    after = unchanged_by(files, rename=("pkg.b.Old", "pkg.b.New"), script="print(1)")
    assert ("Old = New" in after.files["pkg/b.py"]) is prompt
    assert ("README.md", 5, "document-contrast") in after.refusals


STARS = {
    "taken two stars away": ("from pkg.b import *\n", "New = 1\n", True),
    "read two stars away": ("from pkg.b import *\n", "def f():\n    return New\n", True),
    "only quoted": ("from pkg.b import *\n", "print('New')\n", False),
    "no star between": ("from pkg.b import Old\n", "New = 1\n", False),
}


@pytest.mark.parametrize("shape", STARS)
def test_a_name_that_stars_would_bring_over_another_is_refused(
    make_repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    middle, user, is_refused = STARS[shape]
    files = {
        **PACKAGE,
        "pkg/b.py": "class Old:\n    pass\n",
        "pkg/middle.py": middle,
        "pkg/user.py": f"from pkg.middle import *\n{user}",
    }
    monkeypatch.chdir(make_repository(files).path)
    done = CliRunner().invoke(app, ["rename", "pkg.b.Old", "pkg.b.New", "--dry-run"])
    assert done.exit_code == (3 if is_refused else 0)
    assert ("pkg/user.py:1: 'New' would come by this star import" in done.output) is is_refused


def test_what_an_f_string_prints_of_a_name_stays(unchanged_by: Program) -> None:
    lib = "old = 3\n\n\ndef show():\n    return f'{old=} {old}', f'{old + 1 = :>4}'\n"
    use = "from lib import old, show\nprint(show(), f'{old=}')\n"
    after = unchanged_by(
        {"lib.py": lib, "use.py": use}, rename=("lib.old", "lib.new"), script="import use"
    )
    assert "f'old={new!r} {new}', f'old + 1 = {new + 1:>4}'" in after.files["lib.py"]
