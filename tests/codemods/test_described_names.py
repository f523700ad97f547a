"""Where docstrings describe a parameter or a member."""

import pytest

from onepath_packs.canonical.definitions.described import MEMBERS, PARAMETERS, described

FIELDS = """Make old.

:param old: one
:param  int  old: two
:param dict[str, int] old: three
:type old: int
:keyword old: four
@param old: five
:param \\*old: six
:return: old: no
:raises old: no
:param older: no
    :param old: deeper
"""
GOOGLE = """Make.

Args:
    old: one
        old: no
    old (int): two
    old (Callable[[int], str], optional): three
    *old: four
    older: no
    it: old: no
Returns:
    old: no
Keyword Args:
        old: five
old: no
"""
NUMPY = """Make.

Parameters
----------
old : int
    old : no
one, old : int
old
    Text.
old, *rest
    Text.

Other Parameters
----------------
old: five

Returns
-------
old : int
"""


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (FIELDS, [3, 4, 5, 6, 7, 8, 9, 13]),
        (GOOGLE, [4, 6, 7, 8, 14]),
        (NUMPY, [5, 7, 8, 10, 15]),
        (":param old: on the first line", [1]),
        ("Args: old: no", []),
        ("Parameters\n\nold : no rule above", []),
        ("", []),
    ],
    ids=["fields", "google", "numpy", "alone", "one line", "no rule", "empty"],
)
@pytest.mark.parametrize("indent", ["", "    ", "\t"])
def test_places(text: str, lines: list[int], indent: str) -> None:
    first, *rest = text.splitlines(keepends=True) or [""]
    source = f'"""{first}{"".join(f"{indent}{line}" for line in rest)}{indent}"""'
    offsets = [*described(source, "old", PARAMETERS)]
    assert [source.count("\n", 0, offset) + 1 for offset in offsets] == lines
    assert all(source.startswith("old", offset) for offset in offsets)


MEMBERS_TEXT = '''"""Make.

:ivar old: one
:cvar int old: two
:param old: no

Attributes:
    old (int): three
        old: no
Args:
    old: no

Methods
-------
old
    Four.
old(it, old=1)
    Five.
"""'''


def test_places_of_members() -> None:
    offsets = described(MEMBERS_TEXT, "old", MEMBERS)
    lines = [MEMBERS_TEXT.count("\n", 0, offset) + 1 for offset in offsets]
    assert lines == [3, 4, 8, 15, 17]
