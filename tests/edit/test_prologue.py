"""Where the first import of a module goes."""

import pytest

from onepath.edit.imports.prologue import after_prologue


def with_import(text: str, encoding: str = "utf-8") -> str:
    data = text.encode(encoding)
    place = after_prologue(data)
    added = f"{place.before}import x\n{place.after}".encode(encoding.removesuffix("-sig"))
    return (data[: place.offset] + added + data[place.offset :]).decode(encoding)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "import x\n"),
        ("a = 1\n", "import x\n\na = 1\n"),
        ("def f(): ...\n", "import x\n\n\ndef f(): ...\n"),
        ("@d\ndef f(): ...\n", "import x\n\n\n@d\ndef f(): ...\n"),
        ("#!/bin/python\na = 1\n", "#!/bin/python\nimport x\n\na = 1\n"),
        ("# licence\n\n# of a\na = 1\n", "# licence\n\nimport x\n\n# of a\na = 1\n"),
        ('"""Doc."""\n', '"""Doc."""\n\nimport x\n'),
        ('"""Doc."""', '"""Doc."""\n\nimport x\n'),
        ('"""Doc."""\n\n\ndef f(): ...\n', '"""Doc."""\n\nimport x\n\n\ndef f(): ...\n'),
        ('"""Doc."""\na = 1\n', '"""Doc."""\n\nimport x\n\na = 1\n'),
        ("from __future__ import annotations\n\na = 1\n",
         "from __future__ import annotations\n\nimport x\n\na = 1\n"),
        ('"""D\n\nE."""\nfrom __future__ import annotations\nclass A: ...\n',
         '"""D\n\nE."""\nfrom __future__ import annotations\n\nimport x\n\n\nclass A: ...\n'),
        ("# only a comment\n", "# only a comment\nimport x\n"),
    ],
)  # fmt: skip
def test_after_docstring_and_licence_before_the_rest(before: str, after: str) -> None:
    assert with_import(before) == after


def test_offsets_are_those_of_the_file() -> None:
    assert with_import("a = 1\n", "utf-8-sig") == "import x\n\na = 1\n"
    latin = '# coding: latin-1\n"""Grün."""\n\na = "ü"\n'
    assert with_import(latin, "latin-1") == latin.replace('"""\n', '"""\n\nimport x\n')
