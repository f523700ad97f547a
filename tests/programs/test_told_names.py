"""Descriptors that are told their name, and classes that `type` makes."""

import pytest
from tests.programs.blocks import blocks
from tests.programs.conftest import RUN, Program, Refused

FIELDS = """
=== pkg/__init__.py
=== pkg/fields.py
class Named:
    def __set_name__(self, owner, name):
        self.name = name
class Field(Named):
    def __get__(self, it, owner):
        return self if it is None else it.data.get(self.name)
    def __set__(self, it, value):
        it.data[self.name] = value
=== pkg/model.py
from pkg.fields import Field
class User:
    email = Field()
    def __init__(self, **data):
        self.data = data
=== main.py
from pkg.model import User
user = User()
"""
RENAME = ("pkg.model.User.email", "pkg.model.User.mail")


@pytest.mark.parametrize(
    "line",
    ['print(User(email="a").email)', 'user.data["email"] = 1\nprint(user.email)'],
)
def test_a_name_that_a_descriptor_is_asked_by_stays(refused: Refused, line: str) -> None:
    assert "main.py:3" in refused(blocks(f"{FIELDS}{line}\n"), "rename", *RENAME)


@pytest.mark.parametrize(
    "line",
    ["user.email = 2\nprint(user.email)", 'user.email = 2\nprint(getattr(user, "email"))'],
)
def test_a_descriptor_that_is_asked_by_nothing_follows(unchanged_by: Program, line: str) -> None:
    after = unchanged_by(blocks(f"{FIELDS}{line}\n"), rename=RENAME, script=RUN)
    assert "mail = Field()" in after.files["pkg/model.py"]


def test_what_is_told_nothing_follows(unchanged_by: Program) -> None:
    files = blocks(f'{FIELDS}user.email = 2\nprint(user.email, dict(email=1)["email"])\n')
    files["pkg/fields.py"] = files["pkg/fields.py"].replace("__set_name__", "set_name")
    files["pkg/fields.py"] = files["pkg/fields.py"].replace("self.name", "'kept'")
    files["pkg/fields.py"] = files["pkg/fields.py"].replace("'kept' = name", "pass")
    after = unchanged_by(files, rename=RENAME, script=RUN)
    assert "mail = Field()" in after.files["pkg/model.py"]


BASE = """
=== pkg/__init__.py
=== pkg/model.py
import abc
class Base(abc.ABC):
    @abc.abstractmethod
    def handle(self): ...
    def run(self):
        return self.handle()
class Other:
    pass
=== main.py
from pkg.model import Base, Other
def handle(self):
    return 5
"""
MEMBER = ("pkg.model.Base.handle", "pkg.model.Base.process")


def test_a_class_that_type_makes_follows(unchanged_by: Program) -> None:
    line = 'print(type("Made", (Other, Base), {"handle": handle, "x": 1})().run())\n'
    after = unchanged_by(blocks(BASE + line), rename=MEMBER, script=RUN)
    assert '{"process": handle, "x": 1}' in after.files["main.py"]


@pytest.mark.parametrize(
    "line",
    [
        'print(type("Made", (Base,), dict(handle=handle))().run())',
        'names = {"handle": handle}\nprint(type("Made", (Base,), names)().run())',
        'names = {"handle": handle}\nprint(type("Made", (Base,), {**names})().run())',
    ],
)
def test_a_class_that_may_define_it_stands_against_it(refused: Refused, line: str) -> None:
    assert "main.py:" in refused(blocks(f"{BASE}{line}\n"), "rename", *MEMBER)


def test_another_class_that_type_makes_is_left(unchanged_by: Program) -> None:
    line = 'print(type("Made", (Other,), {"handle": handle})().handle())\n'
    files = blocks(BASE + line)
    after = unchanged_by(files, rename=MEMBER, script=RUN)
    assert '{"handle": handle}' in after.files["main.py"]
