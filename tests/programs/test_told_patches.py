"""Patches that are told elsewhere what they replace: by constants, rows, fixtures, helpers."""

import pytest
from tests.programs.blocks import blocks
from tests.programs.conftest import Program, Refused

from onepath.facts.extract.file import extract

_CONFIG = """
=== p/__init__.py
=== p/config.py
class Old:
    value = 1


def make():
    return Old
"""
_TESTS = """
=== tests/__init__.py
=== tests/helpers.py
from unittest.mock import patch


def replaced(name, value):
    return patch(name, value)
=== tests/conftest.py
import pytest


@pytest.fixture
def swap(monkeypatch):
    def do(target, value):
        monkeypatch.setattr(target, value)

    return do
=== tests/base.py
import unittest
from unittest.mock import patch


class Base(unittest.TestCase):
    def swap(self, target):
        patcher = patch(target, 3)
        patcher.start()
        self.addCleanup(patcher.stop)
=== tests/test_it.py
import unittest
from functools import partial
from unittest import mock
from unittest.mock import patch

import pytest

import p.config
from tests.base import Base
from tests.helpers import replaced

TARGET = "p.config.Old"
patched = partial(mock.patch, "p.config.Old")


@patch(TARGET)
def test_constant(found):
    assert p.config.make() is found


def test_applied_later():
    with patched(3):
        assert p.config.make() == 3


@pytest.mark.parametrize(
    "target, value", [("p.config.Old", 3), pytest.param("p.config.Old", 4, id="four")]
)
def test_rows(monkeypatch, target, value):
    monkeypatch.setattr(target, value)
    assert p.config.make() == value


@pytest.fixture(params=["p.config.Old"])
def three(request, monkeypatch):
    monkeypatch.setattr(request.param, 3)
    return 3


def test_params(three):
    assert p.config.make() == three


def test_helper_elsewhere():
    with replaced("p.config.Old", 3):
        assert p.config.make() == 3


def test_fixture_elsewhere(swap):
    swap("p.config.Old", 3)
    assert p.config.make() == 3


def test_by_keyword():
    with patch.multiple(p.config, Old=3):
        assert p.config.make() == 3


@patch.multiple("p.config", Old=5)
def test_decorated():
    assert p.config.make() == 5


class TestOfClass(unittest.TestCase):
    target = "p.config.Old"

    def setUp(self):
        self.addCleanup(self.start(self.target))

    def start(self, name):
        patcher = patch(name, 3)
        patcher.start()
        return patcher.stop

    def test_it(self):
        self.assertEqual(p.config.make(), 3)


class TestByMethod(Base):
    def test_it(self):
        self.swap("p.config.Old")
        self.assertEqual(p.config.make(), 3)
"""


def test_a_patch_follows_by_what_it_is_told(unchanged_by: Program) -> None:
    files = blocks(_CONFIG + _TESTS)

    after = unchanged_by(files, rename=("p.config.Old", "p.config.New"), tests="tests")

    assert after.refusals == ()
    assert after.printed == "11 passed\n"
    assert "Old" not in after.files["tests/test_it.py"]


