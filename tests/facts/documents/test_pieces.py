"""Python in Markdown, reStructuredText and docstrings."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onepath.facts.documents.piece import Piece
from onepath.facts.documents.pieces import pieces
from onepath.model import Edit


def apply(data: bytes, edits: tuple[Edit, ...] | list[Edit]) -> bytes:
    for change in reversed(edits):
        data = data[: change.start] + change.new + data[change.end :]
    return data


def edit(piece: Piece, old: str, new: str) -> Edit:
    """The edit that replaces the only place of `old` in the piece."""
    assert piece.source.count(old.encode()) == 1
    start = piece.source.index(old.encode())
    return Edit(start, start + len(old.encode()), new.encode(), "import", 1)


def change(path: str, document: str, *changes: tuple[str, str]) -> str:
    """The document after changes on its only piece."""
    data = document.encode()
    (piece,) = pieces(path, data)
    edits = piece.to_document([edit(piece, old, new) for old, new in changes])
    return apply(data, edits).decode()


def source(path: str, document: str | bytes) -> list[str]:
    data = document.encode() if isinstance(document, str) else document
    return [piece.source.decode() for piece in pieces(path, data)]


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("a.md", ""),
        ("a.md", "import a\n"),
        ("a.md", "```\nimport a\n```\n"),
        ("a.md", "```bash\nimport a\n```\n"),
        ("a.md", "```{note}\nimport a\n```\n"),
        ("a.md", "```python\n\n```\n"),
        ("a.md", "``` `x` python\nimport a\n```\n"),
        ("a.md", "````markdown\n```python\nimport a\n```\n````\n"),
        ("a.md", "```pycon\nimport a\n```\n"),
        ("a.md", ">>> import a\n"),
        ("a.rst", "Text::\n\n    import a\n"),
        ("a.rst", ".. code-block:: bash\n\n   >>> import a\n"),
        ("a.rst", ".. code-block::\n\n   import a\n"),
        ("a.rst", ".. code-block:: python\n\nimport a\n"),
        ("a.rst", ">>>import a\n... import b\n"),
        ("a.txt", "python>=3 :: x\n"),
        ("a.html", "```python\nimport a\n```\n"),
        ("a.py", 'x = """\n>>> import a\n"""\n'),
        ("a.py", '"""text""" """\n>>> import a\n"""\n'),
        ("a.py", '"""\n>>> x\\\n>>> import a\n"""\n'),
        ("a.py", 'f"""\n>>> import a\n"""\n'),
        ("a.py", '"""\n>>> import a\n"""\ndef ('),
        ("a.py", b'# coding: nothing\n"""\n>>> import a\n"""\n'),
        ("a.py", b'"""\n>>> import a \xff\n"""\n'),
        ("a.py", b'"""\n>>> import a \x00\n"""\n'),
    ],
)
def test_what_is_not_python_in_a_document_is_no_piece(path: str, document: str | bytes) -> None:
    assert source(path, document) == []


@pytest.mark.parametrize(
    ("document", "old", "new", "reason"),
    [
        (">>> import a\n7\n>>> b\n", "import a\nb\n", "import c\n", "not code"),
        (">>> import a\n7\n", "import a\n", "", "without its statement"),
        (">>> import a\n7\n", "import a\n", "import b\nimport c\n", "another statement"),
        (">>> (a,\n... b)\n", "(a,\n", "", "without its statement"),
        (">>> a\n", "a", "(\n", "not be Python"),
    ],
)
def test_an_edit_that_would_tear_an_example_is_refused(
    document: str, old: str, new: str, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        change("a.rst", document, (old, new))


@pytest.mark.parametrize(
    ("document", "new", "reason"),
    [
        ('"""\n>>> old\n"""\n', "a, \\\n  b", "backslash"),
        ('"""\n>>> old\n"""\n', 'f("""x""")', "early"),
        ('""">>> old"""\n', 'f("x")[""]"', "early"),
        ("'>>> old'\n", "f('x')", "early"),
        ("'>>> old'\n", "a\nb", "early"),
    ],
)
def test_an_edit_that_would_end_the_docstring_is_refused(
    document: str, new: str, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        change("a.py", document, ("old", new))


@pytest.mark.parametrize(
    "opening",
    [
        "```python",
        "```py",
        "``` Python3  ",
        "~~~~ python title='a'",
        "```{.python .numberLines}",
        "```{python}",
        "```{code-block} python\n:linenos:",
        "```python,ignore",
        "  ```python",
        "- ```python",
        "1. ```python",
        "\ufeff```python",
    ],
)
def test_fences_of_python(opening: str) -> None:
    marks = re.sub(r"[^`~]", "", opening)
    document = f"{opening}\nimport a\nx = '```'\n{marks}\nimport b\n"
    (piece,) = pieces("a.md", document.encode())
    assert (piece.source, piece.kind) == (b"import a\nx = '```'\n", "fenced")
    assert piece.line == document[: document.index("import a")].count("\n") + 1


def test_a_fence_that_is_not_closed_runs_to_the_end() -> None:
    assert source("a.md", "```python\nimport a\n``\n~~~\nx") == ["import a\n``\n~~~\nx"]


def test_a_fence_is_not_closed_by_a_deeper_one() -> None:
    document = '```python\n"""\n    ```\n    x\n    ```\n"""\n```\n'
    assert source("a.md", document) == ['"""\n    ```\n    x\n    ```\n"""\n']


def test_a_quote_that_ends_closes_its_fence() -> None:
    document = "> ```python\n> import a\n>\n>   x\ntext\n```python\nimport b\n```\n"
    assert source("a.md", document) == ["import a\n\n  x\n", "import b\n"]


def test_lines_added_in_a_list_get_its_indentation() -> None:
    document = "1. do\n\n   ```python\n   import a\n\n   a.x\n   ```\n"
    assert change("a.md", document, ("import a\n", "import b\n\nimport c\n"), ("a.x\n", "")) == (
        "1. do\n\n   ```python\n   import b\n\n   import c\n\n   ```\n"
    )
    assert change("a.md", document, ("import a\n\n", "import b\n\nx\n")) == (
        "1. do\n\n   ```python\n   import b\n\n   x\n   a.x\n   ```\n"
    )
    assert change("a.md", document, ("a.x\n", "a.x\nb\n")) == document.replace(
        "   a.x\n", "   a.x\n   b\n"
    )


def test_lines_added_in_a_quote_get_its_mark() -> None:
    document = "> ```python\n> import a\n> ```\n"
    assert change("a.md", document, ("import a", "from b import (\n    c,\n)")) == (
        "> ```python\n> from b import (\n>     c,\n> )\n> ```\n"
    )


def test_text_added_at_the_end_of_a_piece_keeps_the_closing_fence() -> None:
    data = b"  ~~~py\n  a\n  ~~~\n"
    (piece,) = pieces("a.md", data)
    for new in (b"b", b"b\n"):
        edits = piece.to_document([Edit(2, 2, new, "import", 1)])
        assert apply(data, edits) == b"  ~~~py\n  a\n  b\n  ~~~\n"


def test_text_added_on_a_blank_line_gets_the_indentation() -> None:
    data = b"  ~~~py\n  a\n\n  b\n  ~~~\n"
    (piece,) = pieces("a.md", data)
    edits = piece.to_document([Edit(2, 2, b"c", "import", 1)])
    assert apply(data, edits) == b"  ~~~py\n  a\n  c\n  b\n  ~~~\n"


def test_windows_line_ends_stay() -> None:
    document = "text\r\n\r\n- ```python\r\n  import a\r\n  a.x\r\n  ```\r\n"
    assert source("a.md", document) == ["import a\r\na.x\r\n"]
    for end in ("\n", "\r\n"):
        changed = change("a.md", document, ("import a\r\n", f"import b{end}import c{end}"))
        assert changed == document.replace("import a", "import b\r\n  import c")


def test_a_document_that_is_not_utf8_keeps_its_bytes() -> None:
    data = "é\n```python\nx = 'é'; import a  # ü\n```\né\n".encode("latin-1")
    (piece,) = pieces("a.md", data)
    assert piece.source.decode() == "x = 'é'; import a  # ü\n"
    edits = piece.to_document([edit(piece, "import a  # ü", "import b  # ö")])
    assert apply(data, edits) == data.replace(b"import a  # \xfc", b"import b  # \xf6")
    with pytest.raises(ValueError, match="latin-1"):
        piece.to_document([edit(piece, "import a", "名")])


def test_carried_edits_say_the_line_of_the_document() -> None:
    (piece,) = pieces("a.md", b"\n\n```py\nimport a\nx\n```\n")
    (carried,) = piece.to_document([edit(piece, "x", "y")])
    assert carried == Edit(17, 18, b"y", "document", 5)


@pytest.mark.parametrize("directive", ["code-block:: python", "code:: Python3", "testcode::"])
def test_code_blocks_of_restructured_text(directive: str) -> None:
    document = f"T\n=\n\n .. {directive}\n    :caption: a\n\n    import a\n\n      x\n\n text\n"
    (piece,) = pieces("a.rst", document.encode())
    assert (piece.source, piece.kind, piece.line) == (b"import a\n\n  x\n", "code-block", 7)
    assert change("a.rst", document, ("import a", "import b\nimport c")) == document.replace(
        "import a", "import b\n    import c"
    )


def test_code_blocks_indented_with_tabs() -> None:
    document = ".. code-block:: python\n\n\timport a\n\tif x:\n\t\ty\n"
    assert source("a.rst", document) == ["import a\nif x:\n\ty\n"]


def test_examples_of_a_text_are_one_piece() -> None:
    document = (
        ">>> import a\n\ntext::\n\n    >>> for b in a:\n    ...     b\n    ...\n    7\n\n"
        ".. code-block:: python\n\n    import c\n\n.. code-block:: pycon\n\n  >>> a.x\n"
    )
    for path in ("a.rst", "a.txt"):
        found = pieces(path, document.encode())
        assert [(piece.source, piece.kind, piece.line) for piece in found] == [
            (b"import a\nfor b in a:\n    b\n\na.x\n", "doctest", 1),
            (b"import c\n", "code-block", 12),
        ]


def test_an_example_that_shows_an_error_does_not_hide_the_others() -> None:
    assert source("a.txt", ">>> import a\n>>> def (\nSyntaxError\n>>> a.x\n") == [
        "import a\na.x\n",
        "def (\n",
    ]


@pytest.mark.parametrize("language", ["python", "pycon", "{doctest}"])
def test_a_fenced_session_is_a_doctest(language: str) -> None:
    document = f"- ```{language}\n  >>> import a\n  >>> a\n  7\n  ```\n"
    (piece,) = pieces("a.md", document.encode())
    assert (piece.source, piece.kind, piece.line) == (b"import a\na\n", "doctest", 2)
    changed = change("a.md", document, ("import a\n", "import b\nfrom c import (\n  d,\n)\n"))
    assert changed == document.replace(
        "import a\n", "import b\n  >>> from c import (\n  ...   d,\n  ... )\n"
    )


def test_added_statements_get_prompts() -> None:
    document = '    """Text.\n\n    >>> import a\n    >>> if a:\n    ...     a.x\n    """\n'
    data = b"def f():\n" + document.encode()
    (piece,) = pieces("a.py", data)
    edits = [
        Edit(0, 0, b"import z\n", "import", 1),
        edit(piece, "import a\n", ""),
        edit(piece, "a.x\n", "b.x\n    c.x\n"),
        Edit(len(piece.source), len(piece.source), b"@d\nclass C:\n\n    y = 1\n", "import", 1),
    ]
    assert apply(data, piece.to_document(edits)).decode() == (
        'def f():\n    """Text.\n\n    >>> import z\n    >>> if a:\n    ...     b.x\n'
        '    ...     c.x\n    >>> @d\n    ... class C:\n    ...\n    ...     y = 1\n    """\n'
    )


