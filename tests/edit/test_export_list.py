"""Names taken out of `__all__`: together as one by one, whatever its layout."""

import ast
import re
from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onepath.edit.edits import apply_edits
from onepath.edit.export_list import without_exports
from onepath.facts.source import SourceText
from onepath.model import Edit

NAMES = ["One", "Two", "Three", "Four", "Five"]
ABOVE = st.sampled_from(["", "\n", "    # about what follows\n", "\n    # a part\n"])
FIRST = '    # first\n    "A",\n'
SECOND = '    # second\n    # of two\n    "B",\n    "C",\n'
LAST = '    # last\n    "D",\n'
BESIDE = st.sampled_from(["", "  # of its own"])


@st.composite
def lists(draw: st.DrawFn) -> str:
    """`__all__` with each name on a line of its own, and comments above and beside them."""
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    last = len(names) - 1
    lines = []
    for at, name in enumerate(names):
        comma = "," if at < last or draw(st.booleans()) else ""
        lines.append(f'{draw(ABOVE)}    "{name}"{comma}{draw(BESIDE)}\n')
    return f"__all__ = [\n{''.join(lines)}]\n"


def without(text: str, names: Collection[str]) -> str:
    source = SourceText(text.encode())
    edits = [
        Edit(start, end, new.encode(), "exports", 1)
        for start, end, new in without_exports(source, ast.parse(text), names)
    ]
    return apply_edits(text.encode(), edits).decode()


def exported(text: str) -> list[str]:
    space: dict[str, list[str]] = {}
    exec(text, space)
    return space["__all__"]


@given(lists(), st.lists(st.sampled_from(NAMES), unique=True))
def test_names_go_together_as_one_by_one(text: str, names: list[str]) -> None:
    going = [name for name in names if name in exported(text)]
    together = without(text, going)
    alone = text
    for name in going:
        alone = without(alone, [name])
    rest = [name for name in exported(text) if name not in going]
    assert exported(together) == exported(alone) == rest
    kept = [comment for comment, names in headed(text) if not names or not {*names} <= {*going}]
    assert [comment for comment, _ in headed(together)] == kept


def headed(text: str) -> list[tuple[str, list[str]]]:
    """Each comment on a line of its own, with the names below it if it is about a whole part."""
    parts = re.split(r"\n\s*\n", text.partition("[\n")[2].rpartition("]")[0])
    found = []
    for part in parts:
        comments = [line for line in part.splitlines() if line.strip().startswith("#")]
        names = re.findall(r'"(\w+)"', part)
        lines = [line.strip().startswith("#") for line in part.splitlines() if line.strip()]
        is_about_all = lines == sorted(lines, reverse=True)
        found += [(comment, names if is_about_all else []) for comment in comments]
    return found


@pytest.mark.parametrize(
    ("gone", "left"),
    [
        (["B", "C"], f"{FIRST}\n{LAST}"),
        (["A"], f"{SECOND}\n{LAST}"),
        (["D"], f"{FIRST}\n{SECOND}"),
        (["A", "D"], SECOND),
        (["B"], f"{FIRST}\n{SECOND}\n{LAST}".replace('    "B",\n', "")),
    ],
)  # fmt: skip
def test_the_heading_of_a_part_goes_with_all_its_names(gone: list[str], left: str) -> None:
    text = f"__all__ = [\n{FIRST}\n{SECOND}\n{LAST}]\n"
    assert without(text, gone) == f"__all__ = [\n{left}]\n"


def test_an_entry_that_is_commented_out_is_no_heading() -> None:
    text = '__all__ = [\n    "A",\n\n    # "Old",\n    "B",\n]\n'
    assert without(text, ["B"]) == '__all__ = [\n    "A",\n\n    # "Old",\n]\n'
