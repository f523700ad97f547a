import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from onepath.codemod.packs.configuration import load_config, parse_config
from onepath.config.migrate_toml import find_config
from onepath.config.toml.values import branch_problem, glob_problem
from onepath.errors import ConfigError, InputError


def problems(text: str, *table: str) -> list[tuple[int, str]]:
    with pytest.raises(ConfigError) as raised:
        parse_config(text, "migrate.toml", table=table)
    assert raised.value.exit_code == 2
    return list(raised.value.problems)


def problem(text: str, *table: str) -> tuple[int, str]:
    (only,) = problems(text, *table)
    return only


# ------------------------------------------------------------------ refused


def test_a_syntax_error_names_its_line() -> None:
    line, text = problem("[imports]\na = \n")
    assert (line, text) == (2, "Invalid value (column 5)")


def test_an_old_name_twice_in_one_spelling_is_a_syntax_error_with_a_hint() -> None:
    with pytest.raises(ConfigError) as raised:
        parse_config('[imports]\na.b = "x"\na.b.c = "y"\n', "migrate.toml")
    assert [line for line, _ in raised.value.problems] == [3]
    assert "quotes" in raised.value.hint


def test_everything_that_is_wrong_is_reported_at_once() -> None:
    found = problems(
        "pack = 3\n"
        'import = "typo"\n'
        'branch_prefix = "a..b"\n'
        'roots = ["../outside", 4]\n'
        'exclude = [\n  "ok/**",\n  "open[",\n]\n'
        'documents = "maybe"\n'
        "[imports]\n"
        '"a b" = "c"\n'
        "d = 5\n"
    )
    assert [line for line, _ in found] == [1, 2, 3, 4, 4, 7, 9, 11, 12]
    told = [text for _, text in found]
    assert told[0] == "pack: expected a string, found a number"
    assert told[1] == "unknown key 'import'; did you mean 'imports'?"
    assert told[2] == "git takes no branch 'a..b/...': it has '..'"
    assert told[3] == "roots: '../outside' leads out of the top folder"
    assert told[4] == "roots: expected a string, found a number"
    assert told[5] == "exclude: 'open[' has a '[' that is not closed"
    assert told[6] == "documents is 'rewrite' or 'list', not 'maybe'"
    assert told[7] == "imports: 'a b' is not a dotted name: 'a b' is not an identifier"
    assert told[8] == "imports: the new name of 'd' must be a string"


def test_an_unknown_schema_hides_what_it_may_mean() -> None:
    assert problem("schema = 2\nbrand_new = 1\n") == (1, "schema 2 is not supported; known: 1")


def test_the_schema_is_not_a_truth_value() -> None:
    assert problem("schema = true") == (1, "schema: expected a number, found true or false")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("roots = 'src'", "roots: expected a list of strings, found a string"),
        ("exclude = {}", "exclude: expected a list of strings, found a table"),
        ("documents = 1979-05-27", "documents: expected a string, found a date or time"),
        ("branch_prefix = []", "branch_prefix: expected a string, found a list"),
        ("imports = 1.5", "imports: expected a table of old = new, found a number"),
        ("pack = 'no space'", "'no space' is not the name of a pack"),
    ],
)
def test_a_value_of_the_wrong_type(text: str, told: str) -> None:
    assert problem(text) == (1, told)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("a..b", "a part of it is empty"),
        (".a", "a part of it is empty"),
        ("", "a part of it is empty"),
        ("a.class", "'class' is a keyword"),
        ("a.None", "'None' is a keyword"),
        ("a.1b", "'1b' is not an identifier"),
        ("a.b ", "'b ' is not an identifier"),
        ("a-b", "'a-b' is not an identifier"),
        ("a:B", "write 'a.B'"),
    ],
)
def test_a_name_that_is_not_dotted_python(name: str, why: str) -> None:
    line, text = problem(f'[imports]\n"{name}" = "fine.Name"\n')
    assert line == 2
    assert text.startswith(f"imports: '{name}' is not a dotted name")
    assert text.endswith(why)
    assert problem(f'[imports]\n"fine.Name" = "{name}"\n') == (line, text)


def test_a_name_renamed_to_itself() -> None:
    assert problem('[imports]\n"a.b" = "a.b"\n') == (2, "imports: 'a.b' is renamed to itself")


def test_one_old_name_with_two_new_ones_after_flattening() -> None:
    text = '[imports]\n"a.b" = "c"\n\n[imports.a]\nb = "d"\n'
    told = "imports: 'a.b' is renamed to 'd' here and to 'c' on line 2"
    assert problem(text) == (5, told)