def test_an_example_without_text_is_filled_after_its_prompt() -> None:
    data = b">>>\n>>> a\n"
    (piece,) = pieces("a.txt", data)
    assert piece.source == b"\na\n"
    assert apply(data, piece.to_document([Edit(0, 0, b"b", "import", 1)])) == b">>> b\n>>> a\n"


def test_each_docstring_is_a_piece_of_its_own() -> None:
    document = (
        'r""">>> import a\n>>> "\\d"\n"""\nclass C:\n    \'\'\'\n    >>> a.x\'\'\'\n'
        '    async def f():\n        ">>> b"\n        """\n        >>> c\n        """\n'
    )
    found = pieces("a.pyi", document.encode())
    assert [(piece.source, piece.line) for piece in found] == [
        (b'import a\n"\\d"\n', 1),
        (b"a.x", 6),
        (b"b", 8),
    ]


def test_the_last_example_before_the_quotes_can_go() -> None:
    document = '"""\n>>> import a\n>>> import b"""\n'
    assert change("a.py", document, ("import b", "")) == '"""\n>>> import a\n"""\n'


def test_docstrings_of_a_file_with_another_encoding_keep_their_bytes() -> None:
    document = '# coding: iso-8859-15\n"""€\r\n>>> "€", a.x\r\n"""\r\n'
    data = document.encode("iso-8859-15")
    (piece,) = pieces("a.py", data)
    assert piece.source == '"€", a.x\r\n'.encode()
    changed = apply(data, piece.to_document([edit(piece, "a.x", "a.y\nb.z")]))
    assert changed == data.replace(b"a.x", b"a.y\r\n>>> b.z")


