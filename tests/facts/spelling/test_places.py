"""A name's places are found as by a regular expression."""

import re

from hypothesis import given
from hypothesis import strategies as st

from onepath.facts.spelling.file import whole_words

WORDS = ("a", "aa", "aba", "é", "a1")


@given(st.sampled_from(WORDS), st.text("ab1_é.\n", max_size=40))
def test_places_are_those_of_whole_words(word: str, text: str) -> None:
    data, spelled = text.encode(), word.encode()
    expression = re.compile(rb"(?<![\w\x80-\xff])%b(?![\w\x80-\xff])" % re.escape(spelled))
    assert [*whole_words(data, spelled)] == [one.start() for one in expression.finditer(data)]
