"""One codemod over the bytes of files, without a repository."""

from pathlib import Path

import pytest
from tests.codemod.users.conftest import LIBCST, run

from onepath.codemod.users.user_codemod import codemod_digest, load_codemod, parse_codemod
from onepath.codemod.users.whole_module import check_codemod, codemod_help
from onepath.errors import InputError

F_STRINGS = "libcst.codemod.commands.convert_format_to_fstring.ConvertFormatStringCommand"


# ----------------------------------------------------------- names and arguments


@pytest.mark.parametrize(
    "text",
    ["", "Class", "a b.Class", "file.py", "file.py:", "bowler:", "x/file.txt:C", "a..C", "a:"],
)
def test_what_has_none_of_the_forms_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_codemod(text)
    assert "path/to/file.py:Class" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "told", "hint"),
    [
        ("nosuchmodule.Class", "no module 'nosuchmodule'", "package.module.Class"),
        ("libcst.nosuch.Class", "no module 'libcst.nosuch'", ""),
        ("nosuch.py:Class", "nosuch.py: no such file", ""),
        ("libcst.codemod.commands.rename.RenameComand", "no 'RenameComand'", "RenameCommand"),
        ("libcst.codemod.commands.rename", "is a module", "RenameCommand"),
        ("json.JSONDecoder", "is not a libcst codemod", "libcst.codemod.Codemod"),
        ("mine.py:NOT_A_CLASS", "is not a libcst codemod", ""),
        ("mine.py:Abstract", "abstract: it does not define transform_module_impl", ""),
        ("mine.py:Greedy", "can't be made: TypeError: ", ""),
        ("bowler:query.py:nothing", "has no 'nothing'", "rename"),
    ],
)
def test_what_can_not_be_run_is_refused_before_any_file_is_read(
    codemods: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: str, hint: str
) -> None:
    monkeypatch.chdir(codemods)
    with pytest.raises(InputError) as caught:
        check_codemod(parse_codemod(text))
    assert told in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("import nosuch_helper", "ModuleNotFoundError: No module named 'nosuch_helper' (bad.py:1)"),
        ("\n1 / 0", "ZeroDivisionError: division by zero (bad.py:2)"),
        ("raise SystemExit", "SystemExit (bad.py:1)"),
        ("def (", "SyntaxError: "),
    ],
)
def test_an_import_that_fails_says_where(tmp_path: Path, source: str, told: str) -> None:
    (tmp_path / "bad.py").write_text(source)
    with pytest.raises(InputError) as caught:
        load_codemod(parse_codemod(f"{tmp_path}/bad.py:Class"))
    assert f"importing {tmp_path}/bad.py failed: {told}" in caught.value.message


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("mine.py:Name", ["--old", "a"], "the following arguments are required: --new"),
        ("mine.py:Name", ["--old", "a", "--new", "b", "c"], "unrecognized arguments: c"),
        ("mine.py:Odd", ["--old"], "takes no arguments: --old"),
        ("bowler:query.py:rename", ["x"], "a Bowler query takes no arguments: x"),
    ],
)
def test_wrong_arguments_are_refused(
    codemods: Path, monkeypatch: pytest.MonkeyPatch, name: str, arguments: list[str], told: str
) -> None:
    monkeypatch.chdir(codemods)
    with pytest.raises(InputError) as caught:
        check_codemod(parse_codemod(name, arguments))
    assert told in caught.value.message