def test_docstrings_after_a_byte_order_mark() -> None:
    document = '\ufeff""">>> import a"""\n'
    assert change("a.py", document, ("import a", "import b")) == document.replace(" a", " b")


PROSE = st.sampled_from(["old is gone\n", "\n", "- old é\n", "`old`\n", "> old\n", "old\r\n"])
CODE = st.sampled_from(["import old\n", "old.x('é')\n", "\n", "if old:\n    old\r\n", "# `old`\n"])


@st.composite
def documents(draw: st.DrawFn, new: str) -> tuple[str, str]:
    """A Markdown document, and the same with `old` replaced in its Python fences only."""
    before = after = draw(st.sampled_from(["", "\ufeff"]))
    for _ in range(draw(st.integers(0, 5))):
        prose = "".join(draw(st.lists(PROSE, max_size=3)))
        quote = draw(st.sampled_from(["", "> ", "> > "]))
        indent = draw(st.sampled_from(["", "  ", "     ", "\t"]))
        marks = draw(st.sampled_from(["```", "~~~", "`````"]))
        language = draw(st.sampled_from(["python", "py", "text", "", "{code-block} python"]))
        lines = "".join(draw(st.lists(CODE, max_size=4))).splitlines(keepends=True)
        opening = f"{prose}{quote}{indent}{marks}{language}\n"
        closing = f"{quote}{indent}{marks}\n"
        body = "".join(quote + (indent + line if line.strip() else line) for line in lines)
        before += opening + body + closing
        body = body.replace("old", new) if "py" in language else body
        after += opening + body + closing
    return before, after


