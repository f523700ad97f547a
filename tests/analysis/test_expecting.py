"""Which lines stand in what expects a failure."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onepath.analysis.expecting import EXPECTING, expecting_lines
from onepath.facts.prefilter.words import Needles

RAISES = "with pytest.raises(ImportError):"


def upwards(lines: list[str], number: int) -> bool:
    """The same by walking up from the line, which takes as many steps as there are lines."""
    if not lines[number].strip():
        return False
    depth = len(lines[number]) - len(lines[number].lstrip())
    for line in reversed(lines[:number]):
        indent = len(line) - len(line.lstrip())
        if line.strip() and indent < depth:
            if line.strip() == RAISES:
                return True
            depth = indent
    return False


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(("", "x = 1", "with y:", "if z:", RAISES))),
        max_size=12,
    )
)
def test_lines_are_told_as_by_walking_up(drawn: list[tuple[int, str]]) -> None:
    lines = [" " * depth + code for depth, code in drawn]
    assert list(expecting_lines(lines)) == [upwards(lines, at) for at in range(len(lines))]


def test_a_long_file_takes_a_time_that_grows_with_its_lines() -> None:
    def seconds(count: int) -> float:
        lines = [f"def f{number}():\n" for number in range(count)]
        started = time.process_time()
        assert not any(expecting_lines(lines))
        return time.process_time() - started

    assert seconds(40_000) < 40 * max(seconds(4_000), 0.001)


@pytest.mark.parametrize(
    "test",
    [
        "pytest.raises(ImportError)",
        "raises((KeyError, ModuleNotFoundError), match='x')",
        "self.assertRaises(AttributeError)",
        "self.assertRaisesRegex(ImportError, 'x')",
        "pytest.warns(DeprecationWarning)",
        "self.assertWarns(FutureWarning)",
        "self.assertWarnsRegex(ImportWarning, 'x')",
        "pytest.deprecated_call()",
        "warnings.catch_warnings(record=True)",
    ],
)
def test_a_file_with_such_a_block_is_found_by_its_words(test: str) -> None:
    text = f"with {test}:\n    import a\n"
    assert list(expecting_lines(text.split("\n")))[1]
    assert Needles.of(EXPECTING).hit(text.encode())