_LEFT = {
    "a constant of helpers": """
=== tests/targets.py
TARGET = "p.config.Old"
=== tests/test_it.py
from unittest.mock import patch
from tests import targets

@patch(targets.TARGET)
def test_it(found): ...
""",
    "the attribute of a test's class": """
=== tests/base.py
from unittest.mock import patch

class Base:
    target = ""

    def setup_method(self):
        patch(self.target).start()
=== tests/test_it.py
from tests.base import Base

class TestIt(Base):
    target = "p.config.Old"
""",
    "a mark": """
=== tests/conftest.py
import pytest

@pytest.fixture(autouse=True)
def swapped(request, monkeypatch):
    mark = request.node.get_closest_marker("swapped")
    if mark:
        monkeypatch.setattr(mark.args[0], 3)
=== tests/test_it.py
import pytest

@pytest.mark.swapped("p.config.Old")
def test_it(): ...
""",
    "a prefix": """
=== tests/helpers.py
from unittest.mock import patch

def swap(name, value):
    return patch("p.config." + name, value)
=== tests/test_it.py
from tests.helpers import swap

def test_it():
    with swap("Old", 3): ...
""",
    "names of arguments": """
=== tests/helpers.py
from unittest.mock import patch

def swap(**values):
    return [patch(f"p.config.{name}", value) for name, value in values.items()]
=== tests/test_it.py
from tests.helpers import swap

def test_it():
    swap(Old=3)
""",
    "a module and a name": """
=== tests/helpers.py
from p import config

def swap(monkeypatch, name, value):
    monkeypatch.setattr(config, name, value)
=== tests/test_it.py
from tests.helpers import swap

def test_it(monkeypatch):
    swap(monkeypatch, "Old", 3)
""",
    "a module that is told its names later": """
=== tests/test_it.py
from functools import partial
from unittest.mock import patch

from p import config

swap = partial(patch.object, config)

def test_it():
    with swap("Old", 3): ...
""",
    "a plugin": """
=== p/testing.py
import pytest

@pytest.fixture
def swapped(request, monkeypatch):
    monkeypatch.setattr(request.param, 3)
=== tests/conftest.py
pytest_plugins = ["p.testing"]
=== tests/test_it.py
import pytest

@pytest.mark.parametrize("swapped", ["p.config.Old"], indirect=True)
def test_it(swapped): ...
""",
    "what is no test": """
=== p/testing.py
from unittest.mock import patch

class Swap:
    def __init__(self, *targets):
        self.patches = [patch(target) for target in targets]
=== tests/test_it.py
from p.testing import Swap

def test_it():
    Swap("p.config.Old")
""",
    "a module and a keyword": """
=== tests/base.py
from unittest import mock

class Base:
    def swap(self, module, **values):
        for name, value in values.items():
            mock.patch.object(module, name, value).start()
=== tests/test_it.py
from p import config as settings
from tests.base import Base

class TestIt(Base):
    def test_it(self):
        self.swap(settings, Old=3)
""",
    "a module and a string": """
=== tests/base.py
def swap(monkeypatch, module, name):
    monkeypatch.setattr(module, name, 3)
=== tests/test_it.py
import p.config
from tests.base import swap

def test_it(monkeypatch):
    swap(monkeypatch, p.config, "Old")
""",
    "a dictionary of names": """
=== tests/test_it.py
from p import config

def test_it():
    config.__dict__.update(Old=3)
""",
}


@pytest.mark.parametrize("files", _LEFT.values(), ids=_LEFT.keys())
def test_no_name_is_parted_from_a_patch_that_is_told_it(refused: Refused, files: str) -> None:
    program = blocks(_CONFIG + "=== tests/__init__.py\n" + files)
    assert "replace" in refused(program, "rename", "p.config.Old", "p.config.New")


def test_a_reader_stays_where_a_patch_is_told_its_name(unchanged_by: Program) -> None:
    files = blocks("""
=== p/__init__.py
=== p/new.py
class Name: ...
=== p/old.py
from p.new import Name
=== p/use.py
from p import old


def get():
    return old.Name
=== tests/__init__.py
=== tests/helpers.py
from unittest.mock import patch


def swap(name, value):
    return patch(f"p.old.{name}", value)
=== tests/test_it.py
from p.use import get
from tests.helpers import swap


def test_it():
    with swap("Name", 3):
        assert get() == 3
""")

    after = unchanged_by(files, rename=("p.old.Name", "p.new.Name"), tests="tests")

    assert after.refusals == (("p/use.py", 5, "patched-where-used"),)


@pytest.mark.parametrize(
    ("source", "callee"),
    [
        ('TARGET = "a.b.C"\npatch(TARGET)\n', "patch"),
        ('TARGET = "a.b.C"\npatch(TARGET)\nassert x != "a.b.C"\n', ""),
        ('for one in ["a.b.C"]:\n    monkeypatch.delattr(one)\n', "monkeypatch.delattr"),
        ('def f(name):\n    patch(name)\nf(name="a.b.C")\n', "patch"),
        ('def f(name):\n    patch(name)\nf(other, "a.b.C")\n', "f"),
        ('def f(at, name):\n    patch(name)\nf(*both, "a.b.C")\n', "f"),
        ('partial(patch, "a.b.C")\n', "patch"),
        ('partial(call(), "a.b.C")\n', "partial"),
    ],
)
def test_a_literal_belongs_to_the_patch_that_is_certainly_given_it(
    source: str, callee: str
) -> None:
    string = next(one for one in extract(source.encode()).strings if one.value == "a.b.C")

    assert string.callee == callee