@given(st.data(), st.sampled_from(["new", "ü.new", "n"]))
def test_replacing_in_the_pieces_is_replacing_in_the_code(drawn: st.DataObject, new: str) -> None:
    before, after = drawn.draw(documents(new))
    data = before.encode()
    edits: list[Edit] = []
    for piece in pieces("a.md", data):
        edits += piece.to_document(
            [
                Edit(match.start(), match.end(), new.encode(), "name", 1)
                for match in re.finditer(b"old", piece.source)
            ]
        )
    assert apply(data, edits).decode() == after


STATEMENTS = st.lists(
    st.sampled_from(
        ["import a\n", "f(\n  a,\n)\n", "if a:\n    b\n", "@d\nclass C:\n    pass\n", "x = 'é'\n"]
    ),
    min_size=1,
    max_size=4,
)


@given(STATEMENTS, st.data(), st.sampled_from(["", "    "]), st.sampled_from(["\n", "\r\n"]))
def test_an_edited_doctest_is_found_again_as_it_was_meant(
    statements: list[str], data: st.DataObject, indent: str, end: str
) -> None:
    lines = []
    for statement in statements:
        first, *rest = statement.splitlines()
        lines += [f"{indent}>>> {first}", *(f"{indent}... {line}" for line in rest)]
        lines += data.draw(st.sampled_from([[], [""], ["", "text", ""]]))
    document = (end.join(["text", "", *lines, "", "text"])).encode()
    (piece,) = pieces("a.rst", document)
    index = data.draw(st.integers(0, len(statements) - 1))
    start = len("".join(statements[:index]).replace("\n", end).encode())
    size = len(statements[index].replace("\n", end).encode())
    new = "".join(data.draw(STATEMENTS)).replace("\n", end).encode()
    stop = start + data.draw(st.sampled_from([0, size]))
    wanted = Edit(start, stop, new, "import", 1)
    changed = apply(document, piece.to_document([wanted]))
    (again,) = pieces("a.rst", changed)
    assert again.source == piece.source[:start] + new + piece.source[stop:]
    assert changed.count(b"text") == document.count(b"text")
