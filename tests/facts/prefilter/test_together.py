"""Several searches at once answer as each of them does by itself."""

from hypothesis import given, settings
from hypothesis import strategies as st

from onepath.facts.prefilter.together import Together
from onepath.facts.prefilter.words import CodeNeedles, Needles, SearchByItself

WORDS = ["a", "ab", "abc", "m", "ma", "pab", "b", "mab"]
PHRASES = ["a.b", "ab as", "ma/abc.b", "\u00e9a.x", ". ", "b:ab"]
"""Of which parts are looked for, or none."""


class HasStar(SearchByItself):
    digest = "a star"

    def hit(self, data: bytes) -> bool:
        return b"*" in data


def test_each_search_gets_its_own_answer() -> None:
    searches = [Needles.of(["one", "two"]), HasStar(), CodeNeedles.of(["two"]), Needles.of(["six"])]
    at_once = Together(searches, (b"one", b"six", b"seven"))
    assert at_once.answers(b"# two\none = two_three * 2\n") == (
        [True, True, False, False],
        (b"one",),
    )
    assert at_once.answers(b"six\nsix # seven\n") == (
        [False, False, False, True],
        (b"six", b"seven"),
    )


def test_words_with_blanks_and_no_words_have_answers_of_their_own() -> None:
    searches = [Needles.of(["one as", "two"]), Needles.of([]), Needles.of(["one"])]
    hits = [Together(searches).answers(data)[0] for data in (b"one as x", b"one", b"two", b"")]
    assert hits == [
        [True, True, True],
        [False, True, True],
        [True, True, False],
        [False, True, False],
    ]


def test_an_option_hides_no_word_of_another_search() -> None:
    searches = [Needles.of(["mpkg"]), Needles.of(["pkg"])]
    assert Together(searches).answers(b"python -mpkg")[0] == [True, True]
    assert Together(searches, (b"pkg",)).answers(b"python -mpkg")[1] is None


@given(
    st.lists(st.lists(st.sampled_from([*WORDS, *PHRASES]), max_size=4), min_size=1, max_size=4),
    st.lists(st.sampled_from([*WORDS, *PHRASES, " ", " -", "#", "\n", ".", "x"]), max_size=12),
    st.sets(st.sampled_from(WORDS)),
)
@settings(max_examples=60, deadline=None)
def test_at_once_is_as_one_by_one(lists: list[list[str]], text: list[str], noted: set[str]) -> None:
    searches = [*map(Needles.of, lists), *map(CodeNeedles.of, lists)]
    data, words = "".join(text).encode(), tuple(sorted(word.encode() for word in noted))
    hits, held = Together(searches, words).answers(data)
    assert hits == [search.hit(data) for search in searches]
    if held is not None:
        assert {*held} == {word for word in words if Needles((word,)).hit(data)}
