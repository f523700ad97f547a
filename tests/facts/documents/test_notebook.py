"""Python in the code cells of notebooks."""

import json
import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onepath.facts.documents.piece import DocumentError, Piece
from onepath.facts.documents.pieces import pieces
from onepath.model import Edit


def edit(piece: Piece, old: str, new: str) -> Edit:
    """The edit that replaces the only place of `old` in the piece."""
    assert piece.source.count(old.encode()) == 1
    start = piece.source.index(old.encode())
    return Edit(start, start + len(old.encode()), new.encode(), "name", 1)


def apply(data: bytes, edits: tuple[Edit, ...] | list[Edit]) -> bytes:
    for change in reversed(edits):
        data = data[: change.start] + change.new + data[change.end :]
    return data


def code(*sources: str | list[str]) -> dict[str, Any]:
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in sources
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def only(data: bytes) -> Piece:
    (piece,) = pieces("a.ipynb", data)
    return piece


def dump(value: object, **options: Any) -> bytes:
    return (json.dumps(value, indent=1, **options) + "\n").encode()


def sources(data: bytes) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(data)["cells"]]


@pytest.mark.parametrize(
    ("data", "line"), [(b"", 1), (b'{"cells": [\n}', 2), (b"[" * 100_000, 1), (b'\n{"a": "\n"}', 2)]
)
def test_invalid_json_is_an_error_with_its_line(data: bytes, line: int) -> None:
    with pytest.raises(DocumentError) as caught:
        pieces("a.ipynb", data)
    assert caught.value.line == line


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        {"cells": {}},
        {"cells": [1, {"cell_type": "code"}, {"cell_type": "code", "source": 3}]},
        {"cells": [{"cell_type": "code", "source": [1]}]},
        {"cells": [{"cell_type": "markdown", "source": "import a"}]},
        code("", [], ["\n"]),
        code("import a") | {"metadata": {"kernelspec": {"language": "R"}}},
        code("import a") | {"metadata": {"language_info": {"name": "julia"}}},
    ],
)
def test_json_without_python_cells_has_no_pieces(value: object) -> None:
    assert pieces("a.ipynb", dump(value)) == ()


def test_an_edit_across_two_cells_is_refused() -> None:
    piece = only(dump(code("import a", "import b")))
    with pytest.raises(ValueError, match="two cells"):
        piece.to_document([edit(piece, "import a\nimport b", "import c")])
    with pytest.raises(ValueError, match="join two cells"):
        piece.to_document([edit(piece, "a\n", "b")])


def test_an_edit_on_a_magic_is_refused() -> None:
    piece = only(dump(code("%time\nimport a\n")))
    with pytest.raises(ValueError, match="magic"):
        piece.to_document([Edit(0, len(piece.source), b"import b\n", "import", 1)])


def test_edits_that_overlap_are_refused() -> None:
    piece = only(dump(code("import a")))
    with pytest.raises(ValueError, match="overlap"):
        piece.to_document([Edit(0, 5, b"", "name", 1), Edit(3, 6, b"", "name", 1)])
    with pytest.raises(ValueError, match="outside"):
        piece.to_document([Edit(0, 50, b"", "name", 1)])


def test_all_code_cells_are_one_piece() -> None:
    value = code(["import a\n", "import b"], "a.x", ["\n"], ["b.y\n"])
    value["cells"].insert(1, {"cell_type": "markdown", "source": ["text"]})
    piece = only(dump(value))
    assert (piece.source, piece.kind, piece.line) == (b"import a\nimport b\na.x\nb.y\n", "cell", 8)


def test_a_cell_that_is_not_python_does_not_hide_the_others() -> None:
    found = pieces("a.ipynb", dump(code("import a", "def (", "a.x")))
    assert [piece.source for piece in found] == [b"import a\na.x", b"def ("]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("%matplotlib inline\nimport a", "                  \nimport a"),
        ("!pip install a \\\n  b\nimport a", "                \n   \nimport a"),
        ("import a\na.x?", "import a\n    "),
        ("?a\nimport a", "  \nimport a"),
        ("if a:\n    %time x\n", "if a:\n    0      \n"),
        ("files = !ls é\nx", "files = 0    \nx"),
        ("t = %timeit -o f()", "t = 0             "),
        ("%%bash\nimport a\n", ""),
        ("%%time\nimport a\n", "      \nimport a\n"),
        ('x = """\n%s\n!a\n"""', 'x = """\n%s\n!a\n"""'),
        ("x = (1\n%2)", "x = (1\n%2)"),
    ],
)
def test_what_is_ipython_is_blanked(cell: str, shown: str) -> None:
    found = pieces("a.ipynb", dump(code(cell)))
    assert b"".join(piece.source for piece in found).decode() == shown


def test_an_edit_changes_only_the_characters_it_touches() -> None:
    data = (
        b'\xef\xbb\xbf{ "cells" : [\r\n\t{"source": ['
        b'"import \\u0061 # \\u003c\\/ caf\\u00e9 \\ud83d\\ude00\\n",'
        b'  "a.x"], "cell_type":"code", "outputs": [{"text": ["a.x"]}]}]}'
    )
    piece = only(data)
    assert piece.source == "import a # </ café 😀\na.x".encode()
    edits = piece.to_document([edit(piece, "import a", "import b"), edit(piece, "😀\n", "é\n")])
    expected = data.replace(b"import \\u0061", b"import b").replace(b"\\ud83d\\ude00", b"\\u00e9")
    assert apply(data, edits) == expected
    assert [change.line for change in edits] == [2, 2]


