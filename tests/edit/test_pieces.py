"""Several steps on one text come to edits of the first one."""

from hypothesis import given
from hypothesis import strategies as st

from onepath.edit.edits import apply_edits
from onepath.edit.pieces import Pieces
from onepath.model import Edit

steps = st.lists(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 5), st.sampled_from((b"", b"x", b"yy\n"))),
        max_size=4,
    ),
    max_size=4,
)


@given(data=st.binary(max_size=30), steps=steps)
def test_the_edits_do_what_the_steps_did(
    data: bytes, steps: list[list[tuple[int, int, bytes]]]
) -> None:
    pieces, text = Pieces(data), data
    for step in steps:
        edits, position = [], 0
        for start, length, new in sorted(step):
            if position <= start <= start + length <= len(text):
                edits.append(Edit(start, start + length, new, "import", 1))
                position = start + length
        pieces.apply(edits)
        text = apply_edits(text, edits)
    assert pieces.data == text
    assert apply_edits(data, pieces.edits("import")) == text
    assert all(edit.line == data.count(b"\n", 0, edit.start) + 1 for edit in pieces.edits("import"))


def test_what_no_step_touched_is_outside_of_the_edits() -> None:
    pieces = Pieces(b"a\nb\nc\n")
    pieces.apply([Edit(0, 2, b"", "import", 1)])
    pieces.apply([Edit(2, 2, b"new\n", "import", 2)])
    assert pieces.edits("name") == (Edit(0, 2, b"", "name", 1), Edit(4, 4, b"new\n", "name", 3))
