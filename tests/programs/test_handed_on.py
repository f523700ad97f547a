"""Calls of something unknown with the keyword of a field: only what is handed on may be called."""

import pytest
from tests.programs.conftest import Program, Refused

RENAME = ("lib.D.old", "new")
RECORDS = {
    "a dataclass": "from dataclasses import dataclass\n\n\n@dataclass\nclass D:\n"
    "    old: int\n    y: int = 0\n",
    "a tuple": "from collections import namedtuple\nD = namedtuple('D', 'old y', defaults=[0])\n",
    "a typed tuple": "from typing import NamedTuple\n\n\nclass D(NamedTuple):\n"
    "    old: int\n    y: int = 0\n",
}
CALLS = """

def kept(function):
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@kept
def other(old):
    return old


def late(function):
    return function(old=2)


def tall(function):
    return function(old=1, z=1)
"""
USE = """\
import lib

print(lib.D(old=1).y, lib.other(old=2), lib.late(lambda old: old), lib.tall(lambda old, z: z))
print(isinstance(lib.D(1), lib.D), lib.D.__name__)


def read(it: "lib.D") -> list[lib.D]:
    return [it]


print(len(read(lib.D(old=3))))
"""


@pytest.mark.parametrize("kind", RECORDS)
def test_what_is_never_a_value_is_not_what_is_called(unchanged_by: Program, kind: str) -> None:
    files = {"lib.py": RECORDS[kind] + CALLS, "use.py": USE}
    after = unchanged_by(files, rename=RENAME, script="import use")
    assert not after.refusals
    assert "lib.D(new=1)" in after.files["use.py"]
    assert "function(old=2)" in after.files["lib.py"]


VALUES = {
    "an argument": "print(late(D).y)\n",
    "an item": "KINDS = {'d': D}\nprint(late(KINDS['d']).y)\n",
    "returned": "def give():\n    return D\n\n\nprint(late(give()).y)\n",
    "by its name": "print(late(globals()['D']).y)\n",
    "by a path": "import lib\nprint(late(getattr(lib, 'D')).y)\n",
}
TOLD = {
    "a decorator": ("def told(cls):\n    FOUND.append(cls)\n    return cls\n", "@told\n", ""),
    "a base": (
        "class Told:\n    def __init_subclass__(cls):\n        FOUND.append(cls)\n", "", "(Told)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("value", VALUES)
def test_what_is_a_value_may_be_what_is_called(refused: Refused, value: str) -> None:
    lib = RECORDS["a dataclass"] + CALLS + "\n\n" + VALUES[value]
    said = refused({"lib.py": lib}, "rename", *RENAME)
    assert "may give 'old' to what is handed on in lib.py:" in said


@pytest.mark.parametrize("how", TOLD)
def test_what_others_are_told_of_may_be_what_is_called(refused: Refused, how: str) -> None:
    telling, decorator, base = TOLD[how]
    cls = f"{decorator}@dataclass\nclass D{base}:\n    old: int\n    y: int = 0\n"
    head = "from dataclasses import dataclass\n\nFOUND = []\n\n\n"
    said = refused({"lib.py": f"{head}{telling}\n\n{cls}{CALLS}"}, "rename", *RENAME)
    assert "'function(*args, **kwargs)' may give 'old' to what is handed on in lib.py:" in said


READING = """\
from operator import attrgetter


def read(it):
    match it:
        case object(old=value):
            return value, getattr(it, "old"), hasattr(it, "old"), attrgetter("old")(it)


def follow(it, path):
    return attrgetter("old.real")(it), path
"""


def test_who_only_reads_a_value_finds_it_under_its_old_name(unchanged_by: Program) -> None:
    lib = "class D:\n    def __init__(self):\n        self.old = 1\n"
    use = "from lib import D\nfrom reading import follow, read\n\n"
    use += "print(read(D()), follow(D(), 'old.real'.split('.')))\n"
    files = {"lib.py": lib, "reading.py": READING, "use.py": use}
    after = unchanged_by(files, rename=RENAME, script="import use")
    assert [line for path, line, _ in after.refusals if path == "reading.py"] == [6, 7, 7, 11]
    assert ("use.py", 4, "read-by-spelling") in after.refusals
    assert "return self.new" in after.files["lib.py"]


ENUM_TABLES = """\
members = D.__members__
print(D.__members__["old"].value, "old" in D.__members__, D.__members__.get("old").value)
print("old" not in D.__members__, D._member_map_["old"].value)
"""
DATACLASS_TABLES = """\
from dataclasses import asdict
import dataclasses

d = D(1)
print(asdict(d)["old"], dataclasses.asdict(d).get("old"), vars(d)["old"])
print("old" in D.__dataclass_fields__, "old" in vars(d), d.__dict__.pop("old"))
"""
TUPLE_TABLES = """\
d = D(1)
print(d._asdict()["old"], D._fields.index("old"), "old" in D._fields)
print(D._field_defaults.get("old"), "old" in D.__annotations__)
"""
TABLES = {
    "of an enumeration": (
        "from enum import Enum\n\n\nclass D(Enum):\n    old = 1\n    y = 2\n", ENUM_TABLES,
    ),
    "of a dataclass": (RECORDS["a dataclass"], DATACLASS_TABLES),
    "of a tuple": (RECORDS["a typed tuple"], TUPLE_TABLES),
}  # fmt: skip


@pytest.mark.parametrize("kind", TABLES)
def test_tables_of_members_follow(unchanged_by: Program, kind: str) -> None:
    lib, use = TABLES[kind]
    files = {"lib.py": lib, "use.py": f"from lib import D\n{use}"}
    after = unchanged_by(files, rename=RENAME, script="import use")
    assert not after.refusals
    assert "old" not in after.files["lib.py"] + after.files["use.py"]