@pytest.mark.parametrize(("ascii_only", "written"), [(True, b"\\u00fc"), (False, "ü".encode())])
def test_new_characters_are_written_as_the_others(ascii_only: bool, written: bytes) -> None:
    data = dump(code(["x = 'é'\n", "y = 1\n"]), ensure_ascii=ascii_only)
    piece = only(data)
    changed = apply(data, piece.to_document([edit(piece, "y", "ü")]))
    assert changed == data.replace(b"y = 1", written + b" = 1")


@pytest.mark.parametrize(
    ("lines", "old", "new", "after"),
    [
        (["import a\n", "x"], "import a", "import b\nf()", ["import b\n", "f()\n", "x"]),
        (["import a\n", "x"], "import a\n", "import b\nf()\n", ["import b\n", "f()\n", "x"]),
        (["import a\n", "x\n"], "import a\n", "", ["x\n"]),
        (["x\n", "import a\n", "import b"], "import a\nimport b", "", ["x\n"]),
        (["f(\n", "  b,\n", ")\n", "x"], "f(\n  b,\n)", "import c", ["import c\n", "x"]),
        (["x"], "x", "x\ny\n", ["x\n", "y\n"]),
        (["x"], "x", "x\ny", ["x\n", "y"]),
        (["x"], "x", "", [""]),
    ],
)  # fmt: skip
def test_a_list_of_lines_stays_a_list_of_lines(
    lines: list[str], old: str, new: str, after: list[str]
) -> None:
    data = dump(code(lines))
    piece = only(data)
    assert apply(data, piece.to_document([edit(piece, old, new)])) == dump(code(after))


def test_lines_are_added_at_either_end() -> None:
    data = dump(code(["x\n", "y\n"]))
    piece = only(data)
    edits = [Edit(0, 0, b"import a\n", "import", 1), Edit(4, 4, b"import b\n", "import", 1)]
    changed = apply(data, piece.to_document(edits))
    assert changed == dump(code(["import a\n", "x\n", "y\n", "import b\n"]))


def test_neighbouring_lines_removed_by_their_own_edits() -> None:
    data = dump(code(["x\n", "import a\n", "import b\n"]))
    piece = only(data)
    edits = [edit(piece, "import a\n", ""), edit(piece, "import b\n", "")]
    assert apply(data, piece.to_document(edits)) == dump(code(["x\n"]))


def test_the_last_line_of_a_cell_is_removed_with_its_line_end() -> None:
    data = dump(code(["x\n", "import a"], "y"))
    piece = only(data)
    assert sources(apply(data, piece.to_document([edit(piece, "import a\n", "")]))) == ["x\n", "y"]
    changed = apply(data, piece.to_document([edit(piece, "import a\n", "import b\n")]))
    assert sources(changed) == ["x\nimport b", "y"]


def test_a_notebook_that_is_not_utf8_keeps_its_bytes() -> None:
    data = dump(code("x = 'é'; import a"), ensure_ascii=False).decode().encode("latin-1")
    piece = only(data)
    assert piece.source == "x = 'é'; import a".encode()
    changed = apply(data, piece.to_document([edit(piece, "import a", "import b")]))
    assert changed == data.replace(b"import a", b"import b")
    with pytest.raises(ValueError, match="latin-1"):
        piece.to_document([edit(piece, "import a", "import 名")])


def test_half_a_surrogate_pair_does_no_harm() -> None:
    data = dump(code("x = '\ud83d'; import a"))
    piece = only(data)
    changed = apply(data, piece.to_document([edit(piece, "import a", "import b")]))
    assert changed == data.replace(b"import a", b"import b")


LINES = st.lists(
    st.sampled_from(
        ["old\n", "x = 'é', old\n", "f(old,\n", "  old)\n", '"\\\\t" + old\n', "\n", "😀\n"]
    ),
    max_size=6,
)
CELL = st.builds(
    lambda kind, lines, style: {
        "cell_type": kind,
        "metadata": {"é": "old"},
        "outputs": [{"text": ["old\n"]}],
        "source": [lines, "".join(lines), ["".join(lines).removesuffix("\n")]][style],
    },
    st.sampled_from(["code", "markdown"]),
    LINES,
    st.integers(0, 2),
)


@given(
    st.lists(CELL, max_size=4),
    st.sampled_from([None, 1, 4]),
    st.booleans(),
    st.sampled_from(["new", "ü", "a\nb", ""]),
    st.sampled_from(["old", "old\n", "x = 'é', old\n"]),
)
def test_editing_the_piece_is_editing_the_joined_sources(
    cells: list[dict[str, Any]], indent: int | None, ascii_only: bool, new: str, old: str
) -> None:
    if old.endswith("\n") and new:
        new += "\n"
    pattern = re.compile(rf"(?m)^{re.escape(old)}" if not new else re.escape(old))
    value = {"metadata": {}, "cells": cells, "old": "old"}
    data = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()
    edits: list[Edit] = []
    expected: Counter[str] = Counter()
    for piece in pieces("a.ipynb", data):
        wanted = [
            Edit(match.start(), match.end(), new.encode(), "name", 1)
            for match in re.finditer(pattern.pattern.encode(), piece.source)
        ]
        expected += lines_of(apply(piece.source, wanted).decode())
        edits += piece.to_document(wanted)
    after = json.loads(apply(data, sorted(edits)))
    found: Counter[str] = Counter()
    for cell, cell_after in zip(cells, after["cells"], strict=True):
        before, now = "".join(cell["source"]), "".join(cell_after["source"])
        if cell["cell_type"] != "code":
            assert now == before
        elif old == "old":
            assert now == pattern.sub(lambda _: new, before)
        found += lines_of(now if cell["cell_type"] == "code" else "")
        assert {**cell, "source": 0} == {**cell_after, "source": 0}
    assert found == expected
    assert {**after, "cells": 0} == {**value, "cells": 0}


def lines_of(text: str) -> Counter[str]:
    return Counter(line for line in text.splitlines() if line.strip())
