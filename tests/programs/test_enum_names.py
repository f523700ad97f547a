"""`rename` of a member of an enumeration: who knows it by its name finds it, or nothing changes."""

import pytest
from tests.programs.blocks import blocks
from tests.programs.conftest import Program, Refused

RENAME = ("pkg.b.V.OPEN", "pkg.b.V.OPENED")
HEAD = "=== pkg/__init__.py\n=== pkg/b.py\nimport enum\nfrom enum import Enum\n"
MEMBERS = "    OPEN = 1\n    SHUT = 2\n"
KINDS = {
    "alone": f"class V(Enum):\n{MEMBERS}",
    "of its module": f"class V(enum.IntEnum):\n{MEMBERS}",
    "beside another base": f"class V(int, Enum):\n{MEMBERS}",
    "below one of the repository": f"class Base(Enum):\n    pass\nclass V(int, Base):\n{MEMBERS}",
}
FOLLOWING = """
def read(v: V):
    match v.name:
        case "OPEN" | "SHUT":
            said = "case"
        case _:
            said = "no case"
    table = {"OPEN": "open", "SHUT": "shut"}[v.name]
    return v.name == "OPEN", "OPEN" != v._name_, v.name in ("OPEN", "x"), said, table
=== main.py
from pkg.b import V, read
print(read(V.OPEN), read(V.SHUT))
"""


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_compared_with_its_name_follows(unchanged_by: Program, kind: str) -> None:
    files = blocks(HEAD + KINDS[kind] + FOLLOWING)
    after = unchanged_by(files, rename=RENAME, script="import main")
    assert not after.refusals
    assert '"OPEN"' not in after.files["pkg/b.py"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_looked_up_by_some_name_is_found(unchanged_by: Program, kind: str) -> None:
    files = blocks(
        HEAD
        + KINDS[kind]
        + """\
=== pkg/c.py
from pkg.b import V
def load(record):
    return V[record["state"]].value
=== main.py
from pkg.c import load
print(load({"state": "OPEN"}), load({"state": "SHUT"}))
"""
    )
    after = unchanged_by(files, rename=RENAME, script="import main")
    assert after.refusals == (("pkg/c.py", 3, "read-by-spelling"),)


REFUSED = {
    "v of some class": ("def f(v):\n    return v.name == 'OPEN'\n", "c.py:3: 'v.name' may be"),
    "in a set": ("def f(v):\n    return v.name in {'OPEN'}\n", "c.py:3: 'v.name' may be"),
    "as a case": (
        "def f(v):\n    match v._name_:\n        case 'OPEN': return 1\n", "c.py:4: 'v.name' may be"
    ),
    "a table": (
        "TABLE = {'OPEN': 1}\ndef f(v: V):\n    return TABLE[v.name]\n",
        "c.py:2: a table has 'OPEN', and is asked by names of members",
    ),
    "a table that is asked by get": (
        "TABLE = {'OPEN': 1}\ndef f(v: V):\n    return TABLE.get(v.name, 0)\n", "c.py:2: a table"
    ),
    "the member as a text": (
        "def f(v: V):\n    return str(v) == 'V.OPEN'\n", "c.py:3: 'V.OPEN' is compared here"
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", REFUSED)
def test_what_may_be_compared_with_its_name_is_refused(refused: Refused, shape: str) -> None:
    text, said = REFUSED[shape]
    files = blocks(f"{HEAD}{KINDS['alone']}=== pkg/c.py\nfrom pkg.b import V\n{text}")
    assert said in refused(files, "rename", *RENAME)


def test_another_thing_of_that_name_stays(unchanged_by: Program) -> None:
    files = blocks(
        HEAD
        + KINDS["alone"]
        + """\
class Other:
    name = "OPEN"
def f(other: Other):
    return other.name == "OPEN", {"name": "OPEN"}["name"] == "OPEN"
=== main.py
from pkg.b import Other, V, f
print(f(Other()), V.OPEN.value)
"""
    )
    after = unchanged_by(files, rename=RENAME, script="import main")
    assert after.files["pkg/b.py"].count('"OPEN"') == 4


def test_every_base_that_is_not_known_counts(refused: Refused) -> None:
    files = blocks(f"{HEAD}from lib import Known\nclass V(Known, Enum):\n{MEMBERS}")
    said = refused(files, "rename", *RENAME)
    assert "'V' inherits from 'lib.Known', which may know 'OPEN'" in said