def test_two_spellings_of_one_identifier_are_one_name() -> None:
    line, text = problem('[imports]\n"a.ﬁ" = "c"\n"a.fi" = "d"\n')
    assert (line, text.endswith("'c' on line 2")) == (3, True)


@pytest.mark.parametrize(
    ("imports", "line", "told"),
    [
        ('a = "b"\nb = "a"', 2, "'a' never comes to an end: a -> b -> a (lines 2, 3)"),
        (
            'a = "b"\nb = "c"\nc = "a"',
            2,
            "'a' never comes to an end: a -> b -> c -> a (lines 2, 3, 4)",
        ),
        (
            '"a" = "b"\n"b.x" = "a.x"',
            3,
            "'b.x' never comes to an end: b.x -> a.x -> b.x (lines 3, 2)",
        ),
        ('"a" = "a.b"', 2, "'a' never comes to an end: a -> a.b -> ... (lines 2)"),
    ],
)
def test_renames_that_go_round_in_a_cycle(imports: str, line: int, told: str) -> None:
    assert problem(f"[imports]\n{imports}\n") == (line, f"imports: {told}")


def test_two_cycles_and_a_way_into_one_are_told_apart() -> None:
    found = problems('[imports]\na = "b"\nb = "a"\nx = "y"\ny = "x"\ninto = "a"\n')
    assert [line for line, _ in found] == [2, 4]


def test_a_canonical_name_that_is_itself_deprecated_is_followed() -> None:
    config = parse_config('[imports]\na = "b"\nb = "c"\n', "migrate.toml")
    assert config.imports == {"a": "c", "b": "c"}
    assert config.followed == ("'a' is taken to 'c': a -> b -> c",)


def test_a_canonical_name_inside_a_deprecated_module_is_followed() -> None:
    config = parse_config('[imports]\n"a.X" = "old.X"\n"old" = "new"\n', "migrate.toml")
    assert config.imports == {"a.X": "new.X", "old": "new"}
    assert config.followed == ("'a.X' is taken to 'new.X': a.X -> old.X -> new.X",)


def test_two_names_that_change_places_follow_nothing() -> None:
    config = parse_config('[imports]\n"a.F" = "b.F"\n"b.G" = "a.G"\n', "migrate.toml")
    assert config.imports == {"a.F": "b.F", "b.G": "a.G"}
    assert config.followed == ()


@pytest.mark.parametrize("version", ["", "3.x", ">=3", "3."])
def test_a_minimum_that_is_no_version(version: str) -> None:
    told = f"minimum.python: '{version}' is no version, such as 3.0"
    assert problem(f'[minimum]\npython = "{version}"\n') == (2, told)


def test_a_configuration_below_a_table_has_its_own_lines() -> None:
    text = '[project]\nname = "x"\n\n[tool.migrate]\nexlude = []\n'
    assert problem(text, "tool", "migrate") == (5, "unknown key 'exlude'; did you mean 'exclude'?")


def test_a_table_that_is_no_table() -> None:
    told = "tool.migrate: expected a table, found a number"
    assert problem("\n[tool]\nmigrate = 3\n", "tool", "migrate") == (3, told)


@pytest.mark.parametrize(
    "glob",
    ["", " ", "a\\\\b", "#a", "!", "/", "a//b", "./a", "../a", "a**", "a/**b", "[", "a[!"],
)
def test_a_glob_that_can_match_nothing(glob: str) -> None:
    line, text = problem(f'exclude = ["{glob}"]')
    assert line == 1
    assert text.startswith("exclude: ")


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "migrate.toml"
    path.write_bytes(b'pack = "websocket"\n# caf\xe9\n')
    with pytest.raises(ConfigError) as raised:
        load_config(path)
    assert raised.value.problems == ((2, "not UTF-8, which TOML must be"),)


def test_a_file_that_can_not_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        load_config(tmp_path / "migrate.toml")


def test_a_named_file_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such configuration file"):
        find_config(tmp_path, tmp_path / "other.toml")


def test_two_configurations_contradict_each_other(tmp_path: Path) -> None:
    (tmp_path / "migrate.toml").write_text("")
    (tmp_path / "pyproject.toml").write_text("[tool.migrate]\n")
    with pytest.raises(ConfigError) as raised:
        find_config(tmp_path, None)
    assert "migrate.toml" in raised.value.message
    assert "pyproject.toml" in raised.value.message
    assert find_config(tmp_path, tmp_path / "migrate.toml") == tmp_path / "migrate.toml"


