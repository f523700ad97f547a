"""Parts of a phase that is made on what people put on the phase below it."""

import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from tests.state.conftest import FILES, FIRST, SECOND
from typer.testing import CliRunner

from onepath_cli.app import app

MINE = {
    "late.py": "from pkg.make import make_manager\n\nlate = make_manager()\n",
    "other.py": FILES["other.py"].replace("manager =", "# mine\nmanager ="),
}


@pytest.mark.parametrize("appended", [False, True])
def test_what_people_put_below_is_part_of_what_is_planned_on(
    make_repository: Callable[..., Any], appended: bool
) -> None:
    repository = make_repository(FILES)

    def migrate(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["--repo", os.fspath(repository.path), *arguments])
        assert done.exit_code == 0, done.output
        return done.stdout

    migrate("apply")
    repository.git("switch", "--quiet", FIRST)
    repository.commit(MINE, "mine")
    repository.git("switch", "--quiet", "main")
    repository.commit({"later.py": "from pkg.old import Manager\n"} if appended else {"x.txt": "x"})
    migrate("apply", *(["--append"] if appended else []))
    shown = json.loads(
        migrate("pr", "--dry-run", "--phase", "factories", "--shard", "folder", "--format", "json")
    )
    # The factory is deleted after its calls.
    assert [one["shard"] for one in shown["pull_requests"]] == ["part-top", "part-pkg"]
    assert repository.git("diff", "--name-only", FIRST, SECOND, "--", "*.py").split() == [
        "late.py",
        "other.py",
        "pkg/make.py",
    ]
