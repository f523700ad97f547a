import pytest
from hypothesis import given
from hypothesis import strategies as st

from onepath.edit import differences as module
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


def test_texts_that_differ_in_too_much_are_one_edit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 3)
    (found,) = differences(b"same\na\nb\nc\nend\n", b"same\nd\nb\ne\nend\n", "k")
    assert (found.start, found.end, found.line) == (5, 10, 2)
