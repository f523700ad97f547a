"""What is wrong with a rule is told with its place, before anything is searched."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onepath.codemod.packs.configuration import parse_config
from onepath.codemod.patterns.rule import PatternRule, read_rules
from onepath.errors import ConfigError, InputError, RefusedError
from onepath.plan.replacing import plan_replacement
from onepath.run import SerialExecutor
from onepath.snapshot import open_snapshot

GOOD = """
[[rule]]
pattern = "lib.old($X)"
replacement = "lib.new($X)"
[[rule.example]]
before = "from lib import old\\nold(1)\\n"
after = "from lib import new\\nnew(1)\\n"
"""


@pytest.mark.parametrize(
    ("pattern", "replacement", "told"),
    [
        ("f($X", "len($X)", "PATTERN:1:2: 'f($X': '(' was never closed"),
        ("len($X) +* 2", "len($X)", "PATTERN:1:10:"),
        ("len(\n  $X) +* 2", "len($X)", "PATTERN:2:8:"),
        ("x = $X", "len($X)", "PATTERN:1:1: 'x = $X' is a statement"),
        ("import x", "len($X)", "'import x' is a statement, and an expression is needed"),
        ("len($X)", "return $X", "REPLACEMENT:1:1: 'return $X' is a statement"),
        ("", "len($X)", "'' is empty"),
        ("len($)", "len(1)", "PATTERN:1:5: a name must follow '$'"),
        ("len($X)", "abs($Y)", "REPLACEMENT: $Y stands for nothing in the pattern 'len($X)'"),
        ("len($X)", "abs($$$X)", "$$$X stands for nothing"),
        ("len($_)", "abs($_)", "$_ stands for nothing"),
        ("len($X, $$$X)", "abs($X)", "$X and $$$X can't be told apart"),
        ("len($$$X, $$$Y)", "abs($$$Y)", "$$$X and $$$Y stand side by side"),
        ("len(1, [$$$X, $$$Y])", "abs($$$Y)", "$$$X and $$$Y stand side by side"),
        ("len(a=$$$X)", "abs(1)", "PATTERN:1:7:"),
        ("len(lambda: [$$$X + 1])", "abs(1)", "$$$X stands for arguments or elements"),
        ("len($$$X)", "abs($$$X | 1)", "$$$X stands for arguments or elements"),
        ("$X", "len($X)", "'$X' would match everything"),
        ("$X, $Y", "len($X)", "is a tuple, a generator or a literal"),
        ("(x for x in $Y)", "len($Y)", "is a tuple, a generator or a literal"),
        ("'a'", "len(1)", "is a tuple, a generator or a literal"),
        ("len((y := $X))", "abs($X)", "binds a name or yields"),
        ("len($X)", "(yield $X)", "binds a name or yields"),
        ("len($X)", "len( $X )", "is the pattern itself"),
        ("len($X)", "len($X + 1)", "would never come to an end"),
        ("len($X)", "abs(len($X))", "would never come to an end"),
        ("len($$$A)", "len($$$A, 1)", "would never come to an end"),
    ],
)
def test_a_rule_that_can_not_be(pattern: str, replacement: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        PatternRule.read(pattern, replacement)
    assert told in caught.value.message


@pytest.mark.parametrize(
    ("pattern", "replacement", "told"),
    [
        ("get($X)", "lib.new($X)", "PATTERN: 'get' is no builtin and no module"),
        ("lib.old($X)", "put($X)", "REPLACEMENT: 'put' is no builtin and no module"),
        ("lib.old($X)", "lib.nothing($X)", "REPLACEMENT: 'lib.nothing' does not exist"),
        ("lib.old($X)", "os.path.jion($X)", "REPLACEMENT: 'os.path.jion' does not exist"),
    ],
)
def test_a_dotted_path_must_lead_somewhere(
    replace: Callable[..., Any], pattern: str, replacement: str, told: str
) -> None:
    with pytest.raises(InputError) as caught:
        replace({"lib.py": "def old(x): ...\n"}, (pattern, replacement))
    assert told in caught.value.message


@pytest.mark.parametrize(
    ("replacement", "told"),
    [
        (
            "nowhere.new($X)",
            ("'nowhere' is not in the environment: 'nowhere.new' is taken as declared",),
        ),
        ("json.dumps($X)", ()),
        ("lib.new($X)", ()),
        ("len($X)", ()),
    ],
)
def test_a_package_that_is_not_there_is_said(
    replace: Callable[..., Any], replacement: str, told: tuple[str, ...]
) -> None:
    files = {"lib.py": "def old(x): ...\ndef new(x): ...\n", "use.py": "import lib\nlib.old(1)\n"}
    assert replace(files, ("lib.old($X)", replacement)).phase.remarks == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[rule]\n", "rules.toml:1:"),
        ("", "rules.toml: holds no [[rule]]"),
        ("rules = 3\n", "rules.toml:1: unknown key 'rules'"),
        ("\n[[rule]]\npattern = 'len($X)'\n", "rules.toml:2: replacement is missing"),
        ("[[rule]]\npattern = 3\nreplacement = 'f'\n", "rules.toml:1: pattern: expected a string"),
        ("[[rule]]\npattern = 'len($X)'\nreplacment = 'f'\n", "unknown key 'replacment'"),
        (GOOD + "[[rule]]\npattern = 'f($X'\nreplacement = 'f'\n", "rules.toml:8: pattern:1:2:"),
        (GOOD.replace("after", "then"), "rules.toml:2: an example has two strings"),
        (
            GOOD.replace("[[rule]]", "[[ rule ]]  # one")
            + "[[rule]]\npattern = 3\nreplacement=''\n",
            "rules.toml:8: pattern: expected a string",
        ),
        ("rule = [\n  {pattern = 'len($X'},\n]\n", "rules.toml:2: replacement is missing"),
        (GOOD + GOOD, "rules.toml:9: pattern: 'lib.old($X)' is the pattern of "),
    ],
)
def test_a_rule_file_that_can_not_be_read(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_rules(path)
    assert told in caught.value.message.replace(f"{tmp_path}/", "")
    assert not isinstance(caught.value, ConfigError) or caught.value.problems


def plan(tmp_path: Path, text: str) -> Any:
    code = tmp_path / "code"
    code.mkdir()
    (code / "lib.py").write_text("def old(x): ...\ndef new(x): ...\n")
    (code / "use.py").write_text("import lib\nlib.old(1)\n")
    path = tmp_path / "rules.toml"
    path.write_text(text)
    return plan_replacement(
        open_snapshot(code),
        parse_config("", ""),
        read_rules(path),
        "rules.toml",
        executor=SerialExecutor(),
    )


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("new(1)", "new(2)"),
        GOOD.replace("old(1)", "old(1, 2)"),
        GOOD.replace("old(1)", "old(1"),
    ],
)
def test_an_example_that_fails_is_refused_before_anything_is_searched(
    tmp_path: Path, text: str
) -> None:
    with pytest.raises(RefusedError) as caught:
        plan(tmp_path, text)
    assert "rules.toml:2: example 1 comes out as" in caught.value.message


def test_the_rules_of_a_file_are_one_phase(tmp_path: Path) -> None:
    more = "[[rule]]\npattern = 'len($X)'\nreplacement = 'lib.old($X)'\n"
    (phase,) = plan(tmp_path, GOOD + more).phases
    assert phase.branch == "migrate/replace/rules-toml"
    assert phase.title == "Replace as rules.toml says"
    assert [change.new for change in phase.changeset.changes] == [b"import lib\nlib.new(1)\n"]


def test_rules_that_chase_one_another_are_refused(replace: Callable[..., Any]) -> None:
    files = {"use.py": "len(x)\n"}
    done = replace(files, ("len($X)", "abs($X)"), ("abs($X)", "len($X)"))
    assert (done.files, done.refused) == ({}, ["use.py:1 never-ends"])
