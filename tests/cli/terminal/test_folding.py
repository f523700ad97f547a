"""How lines are folded to the width of a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onepath_cli.terminal.folding import folded_lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("short", ["short"]),
        ("one two three four", ["one two three", "four"]),
        ("pkg.module_a.module_b.Name", ["pkg.module_a", ".module_b.Name"]),
        ("at src/package/module.py:12 is", ["at src/", "package/module", ".py:12 is"]),
        ("a" * 30, ["a" * 14, "a" * 14, "aa"]),
    ],
)
def test_between_words_then_at_dots_and_slashes(text: str, lines: list[str]) -> None:
    assert folded_lines(text, 14) == lines


@given(st.text(alphabet="ab./ _", max_size=60), st.integers(min_value=1, max_value=40))
def test_no_line_is_too_long_and_no_character_is_lost(text: str, width: int) -> None:
    lines = folded_lines(text, width)
    assert all(len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
