"""A word that stands in comments alone makes no difference to the facts of a file."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onepath.facts.extract.file import extract_raw
from onepath.facts.extract.type_comments import type_comments
from onepath.facts.prefilter.words import CodeNeedles, Needles

SEARCH = CodeNeedles.of(["Name"])


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("# from a import Name\n", False), ("x = 1\n\t # Name, again Name", False),
        ("# a\n#Name\nfrom a import b\n", False), ("", False),
        ("# -*- coding: utf-8 -*-\n#Name", False),
        ("x = 1  # Name\n", True), ("# Name\nName\n", True), ("# type: Name\n", True),
        ("# a\rfrom b import Name\n", True), ('f"""\n# {a.Name}\n"""', True),
        ('"""\n>>> a()\n# Name\n"""', True), ("# ... Name\n", True),
        ("# coding: unicode_escape\n# \\u000aimport Name\n", True),
        ("# coding: utf-7\n# Name\n", True),
    ],
)  # fmt: skip
def test_only_comments_on_lines_of_their_own_do_not_hit(text: str, hit: bool) -> None:
    assert SEARCH.hit(text.encode()) is hit


def test_a_code_search_hits_less_often_than_that_for_its_words() -> None:
    plain = Needles.of(["Name", "Other"])
    assert SEARCH.within(plain)
    assert SEARCH.within(CodeNeedles(plain))
    assert not plain.within(SEARCH)
    assert not CodeNeedles(plain).within(SEARCH)
    assert CodeNeedles.of(["", "a"]).hit(b"# nothing")
    assert SEARCH.digest != Needles.of(["Name"]).digest


LINES = st.sampled_from((
    "# from a import Name", "    # Name", "#Name", "# type: Name", "# {Name}", "x = 1  # Name",
    "from a import Name", "from a import (", "# Name", "    b,", ")", "class C:", "    pass",
    '"""', "'''", 'f"""', "{b.", "}", "Name", "x = \\", "\f# Name", "# Name\\", "# Name\r", "",
    'patch("a.Name")', "patch(f'''", "a.", "# a.Name", ">>> Name",
))  # fmt: skip


@example("patch(f'''\n# from a import Name\npatch(f'''\n)")
@given(st.lists(LINES, max_size=8).map("\n".join))
def test_what_does_not_hit_can_be_called_otherwise(text: str) -> None:
    data = text.encode()
    if not SEARCH.hit(data):
        other = re.sub(rb"\bName\b", b"None", data)
        assert extract_raw(other) == extract_raw(data)
        assert [*type_comments(other)] == [*type_comments(data)]
