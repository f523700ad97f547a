"""Tables of renames in files of their own."""

from pathlib import Path

import pytest

from onepath.config.tables.rename_files import read_rename_file
from onepath.errors import ConfigError, InputError


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.toml", '"a.b" = "c.d"\n"e.f" = "c.g"\n'),
        ("t.toml", 'schema = 1\n[imports]\n"a.b" = "c.d"\n[imports.e]\nf = "c.g"\n'),
        ("t.toml", '\ufeff[a]\nb = "c.d"\n[e]\nf = "c.g"\n'),
        ("t.csv", "a.b,c.d\ne.f,c.g\n"),
        ("T.CSV", '\ufeffOld,New\n\n# e.f,x.y\n"a.b", c.d \r\ne.f,c.g'),
    ],
)
def test_both_forms_are_read(tmp_path: Path, name: str, text: str) -> None:
    table = read_rename_file(written(tmp_path, name, text))
    assert table.renames == {"a.b": "c.d", "e.f": "c.g"}
    assert table.followed == ()


@pytest.mark.parametrize(
    ("name", "text"), [("t.csv", "a/b.py,c/\n"), ("t.toml", '[imports]\n"a/b.py" = "c/"\n')]
)
def test_files_are_read_where_they_may_be(tmp_path: Path, name: str, text: str) -> None:
    path = written(tmp_path, name, text)
    assert read_rename_file(path, may_be_files=True).written == {"a/b.py": "c/"}
    with pytest.raises(ConfigError):
        read_rename_file(path)


def test_chains_are_followed_and_told(tmp_path: Path) -> None:
    table = read_rename_file(written(tmp_path, "t.csv", "a.b,c.d\nc.d,e.f\n"))
    assert table.renames == {"a.b": "e.f", "c.d": "e.f"}
    assert table.followed == ("'a.b' is taken to 'e.f': a.b -> c.d -> e.f",)


@pytest.mark.parametrize(
    ("name", "text", "problems"),
    [
        ("t.csv", "a.b\n\nc.d,e.f,g.h\n", [(1, "this one has 1"), (3, "this one has 3")]),
        ("t.csv", "a.b,c-d\n", [(1, "'c-d' is not an identifier")]),
        ("t.csv", "a.b,a.b\n", [(1, "is renamed to itself")]),
        ("t.csv", "a.b,c.d\na.b,c.e\n", [(2, "here and to 'c.d' on line 1")]),
        ("t.csv", "a.b,c.d\nc.d,a.b\n", [(1, "never comes to an end")]),
        ("t.csv", 'a.b,"c.d\n', [(1, "unexpected end of data")]),
        ("t.toml", '"a.b" = 1\n', [(1, "must be a string")]),
        ("t.toml", '"a.b" = \n', [(1, "nvalid value")]),
    ],
)
def test_every_error_has_its_line(
    tmp_path: Path, name: str, text: str, problems: list[tuple[int, str]]
) -> None:
    with pytest.raises(ConfigError) as caught:
        read_rename_file(written(tmp_path, name, text))
    assert [line for line, _ in caught.value.problems] == [line for line, _ in problems]
    for (_, said), (_, expected) in zip(caught.value.problems, problems, strict=True):
        assert expected in said


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("t.csv", "old,new\n# nothing\n", "holds no renames"),
        ("t.csv", "Old, Destination\n", "holds no renames"),
        ("t.toml", "", "holds no renames"),
        ("t.json", "{}", "neither .toml nor .csv"),
        ("t.csv", b"a.b,\xff\n", "not UTF-8"),
        ("t.toml", "a = " + "[" * 5000 + "]" * 5000, "nested too deeply"),
    ],
)
def test_what_is_no_table_is_refused_in_words(
    tmp_path: Path, name: str, text: str | bytes, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        read_rename_file(written(tmp_path, name, text))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be read"):
        read_rename_file(tmp_path / "none.csv")
