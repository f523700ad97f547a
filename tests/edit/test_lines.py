"""Lines are looked up as by going through the bytes."""

from hypothesis import given
from hypothesis import strategies as st

from onepath.edit.lines import Lines

PIECES = [b"a", b"bc", b"\n", b"\n\n"]
FILES = st.lists(st.sampled_from(PIECES)) | st.lists(st.sampled_from([*PIECES, b"\r", b"\r\n"]))


@given(FILES.map(b"".join), st.data())
def test_lines_are_those_of_the_bytes(data: bytes, draw: st.DataObject) -> None:
    lines = Lines(data)
    offset = draw.draw(st.integers(0, len(data)))
    before, after = data[:offset], data[offset:]
    assert lines.start(offset) == max(before.rfind(b"\n"), before.rfind(b"\r")) + 1
    ends = [at for at in (after.find(b"\n"), after.find(b"\r")) if at >= 0]
    assert lines.end(offset) == offset + min(ends, default=len(after))
    assert lines.number(offset) == before.count(b"\n") + 1