def test_arguments_may_stand_in_a_file(codemods: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(codemods)
    Path("arguments").write_text("--old\na\n--new\nb\n")
    ran = run(parse_codemod("mine.py:Name", ["@arguments"]), {"a.py": b"a\n"})
    assert ran["a.py"].new == b"b\n"


def test_help_is_that_of_the_codemod(codemods: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(codemods)
    told = codemod_help(parse_codemod("mine.py:Name"))
    assert "usage: migrate run mine.py:Name -- --old OLD --new NEW" in told
    assert "Renames one name." in told
    with pytest.raises(InputError, match="takes no arguments"):
        codemod_help(parse_codemod("mine.py:Odd"))


def test_a_codemod_of_libcst_has_a_short_name() -> None:
    ran = run(parse_codemod(F_STRINGS.removeprefix("libcst.codemod.commands.")),
              {"a.py": b"'{}'.format(x)\n"})  # fmt: skip
    assert ran["a.py"].new == b"f'{x}'\n"


def test_a_name_says_nothing_of_the_machine(tmp_path: Path) -> None:
    codemod = parse_codemod(f"{tmp_path}/my codemod.py:Name")
    assert (codemod.name, codemod.slug) == ("my codemod.py:Name", "my-codemod-py-Name")
    query = parse_codemod("bowler:pkg.mod:function")
    assert (query.name, query.slug) == ("bowler:pkg.mod:function", "bowler-pkg-mod-function")
    assert parse_codemod("é.é").slug == "codemod"
    assert parse_codemod("pkg.mod.Class").name == parse_codemod("pkg.mod:Class").name


def test_the_digest_is_that_of_the_source_file(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(LIBCST)
    (tmp_path / "same.py").write_text(LIBCST)
    (tmp_path / "other.py").write_text(LIBCST + "\n")
    one, same, other = (
        codemod_digest(parse_codemod(f"{tmp_path}/{name}.py:Odd"))
        for name in ("one", "same", "other")
    )
    assert one == same != other


# ------------------------------------------------------------------- libcst


def test_one_bad_file_never_stops_the_others(codemods: Path) -> None:
    files = {
        "bad.py": b"x = 1\ny = (\n",
        "undecodable.py": b"x = '\xff'\n",
        "skip.py": b"skip\n",
        "leave.py": b"leave\n",
        "fail.py": b"fail\n",
        "broken.py": b"broken = 1\n",
        "generated.py": b"# @" + b"generated\nname\n",
        "formfeed.py": b"\x0cname\n",
        "missing.py": None,
        "same.py": b"done\n",
        "good.py": b"name\n",
    }
    done = run(parse_codemod(f"{codemods}/mine.py:Odd"), files)
    assert {path: ran.status for path, ran in done.items()} == {
        "bad.py": "codemod-failed",
        "undecodable.py": "codemod-failed",
        "skip.py": "codemod-skipped",
        "leave.py": "codemod-failed",
        "fail.py": "codemod-failed",
        "broken.py": "proof-does-not-parse",
        "generated.py": "codemod-skipped",
        "formfeed.py": "codemod-failed",
        "missing.py": "missing",
        "same.py": "unchanged",
        "good.py": "changed",
    }
    assert done["good.py"].new == b"done\n"
    assert done["skip.py"].reason == "not this one"
    assert done["fail.py"].reason.startswith("ValueError: first line (mine.py:")
    assert "second" not in done["fail.py"].reason
    assert done["bad.py"].line == 2
    assert done["bad.py"].reason.startswith("libcst can't parse it: ")
    assert (done["broken.py"].line, done["broken.py"].new) == (1, b"")
    assert done["formfeed.py"].reason == "libcst does not reproduce this file byte for byte"


def test_arguments_reach_the_codemod_and_warnings_come_back(
    codemods: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    codemod = parse_codemod(f"{codemods}/mine.py:Name", ["--old", "a", "--new", "b"])
    done = run(codemod, {"x.py": b"a = 1\n", "y.py": b"c = 1\n"})
    assert done["x.py"].new == b"b = 1\n"
    assert done["x.py"].warnings == ("found a in x.py",)
    assert done["y.py"].warnings == ()
    assert capfd.readouterr() == ("", "a word to the user\n")


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfa = '\xc3\xa9'\r\n",
        "# coding: latin-1\r\na = 'é'".encode("latin-1"),
        b"# one\r\na = 1\n\n\r\n",
        b"\tif_ = a",
    ],
)
def test_encoding_and_line_ends_stay(codemods: Path, data: bytes) -> None:
    codemod = parse_codemod(f"{codemods}/mine.py:Name", ["--old", "a", "--new", "b"])
    data = data.removeprefix(b"\t")
    (ran,) = run(codemod, {"x.py": data}).values()
    at = data.rindex(b"a")
    at = data.index(b"a =") if b"a =" in data else at
    assert ran.new == data[:at] + b"b" + data[at + 1 :]


def test_what_the_encoding_lacks_is_a_failure_of_that_file(codemods: Path) -> None:
    data = "# coding: latin-1\nsmile = 'é'\n".encode("latin-1")
    (ran,) = run(parse_codemod(f"{codemods}/mine.py:Odd"), {"x.py": data}).values()
    assert ran.status == "codemod-failed"
    assert "UnicodeEncodeError" in ran.reason


def test_a_codemod_knows_which_module_it_is_in(codemods: Path) -> None:
    codemod = parse_codemod(f"{codemods}/mine.py:Whereabouts")
    done = run(codemod, {"pkg/mod.py": b"def f():\n    pass\n"})
    assert done["pkg/mod.py"].new == b"def f():\n    'pkg.mod.f pkg.mod pkg'\n"


def test_a_command_that_comes_with_libcst() -> None:
    done = run(parse_codemod(F_STRINGS), {"x.py": b"'{}'.format(name)\n", "y.py": b"f'{x}'\n"})
    assert done["x.py"].new == b"f'{name}'\n"
    assert done["y.py"].status == "unchanged"
