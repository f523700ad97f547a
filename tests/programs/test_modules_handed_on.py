"""Helpers of tests that are given a module, and which of its names they are to replace."""

import pytest
from tests.programs.blocks import blocks
from tests.programs.conftest import Program

_USE = """
=== p/__init__.py
=== p/new.py
class Name: ...
=== p/use.py
from p import old


def get():
    return old.Name
=== tests/__init__.py
"""
_PATCHES = {
    "function": """
=== tests/helpers.py
from unittest.mock import patch


def swap(module, name, value):
    return patch.object(module, name, value)
=== tests/test_it.py
import p.old
from p.use import get
from tests.helpers import swap


def test_it():
    with swap(p.old, "Name", 3):
        assert get() == 3
""",
    "fixture": """
=== tests/conftest.py
import pytest


@pytest.fixture
def swap(monkeypatch):
    return lambda module, **values: [
        monkeypatch.setattr(module, name, value) for name, value in values.items()
    ]
=== tests/test_it.py
from p import old
from p.use import get


def test_it(swap):
    swap(old, Name=3)
    assert get() == 3
""",
    "method": """
=== tests/base.py
import unittest
from unittest import mock


class Base(unittest.TestCase):
    def swap(self, module, attribute):
        patcher = mock.patch.object(module, attribute, 3)
        patcher.start()
        self.addCleanup(patcher.stop)
=== tests/test_it.py
from p import old as module
from p.use import get
from tests.base import Base


class TestIt(Base):
    def test_it(self):
        self.swap(module, "Name")
        assert get() == 3
""",
}


@pytest.mark.parametrize("patch", _PATCHES.values(), ids=_PATCHES.keys())
def test_a_reader_of_the_module_stays(unchanged_by: Program, patch: str) -> None:
    files = blocks(f"{_USE}\n=== p/old.py\nfrom p.new import Name\n{patch}")

    after = unchanged_by(files, rename=("p.old.Name", "p.new.Name"), tests="tests")

    assert ("p/use.py", 5, "patched-where-used") in after.refusals


@pytest.mark.parametrize("patch", _PATCHES.values(), ids=_PATCHES.keys())
def test_a_definition_moves_and_is_replaced_where_it_was(unchanged_by: Program, patch: str) -> None:
    files = blocks(f"{_USE}\n=== p/old.py\nclass Name: ...\n{patch}")

    after = unchanged_by(files, move=("p.old.Name", "p.other"), tests="tests")

    assert "class Name" in after.files["p/other.py"]


def test_what_nobody_replaces_is_renamed(unchanged_by: Program) -> None:
    patch = _PATCHES["function"].replace('"Name", 3', '"Other", 3').replace("== 3", "is not 3")
    files = blocks(f"{_USE}\n=== p/old.py\nfrom p.new import Name\nOther = 1\n{patch}")

    after = unchanged_by(files, rename=("p.old.Name", "p.new.Name"), tests="tests")

    assert "new.Name" in after.files["p/use.py"]
