"""A repository for reviews, and what answers from a pipe make of them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from onepath_cli.app import app

USE = """from pkg.lib import old


def f():
    old(1)
    old(2)


def g():
    return old(3)
"""
FILES = {
    "pkg/__init__.py": "",
    "pkg/lib.py": "def old(x): ...\n\n\ndef new(x): ...\n",
    "pkg/use.py": USE,
    "pkg/other.py": "import pkg.lib\n\npkg.lib.old(4)\n",
}
REPLACE = ("replace", "pkg.lib.old($X)", "pkg.lib.new($X)")


@pytest.fixture
def repository(make_repository: Callable[..., Any]) -> Any:
    return make_repository(FILES)


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`answer(repository, "y", "n", ...)`: what a review says to these answers."""

    def run(
        repository: Any, *answers: str, command: tuple[str, ...] = REPLACE, editor: str = "true"
    ) -> Any:
        option = () if command[0] == "review" else ("--review",)
        with monkeypatch.context() as patch:
            patch.chdir(repository.path)
            patch.delenv("VISUAL", raising=False)
            patch.setenv("EDITOR", editor)
            given = "".join(f"{one}\n" for one in answers)
            return CliRunner().invoke(app, [*command, *option], input=given)

    return run


def planned(repository: Any, migrate: Any, *command: str) -> tuple[str, Any]:
    """The hash of the plan, and its only phase."""
    shown = migrate(*(command or REPLACE), "--dry-run", "--format", "json", cwd=repository.path)
    document = json.loads(shown.out)
    return document["hash"], document["phases"][0]
