"""Names taken out of `__all__`: together as one by one, whatever its layout."""

import ast
from collections.abc import Collection

from hypothesis import given
from hypothesis import strategies as st

from onepath.edit.edits import apply_edits
from onepath.edit.export_list import without_exports
from onepath.facts.source import SourceText
from onepath.model import Edit

NAMES = ["One", "Two", "Three", "Four", "Five"]
ABOVE = st.sampled_from(["", "\n", "    # about what follows\n", "\n    # a part\n"])
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
    comments = [line for line in text.splitlines() if line.strip().startswith("#")]
    assert [line for line in together.splitlines() if line.strip().startswith("#")] == comments
