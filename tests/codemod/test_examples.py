"""The runner of examples: what is not as an example says is told."""

from pathlib import Path

import pytest

from onepath.codemod.examples import ExampleError, lacking, problems_of, read_example
from onepath.errors import ConfigError
from onepath.run.serial import SerialExecutor
from onepath_packs import canonical, websocket

CODEMOD = canonical.CODEMODS[0]
GOOD = """\
Renames.
=== migrate.toml
[imports]
"p.old" = "p.new"
=== before p/__init__.py
=== before p/old.py
from p.new import A
=== before p/new.py
class A: pass
=== before app.py
import p.old
p.old.A()
=== after app.py
import p.new
p.new.A()
"""


def run(text: str, folder: Path) -> list[str]:
    file = folder / "examples" / "one.example"
    file.parent.mkdir()
    file.write_text(text)
    example = read_example(file)
    example.codemod = CODEMOD
    (folder / "world").mkdir()
    return problems_of(example, websocket.PACK, folder / "world", SerialExecutor())


def test_what_is_as_it_says_has_no_problem(tmp_path: Path) -> None:
    assert run(GOOD, tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("import p.new\n", "import p.other\n", "-import p.other\n+import p.new\n p.new.A()"),
        ("=== after app.py\n", "=== after b.py\n", "b.py: is gone"),
        ("=== after app.py\n", "=== deleted app.py\n=== after b.py\n", "app.py: was made"),
        ("=== after", "=== refused app.py:3 never\n=== after", "not refused: app.py:3 never"),
        ("=== after", "=== remark\nsaid\n=== after", "not remark: said"),
    ],
)
def test_every_difference_is_told(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert problem in "\n".join(run(GOOD.replace(old, new, 1), tmp_path))


def test_a_refusal_that_is_not_listed_is_told(tmp_path: Path) -> None:
    text = GOOD.replace(
        "=== before app.py\n", "=== before bad.py\np.old\ndef (\n=== before app.py\n"
    )
    (problem,) = run(text, tmp_path)
    assert problem == "refused, and not expected: bad.py:2 unparseable"


def test_findings_are_compared_by_place_and_words(tmp_path: Path) -> None:
    text = (
        'Events.\n=== rule event-structure\n=== before a.py\nx = {"type": "agent_started"}\n'
        "=== finding a.py:1 no such words\n"
    )
    problems = run(text, tmp_path)
    assert problems[0] == "not found: a.py:1 no such words"
    assert problems[1].startswith("found, and not expected: a.py:1 event agent_started")


def test_a_section_that_has_no_meaning_is_an_error_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(ExampleError, match=r"one.example: unknown section '=== befor a.py'"):
        run("Text.\n=== befor a.py\nx\n", tmp_path)


def test_the_errors_of_its_configuration_name_the_example(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"one.example:1: unknown key 'import'"):
        run("Text.\n=== migrate.toml\nimport = 1\n=== before a.py\nx\n", tmp_path)


def test_what_has_no_example_is_lacking() -> None:
    lines = lacking(websocket.PACK, [])
    assert "websocket/v0001_canonical_imports: no example shows what it refuses" in lines
    assert "rule event-structure: no example shows what it does not find" in lines
