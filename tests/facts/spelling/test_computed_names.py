"""What is read of a module by names that are computed."""

import pytest

from onepath.facts.extract.file import extract
from onepath.facts.spelling.file import Spelling

MODULE = """import sys

KINDS = ("thing", "other")


def thing():
    pass


def read(kind, of="th"):
    {}
"""


@pytest.mark.parametrize(
    ("line", "is_read"),
    [
        ("return globals()[kind]", True),
        ("return globals()[f'th{kind}']", True),
        ("return globals()[f'{kind}ng']", True),
        ("return globals()[f'old_{kind}']", False),
        ("return globals()[f'{kind}_old']", False),
        ("return globals()['old_' + kind]", False),
        ("return globals()[of + 'ing']", True),
        ("return globals()['old_%s' % kind]", False),
        ("return globals()['%sing' % kind]", True),
        ("return globals()['old_{}'.format(kind)]", False),
        ("return globals().get('old_' + kind)", False),
        ("return globals().get(kind + '', None)", True),
        ("return getattr(sys.modules[__name__], 'old_' + kind)", False),
        ("return getattr(sys.modules[__name__], 't' + kind)", True),
        ("return [globals()[one] for one in KINDS]", True),
        ("return [globals()[f'old_{one}'] for one in KINDS]", False),
        ("return [globals()[one] for one in ('first', 'second')]", False),
        ("name = 'old' if kind else 'older'\n    return globals()[name]", False),
        ("name = 'old' if kind else 'thing'\n    return globals()[name]", True),
        ("name = 'old'\n    name += kind\n    return globals()[name]", True),
        ("return 'old_' + kind in globals()", False),
        ("return globals()", True),
    ],
)
def test_a_name_that_is_computed_may_be_read(line: str, is_read: bool) -> None:
    data = MODULE.format(line).encode()
    assert bool(Spelling(data, extract(data)).reader(0, "thing")) is is_read
