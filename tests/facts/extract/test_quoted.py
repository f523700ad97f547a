"""Names in quoted types, at any depth, with the places where they stand."""

import pytest

from onepath.facts.extract.file import extract
from onepath.facts.extract.quoted import quoted_names
from onepath.model import UseKind


@pytest.mark.parametrize(
    ("literal", "names"),
    [
        ('"B"', ["B"]),
        ("' list[B] '", ["list", "B"]),
        ("'dict[str, \"B\"]'", ["dict", "str", "B"]),
        ("'''dict[str, \"list['B | A.C']\"]'''", ["dict", "str", "list", "B", "A"]),
        ("\"Literal['B']\"", ["Literal"]),
        ("\"Annotated['B', 'A']\"", ["Annotated", "B"]),
        ("\"Annotated[B, Field('A')]\"", ["Annotated", "B", "Field"]),
        (r"'list\x5bB]'", []),
        ("'a type of B'", []),
        ("'list' '[B]'", []),
    ],
)
def test_names_stand_where_they_are_said_to_stand(literal: str, names: list[str]) -> None:
    value = eval(literal)
    found = list(quoted_names(value, literal.encode(), 0))
    assert [name for name, _, _ in found] == names
    assert [literal[start:end] for _, (start, end), _ in found] == names


def test_a_name_two_quotes_deep_is_a_use_of_the_import() -> None:
    source = "from db import B\n\ndef f(x: 'dict[str, \"B.Row\"]'): ...\n"
    (use,) = (one for one in extract(source.encode()).uses if one.kind & UseKind.STRING)
    assert source[use.start : use.end] == "B"
    assert use.dotted == "B.Row"
