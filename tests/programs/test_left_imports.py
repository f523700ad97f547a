"""Imports that only what moves has used leave its old module with it."""

import pytest
from tests.programs.conftest import Program

OLD = """

class Old:
    def m(self, xs: "{0}") -> "{1}":
        return xs


def stays({2}):
    return 1
"""
CHECKING = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:"
ITERABLE = "    from collections.abc import Iterable\n"
SEVERAL = """\
import typing

if typing.TYPE_CHECKING:
    import json
    from collections.abc import (
        Iterable,
        Sized,
    )

X = 1
"""
PLAIN = ("Iterable[int]", "None", "")
HEADS = {
    "for types": (f"{CHECKING}\n{ITERABLE}", PLAIN, ""),
    "several for types": (SEVERAL, ("Iterable[json.JSONDecoder]", "Sized", ""), "X = 1\n"),
    "for types with one that stays": (
        f"{CHECKING}\n    import json\n{ITERABLE}",
        ("Iterable[int]", "None", 'x: "json.JSONDecoder" = 0'),
        f"{CHECKING}\n    import json\n",
    ),
    "with a comment": (f"{CHECKING}  # heavy\n{ITERABLE}", PLAIN, None),
    "with another branch": (f"{CHECKING}\n{ITERABLE}else:\n    Y = 2\n", PLAIN, None),
}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("head", HEADS)
def test_a_block_for_types_goes_with_its_last_import(
    unchanged_by: Program, head: str, end: str
) -> None:
    before, names, after_it = HEADS[head]
    text = (before + OLD.format(*names)).replace("\n", end)
    files = {"lib.py": text, "other.py": "Y = 1\n", "use.py": "from lib import Old, stays\n"}
    script = "import use; print(use.Old().m(1), use.stays())"
    after = unchanged_by(files, move=("lib.Old", "other"), script=script)
    after_it = before if after_it is None else after_it
    left = f"{after_it}\n\ndef stays({names[2]}):\n    return 1\n"
    assert after.files["lib.py"] == (left if after_it else left.lstrip("\n"))


INIT = """\
import json
from typing import Any, Iterable, List
from .parts import part, other

{0}

class Old:
    def m(self, xs: Iterable[int]) -> List[Any]:
        return json.loads(part(xs))


def stays(x: Any) -> int:
    return other(x)
"""


@pytest.mark.parametrize("exports", ["", "__all__ = ['Old', 'stays', 'List']\n"])
def test_a_package_keeps_what_it_passes_on(unchanged_by: Program, exports: str) -> None:
    files = {
        "pkg/__init__.py": INIT.format(exports),
        "pkg/parts.py": "def part(x):\n    return x\n\n\ndef other(x):\n    return 2\n",
        "pkg/home.py": "",
        "use.py": "from pkg import Old, stays\n",
    }
    script = "import use; print(use.Old().m('[1]'), use.stays(1))"
    after = unchanged_by(files, move=("pkg.Old", "pkg.home"), script=script)
    init = after.files["pkg/__init__.py"]
    kept = "Any, List" if exports else "Any"
    assert f"from typing import {kept}\n" in init
    assert "from .parts import part, other\n" in init
