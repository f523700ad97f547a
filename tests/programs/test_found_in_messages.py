"""Names that tests look for in messages: they follow where nothing but the class can show them."""

from tests.programs.conftest import Program

_FIELDS = """\
from p.widgets import RangeWidget


def check(widget):
    assert isinstance(widget, type), f"'Field.widget' must be a class, not {widget!r}"
    return RangeWidget
"""
_TEST = """\
import unittest

import pytest
from p.fields import check
from p.widgets import RangeWidget


class TestField(unittest.TestCase):
    def test_message(self):
        with self.assertRaises(AssertionError) as caught:
            check(RangeWidget())
        self.assertIn("RangeWidget", str(caught.exception))


def test_it():
    with pytest.raises(AssertionError) as caught:
        check(RangeWidget())
    message = str(caught.value)
    assert "RangeWidget" in message
"""
_FILES = {
    "p/__init__.py": "",
    "p/widgets.py": 'class RangeWidget:\n    """A RangeWidget."""\n',
    "p/fields.py": _FIELDS,
    "tests/test_it.py": _TEST,
}
_RENAME = ("p.widgets.RangeWidget", "p.widgets.SpanWidget")


def test_a_name_that_only_the_class_can_show_follows(unchanged_by: Program) -> None:
    after = unchanged_by(_FILES, rename=_RENAME, tests="tests")

    assert '"RangeWidget"' not in after.files["tests/test_it.py"]


def test_a_name_that_a_text_spells_is_left(unchanged_by: Program) -> None:
    said = _FIELDS.replace("not {widget!r}", "like RangeWidget")

    after = unchanged_by({**_FILES, "p/fields.py": said}, rename=_RENAME, tests="tests")

    assert after.files["tests/test_it.py"].count('"RangeWidget"') == 2
    assert {code for _, _, code in after.refusals} == {"name-shown"}
