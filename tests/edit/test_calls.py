"""One call, rewritten: what stays keeps its place, its comments and its lines."""

import pytest

from onepath.analysis.arguments import Argument
from onepath.edit.calls import change_call


@pytest.mark.parametrize("text", ["make(", "make", "make + 1"])
def test_what_is_no_call_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no call"):
        change_call(text, "Hub", [])


@pytest.mark.parametrize(
    ("text", "given", "expected"),
    [
        ("make(a, b)", [Argument(place=1)], "Hub(b)"),
        ("make(a, b)", [Argument(place=0)], "Hub(a)"),
        ("make(\n    a,  # x\n    b,  # y\n)", [Argument(place=0)], "Hub(\n    a,  # x\n)"),
        ("make(\n    a,  # x\n    b  # y\n)", [Argument(place=0), Argument("m", text="1")],
         "Hub(\n    a,  # x\n    m=1\n)"),
        ("make(\n    a,\n    # of b\n    b,\n    c,\n)", [Argument(place=0), Argument("q", 2)],
         "Hub(\n    a,\n    q=c,\n)"),
        ("make(\n    a  # x\n)", [Argument("q", 0), Argument("m", text="1")],
         "Hub(\n    q=a,  # x\n    m=1\n)"),
        ("make(\n    a\n)", [], "Hub()"),
        ("make(\n    # none\n    a\n)", [], "Hub()"),
        ("make(x for x in y)", [Argument("q", 0)], "Hub(q=(x for x in y))"),
        ("make(x := 1)", [Argument("q", 0)], "Hub(q=(x := 1))"),
        ("make(q = 1)", [Argument("m", 0)], "Hub(m = 1)"),
        ("make(q=1)", [Argument(place=0)], "Hub(1)"),
        ("make()", [Argument(text="1"), Argument("m", text="'s'")], "Hub(1, m='s')"),
        ("make(b)", [Argument(text="1"), Argument(place=0)], "Hub(1, b)"),
        ("make(b, c)", [Argument(place=0), Argument(text="1"), Argument("c", 1)],
         "Hub(b, 1, c=c)"),
        ("make(b)", [Argument(place=0), Argument(text="1")], "Hub(b, 1)"),
    ],
)  # fmt: skip
def test_arguments_and_their_layout(text: str, given: list[Argument], expected: str) -> None:
    assert change_call(text, "Hub", given) == expected
