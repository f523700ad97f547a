"""Commands of the user's: on copies, with settings beside them, judged by what they leave."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onepath.codemod.packs.configuration import parse_config
from onepath.codemod.users.shell_command import parse_command
from onepath.errors import InputError, RefusedError
from onepath.model import Plan
from onepath.plan.oneoff import plan_codemod
from onepath.run import make_executor
from onepath.snapshot import open_snapshot

FILES = {
    "pkg/a b.py": "x = 1\n",
    "pkg/c.py": "x = 2\n",
    "pyproject.toml": "# setting\n",
    "pkg/ruff.toml": "# inner\n",
    "pkg/secret.txt": "x\n",
}


def run(folder: Path, command: str, *globs: str, seconds: float = 0, **more: Any) -> Plan:
    with make_executor(1) as executor:
        named = parse_command(command, seconds)
        return plan_codemod(
            open_snapshot(folder), parse_config("", ""), named, globs, executor=executor, **more
        )


def python(code: str) -> str:
    return f"{sys.executable} -c '{code}' {{file}}"


def changed(plan: Plan) -> dict[str, bytes | None]:
    return {one.path: one.new for one in plan.phases[0].changeset.changes}


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("sed -i s/a/b/", "has no {file}"),
        ("{file}", "has no {file}"),
        ("", "has no {file}"),
        ("no-such-program {file}", "there is no program 'no-such-program'"),
        ("sed 's/a/b {file}", "No closing quotation"),
    ],
)
def test_a_command_that_can_not_be_run_is_a_mistake(command: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_command(command, 0)
    assert told in caught.value.message


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ('import sys; sys.exit("no good")', "pkg/a b.py exit code 1: no good"),
        ('import sys; open(sys.argv[1], "w").write("x = (")', "pkg/a b.py:1 after the"),
        ("import os, sys; os.remove(sys.argv[1])", "pkg/a b.py the command left no file"),
        ("while True: pass", "pkg/a b.py it did not end within 1 seconds"),
    ],
)
def test_a_command_that_fails(make_repository: Callable[..., Any], code: str, told: str) -> None:
    folder = make_repository(FILES).path
    with pytest.raises(RefusedError) as caught:
        run(folder, python(code), "pkg/a*", seconds=1)
    assert told in caught.value.message
    assert changed(run(folder, python(code), "pkg/a*", seconds=1, keep_going=True)) == {}


def test_it_sees_copies_and_settings_and_nothing_else(
    make_repository: Callable[..., Any],
) -> None:
    repository = make_repository(FILES)
    before = repository.state()
    code = (
        "import os, pathlib, sys; here = pathlib.Path.cwd(); file = pathlib.Path(sys.argv[1]); "
        'names = sorted(str(one.relative_to(here)) for one in here.rglob("*") if one.is_file()); '
        'print("noise"); (here / "new.py").write_text(""); '
        'file.write_text(file.read_text() + "# " + repr(names) + chr(10))'
    )
    plan = run(repository.path, python(code), "pkg/a*")
    (new,) = changed(plan).values()
    assert new == b"x = 1\n# ['pkg/a b.py', 'pkg/ruff.toml', 'pyproject.toml']\n"
    assert repository.state() == before
    assert plan.phases[0].branch.startswith("migrate/run/python")
