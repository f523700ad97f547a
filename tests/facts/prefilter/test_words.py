import keyword
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onepath.facts.prefilter.words import Needles, has

WORDS = st.from_regex(r"[a-zA-Z_é][a-zA-Z0-9_é]{0,4}", fullmatch=True).filter(
    lambda word: not keyword.iskeyword(word)
)


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("Name", True), ("a.Name(", True), ("'x.Name'", True), ("éName", True),
        ("Names", False), ("aName", False), ("_Name", False), ("Name2", False), ("name", False),
        ("", False), ("python -mName", True), ("-ImName", True), ("x -pName", True),
        ("-xName", False), ("a-mName", False), ("--mName", False), ("mName", False),
    ],
)  # fmt: skip
def test_only_whole_words_hit(text: str, hit: bool) -> None:
    assert Needles.of(["Name"]).hit(text.encode()) is hit


def test_longer_word_is_found_where_it_holds_a_shorter_one() -> None:
    needles = Needles.of(["Manager", "WebSocketManager"])
    assert needles.hit(b"import WebSocketManager")
    assert needles.hit(b"import Manager")
    assert not needles.hit(b"import SocketManager")


def test_an_empty_word_lets_every_file_through() -> None:
    assert Needles.of(["", "Name"]).hit(b"")


@given(st.lists(WORDS, min_size=1, max_size=4), st.lists(WORDS, max_size=6))
def test_hits_exactly_where_one_of_the_words_stands(words: list[str], text: list[str]) -> None:
    expected = any(
        re.search(rf"(?<![A-Za-z0-9_]){re.escape(word)}(?![A-Za-z0-9_])", " ".join(text))
        for word in words
    )
    assert Needles.of(words).hit(" ".join(text).encode()) == expected


SHORT = st.text("ab.é _", min_size=1, max_size=4).filter(str.strip)


@given(st.lists(SHORT, min_size=1, max_size=5), st.text("ab.é _\0\1", max_size=40))
def test_places_are_those_of_a_search_for_each_word(words: list[str], text: str) -> None:
    data = text.encode()
    expected = [
        found.start()
        for word in {word.encode() for word in words}
        for found in re.finditer(rb"(?<!\w)(?=%b(?!\w))" % re.escape(word), data)
    ]
    assert sorted(Needles.of(words).places(data)) == sorted(expected)


def test_many_words_are_found_as_few_are() -> None:
    words = [f"word{number}" for number in range(300)]
    data = b" ".join(f"{word}, x{word}, {word}x".encode() for word in words)
    assert list(Needles.of(words).places(data)) == [
        data.index(f"{word}, x".encode()) for word in words
    ]


@given(st.lists(WORDS, max_size=4))
def test_digest_depends_on_the_words_and_not_on_their_order(words: list[str]) -> None:
    assert Needles.of(words).digest == Needles.of(reversed(words)).digest
    assert Needles.of(words).digest != Needles.of([*words, "another"]).digest


@given(st.lists(WORDS, max_size=3), st.lists(WORDS, max_size=3), st.lists(WORDS, max_size=6))
def test_a_narrower_search_hits_nowhere_else(
    narrow: list[str], wide: list[str], text: list[str]
) -> None:
    some, all_of_them = Needles.of(narrow), Needles.of([*narrow, *wide])
    other = Needles.of(wide)
    assert some.within(all_of_them) or not narrow
    if some.within(other) and some.hit(" ".join(text).encode()):
        assert other.hit(" ".join(text).encode())


def test_a_phrase_is_within_its_words() -> None:
    assert Needles.of(["pkg as", "box as"]).within(Needles.of(["pkg", "box", "other"]))
    assert not Needles.of(["pkg as", "box as"]).within(Needles.of(["pkg"]))
    assert not Needles.of(["package"]).within(Needles.of(["pack"]))
    assert not Needles.of(()).within(Needles.of(["pkg"]))


def test_texts_are_found_wherever_they_stand() -> None:
    assert has(b"import *")(b"from a import *")
    assert not has(b"import *")(b"from a import b")
    ends = has(b"()'", b'class"')
    assert [ends(data) for data in (b"'()'", b'"class":', b"class", b"")] == [
        True,
        True,
        False,
        False,
    ]
