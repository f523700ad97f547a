"""`rename` of methods and attributes: the hierarchy follows, and whoever is known to read them."""

import pytest
from tests.programs.conftest import Program

RUN = "import runpy\nrunpy.run_path('main.py')\n"
FILES = {
    "pkg/__init__.py": "",
    "pkg/b.py": """\
import enum


class Base:
    def old(self, x=1):
        return self.other() + x

    alias = old

    def other(self):
        return 1

    @property
    def size(self):
        return self._size

    @size.setter
    def size(self, value):
        self._size = value


class Below(Base):
    def old(self, x=2):
        return super().old(x) + 1


class Other:
    def old(self):
        return 10


class Color(enum.Enum):
    RED = 1
    BLUE = 2

    @property
    def is_red(self):
        return self is Color.RED


def run(one: Base, other: Other, maker: "type[Base]" = Below):
    below = Below()
    below.size = 3
    return one.old(), other.old(), below.old(), below.size, f"{below.old(4)}", Color(1).is_red
""",
    "pkg/c.py": "from .b import Below\n\n\nclass Third(Below):\n    def old(self):\n"
    "        return Below.old(self) * 2\n",
    "main.py": """\
import pkg.c
from pkg.b import Base, Below, Color, Other, run
print(run(Below(), Other()), pkg.c.Third().old(), Base().alias(5), Color.RED.name[0:0])
""",
}
PATCHED = """\
from unittest import mock
with mock.patch.object(Base, "old", lambda self, x=1: 7):
    print(Base().old())
with mock.patch("pkg.b.Base.old", lambda self, x=1: 8):
    print(Base().old())
"""


@pytest.mark.parametrize(
    ("old", "new", "left"),
    [
        (
            "pkg.b.Base.old",
            "pkg.b.Base.new",
            ["other.old()", "    def old(self):\n        return 10"],
        ),
        ("pkg.b.Below.old", "pkg.b.Below.new", ["other.old()"]),
        ("pkg.b.Base.size", "pkg.b.Base.length", ["_size"]),
        ("pkg.b.Color.RED", "pkg.b.Color.CRIMSON", []),
        ("pkg.b.Color.is_red", "pkg.b.Color.is_crimson", []),
    ],
)
def test_a_program_prints_the_same(
    unchanged_by: Program, old: str, new: str, left: list[str]
) -> None:
    files = {**FILES, "main.py": FILES["main.py"] + PATCHED}
    after = unchanged_by(files, rename=(old, new), script=RUN)
    name = old.rpartition(".")[2]
    assert not after.refusals
    text = "".join(after.files.values())
    for one in left:
        assert one in text
    assert "old = new" not in text
    if name != "old":
        assert f".{name}" not in text.replace("_size", "")


def test_an_unknown_receiver_is_listed_and_finds_the_old_name(unchanged_by: Program) -> None:
    unknown = "\n\ndef any_one(thing):\n    return thing.old()\n"
    files = {**FILES, "pkg/d.py": unknown, "main.py": FILES["main.py"] + (
        "from pkg.d import any_one\nprint(any_one(Base()), any_one(Below()), any_one(Other()))\n"
    )}  # fmt: skip
    after = unchanged_by(files, rename=("pkg.b.Base.old", "pkg.b.Base.new"), script=RUN)
    assert after.refusals == (("pkg/d.py", 4, "receiver-unknown"),)
    assert after.files["pkg/b.py"].count("\n    old = new\n") == 2
    assert after.files["pkg/c.py"].count("\n    old = new\n") == 1
