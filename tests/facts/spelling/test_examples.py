"""What a doctest reads of its module, and what it only says."""

import pytest

from onepath.facts.extract.file import extract
from onepath.facts.spelling.file import Spelling

MODULE = '''def thing():
    """What it does.

    >>> {line}
    """
'''


@pytest.mark.parametrize(
    ("line", "is_read"),
    [
        ("thing()", True),
        ("print('#', thing())", True),
        ('print("\\\\"#", thing())', True),
        ("[thing", True),
        ("print()  # a thing has been made", False),
        ("print('#')  # a thing", False),
        ("from elsewhere import thing  # a thing", False),
    ],
)
def test_a_name_in_a_comment_is_not_read(line: str, is_read: bool) -> None:
    data = MODULE.format(line=line).encode()
    assert bool(Spelling(data, extract(data)).reader(0, "thing")) is is_read
