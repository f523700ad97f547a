"""What a start of the command loads, counted in modules and not in time."""

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

from onepath_cli.app import app
from onepath_cli.commands import SUMMARIES
from onepath_cli.loading import convert_plainly

HEAVY = {"git", "libcst", "pydantic", "sqlite3", "onepath.model"}
FEW = 30  # modules of our own and of the standard library, on top of those that Typer loads

_TELL = (
    "import atexit, os, sys; atexit.register(lambda: os.write(2, ' '.join(sys.modules).encode()))"
)


def run(*arguments: str, **environment: str) -> tuple[str, set[str]]:
    """What a command prints, and which modules it has loaded."""
    code = f"{_TELL}\nsys.argv = ['migrate', *{arguments!r}]\n"
    return output_of(code + "from onepath_cli.start import main; main()", **environment)


def output_of(code: str, **environment: str) -> tuple[str, set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True, env={**os.environ, **environment},
    )  # fmt: skip
    return done.stdout, set(done.stderr.split())


@cache
def of_typer() -> set[str]:
    return output_of(f"{_TELL}; import typer")[1]


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_is_told_without_loading_anything_else(option: str) -> None:
    version, modules = run(option)
    assert version.startswith("onepath ")
    bare = output_of(_TELL)[1]
    assert modules - bare <= {"gc", "onepath", "onepath_cli", "onepath_cli.start"}


@pytest.mark.parametrize("arguments", [("--version", "--quiet"), ("--quiet", "-V")])
def test_among_other_options_it_is_the_same(arguments: tuple[str, ...]) -> None:
    assert run(*arguments)[0] == run("--version")[0]


@pytest.mark.parametrize("command", ["", *SUMMARIES])
def test_help_loads_little_more_than_typer(command: str) -> None:
    text, modules = run(*command.split(), "--help")
    assert "Usage: migrate" in text
    assert not modules & HEAVY
    assert len(modules - of_typer()) < FEW


def test_help_of_all_loads_no_command() -> None:
    _, modules = run("--help")
    commands = {name for name in modules if name.startswith("onepath_cli.commands.")}
    # What runs without a command.
    assert commands == {"onepath_cli.commands.phases", "onepath_cli.commands.phases.dry_run"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("migrate re", "rename"),
        ("migrate ", "audit"),
        ("migrate rename --in", "--inside"),
        ("migrate audit --format s", "sarif"),
    ],
)
def test_completion_loads_little(words: str, expected: str) -> None:
    given = {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    text, modules = run(_MIGRATE_COMPLETE="complete_bash", **given)
    assert expected in text
    assert not modules & HEAVY
    assert len(modules - of_typer()) < FEW


def test_a_plan_that_is_kept_loads_nothing_that_plans(tmp_path: Path) -> None:
    """Neither what reads files nor what rewrites and proves: only what finds the plan again."""
    files = {
        "migrate.toml": '[imports]\n"old.Thing" = "new.Thing"\n',
        "new.py": "class Thing: pass\n",
        "old.py": "from new import Thing\n",
        "user.py": "from old import Thing\nThing()\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    git = ["git", "-C", str(tmp_path), "-c", "user.name=n", "-c", "user.email=e"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "start"]):
        subprocess.run([*git, *arguments], check=True)
    command = ("--repo", str(tmp_path), "--quiet", "--dry-run")
    planning = {
        "libcst", "onepath.facts.extract.walk", "onepath.importing.order", "onepath.proof.changes",
        "onepath_packs.canonical.imports.planning",
    }  # fmt: skip
    diff, modules = run(*command)
    assert "+from new import Thing" in diff
    assert planning <= modules
    assert "pydantic" not in modules
    again, modules = run(*command)
    assert again == diff
    assert not modules & planning
    # What is known of installed code is too new here to be kept, so that it is found out again.
    assert not modules & {
        "git",
        "pathspec",
        "multiprocessing",
        "concurrent.futures",
        "configparser",
    }


def test_refactors_of_our_own_load_nothing_that_runs_those_of_users() -> None:
    loading = "import onepath_packs.canonical.rename, onepath_packs.canonical.move"
    _, modules = output_of(f"{_TELL}\n{loading}")
    assert not modules & {"libcst.codemod", "libcst.matchers", "onepath.plan.oneoff"}


def commands() -> Iterator[tuple[str, Any]]:
    group: Any = get_command(app)
    yield "", group
    for name, listed in group.commands.items():
        yield name, listed.loaded


def test_the_list_says_what_the_commands_say() -> None:
    said = {name: command.get_short_help_str(1000) for name, command in commands() if name}
    assert said == SUMMARIES


@pytest.mark.parametrize("name", ["", *SUMMARIES])
def test_values_become_what_typer_makes_of_them(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Typer, which loads pydantic for them, is the judge."""
    monkeypatch.chdir(tmp_path)
    tmp_path.joinpath("folder").mkdir()
    tmp_path.joinpath("unreadable").write_text("")
    tmp_path.joinpath("unreadable").chmod(0)
    command = dict(commands())[name]
    context: Any = typer.Context(command, info_name=name, resilient_parsing=True)
    convert_plainly(command, context)
    for parameter in command.get_params(context):
        for value in _values(parameter):
            ours = _outcome(parameter.process_value, context, value)
            theirs = _outcome(type(parameter).process_value, parameter, context, value)
            assert ours == theirs, (parameter.name, value)


def _values(parameter: Any) -> Iterator[Any]:
    words = [
        "",
        "text",
        "TEXT",
        "json",
        "any",
        "folder",
        "folder/",
        "nowhere/./x",
        "0",
        "3",
        "007",
        "\N{ARABIC-INDIC DIGIT THREE}",
        "-1",
        "0.5",
    ]
    yield parameter.default
    if parameter.multiple or parameter.nargs != 1:
        yield from ([], ["a"], words)
    elif getattr(parameter, "is_flag", False):
        yield from (True, False)
    else:
        yield from (*words, "unreadable", "nul")


def _outcome(process: Any, *given: Any) -> Any:
    try:
        value = process(*given)
    except Exception as error:
        return type(error), str(error)
    if value is None or isinstance(value, list | tuple):
        return list(value or ())  # a command can't tell these apart
    return value if isinstance(value, float | int) else (type(value), value)
