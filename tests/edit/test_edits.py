import pytest
from hypothesis import given
from hypothesis import strategies as st

from onepath.edit.edits import apply_edits, composed_edits, in_order, map_offset
from onepath.model import Edit


def edit(start: int, end: int, new: bytes) -> Edit:
    return Edit(start, end, new, "import", 1)


@st.composite
def edited(draw: st.DrawFn) -> tuple[bytes, list[Edit]]:
    data = draw(st.binary(max_size=60))
    cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=10)))
    spans = zip(cuts[::2], cuts[1::2], strict=False)
    return data, [edit(start, end, draw(st.binary(max_size=8))) for start, end in spans]


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param([edit(0, 3, b""), edit(2, 4, b"")], id="overlapping"),
        pytest.param([edit(3, 4, b""), edit(0, 1, b"")], id="out-of-order"),
        pytest.param([edit(1, 3, b""), edit(1, 1, b"x")], id="insertion-after-its-replacement"),
        pytest.param([edit(4, 7, b"")], id="past-the-end"),
        pytest.param([edit(7, 7, b"x")], id="insertion-past-the-end"),
        pytest.param([edit(-1, 2, b"")], id="before-the-start"),
        pytest.param([edit(3, 2, b"")], id="backwards"),
    ],
)
def test_edits_that_do_not_fit_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        apply_edits(b"abcdef", edits)


def test_insertions_at_one_offset_keep_their_order() -> None:
    assert apply_edits(b"ab", [edit(1, 1, b"1"), edit(1, 1, b"2"), edit(1, 2, b"B")]) == b"a12B"


def test_edits_may_touch() -> None:
    assert apply_edits(b"abcd", [edit(0, 2, b"x"), edit(2, 4, b"y")]) == b"xy"


def test_in_order_sorts_and_keeps_ties() -> None:
    edits = [edit(5, 6, b"c"), edit(1, 3, b"r"), edit(1, 1, b"b"), edit(1, 1, b"a")]
    assert [item.new for item in in_order(edits)] == [b"b", b"a", b"r", b"c"]


def test_an_offset_inside_a_replaced_span_has_no_place() -> None:
    edits = [edit(2, 4, b"xyz")]
    assert [map_offset(edits, offset) for offset in range(6)] == [0, 1, None, None, 5, 6]


def test_an_insertion_comes_before_the_byte_at_its_offset() -> None:
    assert map_offset([edit(2, 2, b"--")], 2) == 4
    assert map_offset([edit(2, 2, b"--")], 1) == 1


@given(st.binary())
def test_no_edits_give_the_data_itself(data: bytes) -> None:
    assert apply_edits(data, []) == data


@given(edited())
def test_lengths_add_up(case: tuple[bytes, list[Edit]]) -> None:
    data, edits = case
    grown = sum(len(item.new) - (item.end - item.start) for item in edits)
    assert len(apply_edits(data, edits)) == len(data) + grown


@given(edited())
def test_every_byte_outside_the_edits_is_found_again(case: tuple[bytes, list[Edit]]) -> None:
    data, edits = case
    result = apply_edits(data, edits)
    replaced = {offset for item in edits for offset in range(item.start, item.end)}
    places = {offset: map_offset(edits, offset) for offset in range(len(data))}
    assert {offset for offset, place in places.items() if place is None} == replaced
    kept = [(offset, place) for offset, place in places.items() if place is not None]
    assert all(data[offset] == result[place] for offset, place in kept)
    assert [place for _, place in kept] == sorted(place for _, place in kept)
    assert map_offset(edits, len(data)) == len(result)


@st.composite
def edited_twice(draw: st.DrawFn) -> tuple[bytes, list[Edit], list[Edit]]:
    data, first = draw(edited())
    between = apply_edits(data, first)
    cuts = sorted(draw(st.lists(st.integers(0, len(between)), max_size=10)))
    spans = zip(cuts[::2], cuts[1::2], strict=False)
    return data, first, [edit(start, end, draw(st.binary(max_size=8))) for start, end in spans]


def test_edits_of_two_rounds_that_touch_are_one() -> None:
    found = composed_edits(b"abcdef", [edit(1, 2, b"BB"), edit(4, 5, b"")], [edit(2, 4, b"X")])
    assert found == (edit(1, 3, b"BX"), edit(4, 5, b""))


@given(edited_twice())
def test_edits_of_two_rounds_come_to_the_same(case: tuple[bytes, list[Edit], list[Edit]]) -> None:
    data, first, second = case
    assert apply_edits(data, composed_edits(data, first, second)) == apply_edits(
        apply_edits(data, first), second
    )
