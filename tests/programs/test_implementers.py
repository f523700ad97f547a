"""Classes that stand for a protocol, or are registered, follow a member that gets another name."""

import pytest
from tests.programs.blocks import blocks
from tests.programs.conftest import Program, Refused

PROTOCOL = """\
from typing import Protocol


class Proto(Protocol):
    def old(self, size: int) -> int: ...


def use(p: Proto):
    return p.old(size=3)
"""
ABSTRACT = """\
from abc import ABC, abstractmethod


class Proto(ABC):
    @abstractmethod
    def old(self, size): ...


def use(p: Proto):
    return p.old(size=3)
"""
ELSEWHERE = """\
=== impl.py
from proto import Proto


class Impl:
    def old(self, size):
        return size


class Other:
    def run(self, size):
        return size
=== below.py
from impl import Impl


class Below(Impl):
    pass
=== over.py
from below import Below


class Over(Below):
    def old(self, size):
        return size + super().old(size=size)
=== use.py
from proto import use
from impl import Impl, Other
from over import Over

print(use(Impl()), use(Over()), Impl().old(size=2), Other().run(size=1))
"""
FORMS = {
    "a protocol": (PROTOCOL, ELSEWHERE),
    "a protocol with a parameter": (
        PROTOCOL.replace("Protocol\n\n", "Protocol, TypeVar\n\nT = TypeVar('T')\n\n", 1).replace(
            "(Protocol)", "(Protocol[T])"
        ),
        ELSEWHERE,
    ),
    "registered by a decorator": (
        ABSTRACT, ELSEWHERE.replace("class Impl:", "@Proto.register\nclass Impl:"),
    ),
    "registered by a call": (
        ABSTRACT, ELSEWHERE.replace("class Other:", "Proto.register(Impl)\n\n\nclass Other:"),
    ),
    "registered elsewhere": (
        ABSTRACT,
        f"{ELSEWHERE}=== told.py\nimport impl, proto\n\nproto.Proto.register(impl.Impl)\n",
    ),
}  # fmt: skip
RENAMES = {"the method": ("proto.Proto.old", "new"), "a parameter": ("proto.Proto.old.size", "n")}


@pytest.mark.parametrize("what", RENAMES)
@pytest.mark.parametrize("form", FORMS)
def test_who_stands_for_it_follows(unchanged_by: Program, form: str, what: str) -> None:
    proto, rest = FORMS[form]
    files = {"proto.py": proto, **blocks(rest)}
    after = unchanged_by(files, rename=RENAMES[what], script="import use")
    assert not after.refusals
    word = "old(" if what == "the method" else "size=2"
    assert word not in after.files["use.py"] + after.files["over.py"]
    assert ".run(size=1)" in after.files["use.py"]


LOCAL = """\
from proto import use


def test():
    class Local:
        def old(self, size):
            return size * 2

    class Other:
        def run(self, old):
            return old

    return use(Local()), Other().run(old=1)


print(test())
"""


@pytest.mark.parametrize("what", RENAMES)
def test_a_class_in_a_function_follows(unchanged_by: Program, what: str) -> None:
    files = {"proto.py": PROTOCOL, "use.py": LOCAL}
    after = unchanged_by(files, rename=RENAMES[what], script="import use")
    assert not after.refusals
    assert "run(old=1)" in after.files["use.py"]


def test_who_lacks_something_that_is_asked_for_stays(unchanged_by: Program) -> None:
    proto = PROTOCOL.replace("...\n", "...\n    def more(self): ...\n", 1)
    use = LOCAL.replace("return use(Local()), ", "return Local().old(size=1), ")
    files = {"proto.py": proto, "use.py": use}
    after = unchanged_by(files, rename=("proto.Proto.old", "new"), script="import use")
    assert after.files["use.py"] == use


def test_the_other_name_stays_for_a_protocol_that_is_not_renamed(unchanged_by: Program) -> None:
    files = {"proto.py": PROTOCOL, **blocks(ELSEWHERE)}
    after = unchanged_by(files, rename=("impl.Impl.old", "new"), script="import use")
    assert after.refusals == (("proto.py", 9, "receiver-unknown"),)
    assert "old = new" in after.files["impl.py"]


SET = """\
from typing import Protocol


class Proto(Protocol):
    def __init__(self):
        self.old = 1


class Below(Proto):
    def __init__(self):
        super().__init__()


class Other:
    def __init__(self):
        self.old = 2


class Around:
    def make(self):
        class Inner:
            old = 3

            def get(self):
                return self.old

        return Inner().get()


print(Below().old, Other().old, Around().make())
"""


def test_nobody_stands_for_a_protocol_that_asks_for_nothing(unchanged_by: Program) -> None:
    after = unchanged_by({"use.py": SET}, rename=("use.Proto.old", "new"), script="import use")
    assert "self.new = 1" in after.files["use.py"]
    rest = SET[SET.index("class Other") : SET.index("print")]
    assert rest in after.files["use.py"]
    assert "Below().new, Other().old" in after.files["use.py"]


VALUES = """\
=== proto.py
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable


class Base(Protocol):
    y: int


@runtime_checkable
class Proto(Base, Protocol):
    old: int


@dataclass
class Field:
    old: int
    y: int = 0


class Set:
    y = 1

    def __init__(self, old):
        self.old = old


class Property(Set):
    def __init__(self):
        pass

    @property
    def old(self):
        return 4


def use(p: Proto):
    return p.old
=== use.py
from proto import *

print(use(Field(old=1)), use(Set(old=2)), use(Property()), isinstance(Set(1), Proto))
print(replace(Field(1, y=2), old=3).old)
"""


def test_a_value_of_a_protocol_follows_where_it_is_a_field_or_is_set(unchanged_by: Program) -> None:
    rename = ("proto.Proto.old", "new")
    after = unchanged_by(blocks(VALUES), rename=rename, script="import use")
    assert not after.refusals
    use = after.files["use.py"]
    assert "Field(new=1)" in use
    assert "Set(old=2)" in use
    assert "replace(Field(1, y=2), new=3).new" in use


CALLED = """\
from typing import Protocol


class Proto(Protocol):
    def __call__(self, size: int) -> int: ...


def given(size):
    return size


def use(p: Proto):
    return p({0}3)


print(use(given), use(lambda size: size))
"""


def test_what_functions_stand_for_is_refused_where_they_are_called_by_keyword(
    unchanged_by: Program, refused: Refused
) -> None:
    rename = ("lib.Proto.__call__.size", "n")
    after = unchanged_by({"lib.py": CALLED.format("")}, rename=rename, script="import lib")
    assert "__call__(self, n: int)" in after.files["lib.py"]
    said = refused({"lib.py": CALLED.format("size=")}, "rename", *rename)
    assert "lib.py:13: any function may stand for 'Proto', and is called with 'size' here" in said
