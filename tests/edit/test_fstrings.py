"""Names in f-strings: their expressions change, and what they print does not."""

import sys

import pytest

from onepath.edit.fstrings import replace_in_fstring

SHOWN = {
    'f"{size=} {size!r:>{size}} size"': 3,
    'f"{ size = :>4}|{size=!s}"': 2,
    "f'{size.real + size = } {{size}}'": 2,
    "f\"{given['size'] + size=}\"": 1,
    "f'''{\nsize=\n}'''": 1,
    'f"{size}" "{size=}" f"{size=:{size}}"': 3,
    'f"{ {1: size}=}"': 1,
}


@pytest.mark.parametrize("text", SHOWN)
def test_what_is_printed_stays(text: str) -> None:
    changed = replace_in_fstring(text, "size", "length", SHOWN[text])
    assert changed is not None
    assert eval(changed, {"length": 3, "given": {"size": 1}}) == (
        eval(text, {"size": 3, "given": {"size": 1}})
    )


def test_another_number_of_names_is_none() -> None:
    assert replace_in_fstring('f"{size=} {size}"', "size", "length", 1) is None


@pytest.mark.skipif(sys.version_info < (3, 12), reason="quotes inside of quotes")
def test_quotes_that_can_not_be_text_are_none() -> None:
    assert replace_in_fstring('f"{given["size"] + size=}"', "size", "length", 1) is None
