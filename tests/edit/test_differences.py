import pytest
from hypothesis import given
from hypothesis import strategies as st

from onepath.edit import line_differences
from onepath.edit.differences import differences
from onepath.edit.edits import apply_edits

TEXTS = st.lists(st.sampled_from(["a", "ab", "\u00e9", "\u0129", "\n", "\r\n", "x = 1\n"])).map(
    lambda parts: "".join(parts).encode()
)


def test_lines_that_are_apart_are_edits_of_their_own() -> None:
    found = differences(b"a = 1\nb = 2\nc = 3\n", b"a = 9\nb = 2\nc = 3\nd = 4\n", "k")
    assert [(one.start, one.end, one.new, one.line) for one in found] == [
        (4, 5, b"9", 1),
        (18, 18, b"d = 4\n", 4),
    ]


@given(TEXTS, TEXTS)
def test_differences_lead_from_one_text_to_the_other(old: bytes, new: bytes) -> None:
    found = differences(old, new, "k")
    assert apply_edits(old, found) == new
    assert bool(found) == (old != new)
    for one in found:
        one.new.decode()
        old[one.start : one.end].decode()


def test_long_texts_are_compared_by_lines_that_are_there_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(line_differences, "_SMALL", 3)
    apart = differences(b"same\na\nb\nc\nend\n", b"same\nd\nb\ne\nend\n", "k")
    assert [(one.start, one.end, one.line) for one in apart] == [(5, 6, 2), (9, 10, 4)]
    (whole,) = differences(b"same\na\nb\nb\nc\nend\n", b"same\nd\nb\nb\ne\nend\n", "k")
    assert (whole.start, whole.end, whole.line) == (5, 12, 2)
