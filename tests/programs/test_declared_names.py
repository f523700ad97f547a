"""Classes that an outside base may look up by their own names, in strings of declarations."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.plan.test_definitions import rename

from onepath.errors import RefusedError

LIB = (
    "import {module}\n\n\nclass Root({base}):\n    pass\n\n\nclass Old(Root):\n    one = {value}\n"
)
USE = "from p.lib import Root\n\n\nclass Other(Root):\n    {line}\n"
ASKING = [
    "made = relationship('Old')",
    "made = orm.relationship('Old', lazy=True)",
    "made: object = relationship(argument='Old')",
    "made = fields.List(fields.Nested('Old'))",
    "made = fields.Nested('p.lib.Old')",
    "made = relationship(Other, primaryjoin='Old.id == Other.old_id')",
    "made = relationship(Other, order_by=['Other.id', 'Old.id'])",
]
NOT_ASKING = [
    "made = relationship(lambda: 'Old')",
    "made = relationship('Older')",
    "made = Column('an Old thing')",
    "made = 'Old'",
    "def method(self): return relationship('Old')",
]


def files(line: str, module: str = "orm", base: str = "orm.Model") -> dict[str, str]:
    lib = LIB.format(module=module, base=base, value=1)
    return {"p/__init__.py": "", "p/lib.py": lib, "p/use.py": USE.format(line=line)}


@pytest.mark.parametrize("line", ASKING)
def test_a_class_that_a_declaration_names_is_not_renamed(
    make_repository: Callable[..., Any], line: str
) -> None:
    with pytest.raises(RefusedError, match=r"p/use\.py:5: '[\w.]+' may look up 'Old' by this"):
        rename(make_repository(files(line)).path, "p.lib.Old", "p.lib.New")


@pytest.mark.parametrize("line", NOT_ASKING)
def test_other_strings_are_no_such_declarations(
    make_repository: Callable[..., Any], line: str
) -> None:
    plan = rename(make_repository(files(line)).path, "p.lib.Old", "p.lib.New")
    assert b"class New" in (plan.phases[0].changeset.changes[0].new or b"")


@pytest.mark.parametrize(
    ("module", "base"), [("abc", "abc.ABC"), ("orm", "object"), ("orm", "Exception")]
)
def test_a_class_without_an_outside_base_is_in_no_register(
    make_repository: Callable[..., Any], module: str, base: str
) -> None:
    plan = rename(make_repository(files(ASKING[0], module, base)).path, "p.lib.Old", "p.lib.New")
    assert b"class New" in (plan.phases[0].changeset.changes[0].new or b"")