def test_a_broken_project_file_that_is_ours_to_read(tmp_path: Path) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text("[tool.migrate]\npack = \n")
    assert find_config(tmp_path, None) == project
    with pytest.raises(ConfigError, match=r"pyproject\.toml:2"):
        load_config(project)


def test_a_broken_project_file_of_others_is_left_to_them(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.other\n")
    assert find_config(tmp_path, None) is None


# ----------------------------------------------------------------- accepted

_FULL = """\
schema = 1
pack = "canonical"
roots = [".", "src/", "./lib/python"]
exclude = ["vendor/**", "**/*_pb2.py", "a[!0-9]?.py"]
documents = "list"
[imports]
"z.Old" = "new.Z"
a.Old = "new.A"
"old.module" = "new.module"
"old.module.Special" = "elsewhere.Special"
"größe.Maß" = "new.Maß"
match.type = "new.soft"
"""


def test_an_empty_configuration_has_the_defaults() -> None:
    config = parse_config("", "migrate.toml")
    assert config.path is None
    assert config.packs == ("websocket",)
    assert config.branch_prefix == "migrate/websocket"
    assert config.roots is None
    assert config.exclude == ()
    assert config.documents == "rewrite"
    assert config.imports == {}


def test_a_full_configuration_keeps_the_order_of_the_file() -> None:
    config = parse_config(_FULL, "migrate.toml")
    assert config.packs == ("canonical",)
    assert config.branch_prefix == "migrate/canonical"
    assert config.roots == ("", "src", "lib/python")
    assert config.exclude == ("vendor/**", "**/*_pb2.py", "a[!0-9]?.py")
    assert config.documents == "list"
    assert list(config.imports.items()) == [
        ("z.Old", "new.Z"),
        ("a.Old", "new.A"),
        ("old.module", "new.module"),
        ("old.module.Special", "elsewhere.Special"),
        ("größe.Maß", "new.Maß"),
        ("match.type", "new.soft"),
    ]
    assert config.lines["old.module.Special"] == 10


def test_a_name_below_a_new_one_may_move_on() -> None:
    config = parse_config('[imports]\na = "b"\n"b.x" = "c.x"\n"b.y" = "b"\n', "migrate.toml")
    assert len(config.imports) == 3


def test_the_same_rename_twice_is_one() -> None:
    config = parse_config('[imports]\n"a.b" = "c"\na.b = "c"\n', "migrate.toml")
    assert dict(config.lines) == {"a.b": 2}


def test_a_project_file_without_the_table_is_none(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("tool = 3\n")
    assert find_config(tmp_path, None) is None
    (tmp_path / "migrate.toml").write_text("")
    assert find_config(tmp_path, None) == tmp_path / "migrate.toml"


def test_a_project_file_is_read_at_its_table(tmp_path: Path) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_bytes(b'\xef\xbb\xbf[tool.migrate.imports]\r\n"a.B" = "c.B"\r\n')
    assert find_config(tmp_path, None) == project
    config = load_config(project)
    assert config.path == project
    assert config.imports == {"a.B": "c.B"}
    assert config.lines == {"a.B": 2}


_BRANCH_PARTS = st.sampled_from([*"ab.@{}/-~ *[\\\n", ".lock"])


@settings(max_examples=60, deadline=None)
@given(st.lists(_BRANCH_PARTS, max_size=6).map("".join))
@example("a.lock")
@example("a.lock/b")
@example("@")
@example("a/@/b")
@example("é\x7f")
@example("-a")
def test_the_rules_for_branches_are_those_of_git(name: str) -> None:
    done = subprocess.run(
        ["git", "check-ref-format", "--branch", name], capture_output=True, check=False
    )
    assert (branch_problem(name) == "") == (done.returncode == 0)


def test_a_branch_prefix_that_git_would_put_in_the_wrong_place() -> None:
    assert branch_problem("refs/heads/migrate") == "leave out 'refs/heads/'"


@pytest.mark.parametrize(
    "glob",
    [
        *("*", "a/**/b.py", "**", "a[]]b", "[!]a]", "with space/*.py"),
        *("/top", "folder/", "!taken/back", "!/top/"),
    ],
)
def test_globs_that_can_match(glob: str) -> None:
    assert glob_problem(glob) == ""
