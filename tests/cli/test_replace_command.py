"""`migrate replace`, from the command line to the branch."""

import json
from collections.abc import Callable
from typing import Any

import pytest

FILES = {
    "pkg/__init__.py": "",
    "pkg/old.py": "class Manager:\n    pass\n",
    "pkg/new.py": "class Manager:\n    pass\n",
    "pkg/use.py": "from pkg.old import Manager\n\nprint('{}'.format(Manager()))\n",
    "tests/bad.py": "x = (\n",
}
REPLACE = ("replace", "pkg.old.Manager($$$A)", "pkg.new.Manager($$$A)")
RULES = """
[[rule]]
pattern = "'{}'.format($X)"
replacement = "str($X)"
[[rule.example]]
before = "x = '{}'.format(y)\\n"
after = "x = str(y)\\n"
"""


@pytest.fixture
def repository(make_repository: Callable[..., Any]) -> Any:
    return make_repository(FILES)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["replace", "len($X)"], 2, "replace takes PATTERN and REPLACEMENT, or --from FILE"),
        (["replace", "len($X", "str($X)"], 2, "PATTERN:1:4: 'len($X': '(' was never closed"),
        (["replace", "len($X)", "str($Y)"], 2, "REPLACEMENT: $Y stands for nothing"),
        (["replace", "--from", "none.toml"], 2, "none.toml can't be read: No such file"),
        (["replace", "--from", "bad.toml"], 3, "bad.toml:2: example 1 comes out as"),
        ([*REPLACE, "--check"], 2, "--check needs --dry-run"),
        ([*REPLACE], 2, "hint: add --yes"),
    ],
)
def test_what_can_not_be_replaced_changes_nothing(
    repository: Any, migrate: Any, arguments: list[str], code: int, told: str
) -> None:
    repository.write({"bad.toml": RULES.replace('after = "x', 'after = "z')})
    before = repository.state()
    done = migrate(*arguments, cwd=repository.path)
    assert (done.code, told in done.err) == (code, True), done.err
    assert repository.state() == before


def test_a_replacement_is_shown_and_lands_as_it_was_shown(repository: Any, migrate: Any) -> None:
    shown = migrate(*REPLACE, "--dry-run", "--format", "json", cwd=repository.path)
    plan = json.loads(shown.out)
    (phase,) = plan["phases"]
    assert phase["changes"] == [{"path": "pkg/use.py", "edits": 2}]
    assert migrate(*REPLACE, "--dry-run", "--check", cwd=repository.path).code == 1
    assert migrate(*REPLACE, "--plan", "0" * 64, cwd=repository.path).code == 3
    assert migrate(*REPLACE, "--plan", plan["hash"], cwd=repository.path).code == 0
    landed = repository.git("show", "migrate/replace/pkg-old-Manager-A:pkg/use.py")
    assert landed.strip() == "from pkg.new import Manager\n\nprint('{}'.format(Manager()))"


def test_rules_of_a_file_are_written_into_the_files(repository: Any, migrate: Any) -> None:
    repository.write({"rules.toml": RULES})
    assert migrate("replace", "--from", "rules.toml", "--worktree", cwd=repository.path).code == 0
    assert "print(str(Manager()))" in (repository.path / "pkg/use.py").read_text()
