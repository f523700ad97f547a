"""Which words may stand in an import statement is told as by looking back from each of them."""

from hypothesis import given
from hypothesis import strategies as st

from onepath.symbols.spelling.module_objects import Imports

PIECES = (b"import ", b"from ", b"from\t", b"word ", b"(", b")", b"\\", b"\\\n", b"\n", b"x" * 900)


def looking_back(data: bytes, at: int) -> bool:
    start = data.rfind(b"import", max(0, at - 2000), at)
    if start >= 0:
        between = data[start:at]
        if b"\n" not in between or (b"(" in between and b")" not in between) or b"\\" in between:
            return True
    return data.endswith((b"from ", b"from\t", b"\\\n"), 0, at)


@given(st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join), st.data())
def test_words_are_told_as_by_looking_back(data: bytes, draw: st.DataObject) -> None:
    places = sorted(draw.draw(st.sets(st.integers(0, len(data)))))
    imports = Imports(data)
    assert [imports.may_name(at) for at in places] == [looking_back(data, at) for at in places]
