"""A small repository with three phases, and what happens to it over weeks."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from onepath_cli.app import app

FILES = {
    "pkg/__init__.py": "",
    "pkg/new.py": "class Manager:\n    def __init__(self, user=None):\n        self.user = user\n",
    "pkg/old.py": "from pkg.new import Manager\n",
    "pkg/make.py": (
        "from pkg.old import Manager\n\n\ndef make_manager(user=None):\n    return Manager(user)\n"
    ),
    "app.py": '"""App."""\n\nimport os\n\nfrom pkg.old import Manager\n\nmanager = Manager()\n',
    "other.py": "from pkg.make import make_manager\n\nmanager = make_manager('x')\n",
    "notes.txt": "one\ntwo\nthree\n",
    "migrate.toml": (
        '[imports]\n"pkg.old.Manager" = "pkg.new.Manager"\n\n'
        '[factories."pkg.make.make_manager"]\nto = "pkg.new.Manager"\n\n'
        '[shims]\n"pkg.old" = "delete"\n'
    ),
}
FIRST, SECOND, THIRD = (
    f"migrate/websocket/{name}" for name in ("01-canonical-imports", "02-factories", "03-shims")
)
LEDGER = ".migrate/ledger/websocket"


class World:
    """The repository, and the command run in it."""

    FIRST, SECOND, THIRD, LEDGER = FIRST, SECOND, THIRD, LEDGER
    ALL = (FIRST, SECOND, THIRD)

    def __init__(self, repository: Any) -> None:
        self.repository = repository
        self.path: Path = repository.path
        self.git = repository.git

    def migrate(self, *arguments: str, code: int = 0, repo: Path | None = None) -> str:
        done = CliRunner().invoke(app, ["--repo", os.fspath(repo or self.path), *arguments])
        assert done.exit_code == code, f"{arguments}: {done.exit_code}\n{done.output}"
        return done.output

    def json(self, *arguments: str, code: int = 0, repo: Path | None = None) -> Any:
        done = CliRunner().invoke(app, ["--repo", os.fspath(repo or self.path), *arguments])
        assert done.exit_code == code, f"{arguments}: {done.exit_code}\n{done.output}"
        return json.loads(done.stdout)

    def apply(self, *arguments: str, code: int = 0) -> dict[str, str]:
        """Run `migrate apply`; return what became of each branch, by its number."""
        document = self.json("apply", "--format", "json", *arguments, code=code)
        return {one["branch"][18:20]: one["status"] for one in document["branches"]}

    def status(self, *arguments: str) -> dict[str, Any]:
        """Run `migrate status`; return each phase by its name."""
        document = self.json(*arguments, "status", "--format", "json")
        return {phase["name"]: phase for phase in document["phases"]}

    def statuses(self, *arguments: str) -> list[str]:
        return [phase["status"] for phase in self.status(*arguments).values()]

    def tips(self) -> list[str]:
        return [str(self.git("rev-parse", "-q", "--verify", one, check=False)) for one in self.ALL]

    def commit_on(self, branch: str, files: dict[str, str | None], message: str = "mine") -> str:
        """Commit on a branch as a person would, and come back."""
        self.git("switch", "--quiet", branch)
        for path, text in files.items():
            if text is None:
                (self.path / path).unlink()
        self.repository.write({path: text for path, text in files.items() if text is not None})
        commit = self.repository.commit(message=message)
        self.git("switch", "--quiet", "main")
        return str(commit)

    def stack(self) -> list[str]:
        """The titles from the top of the stack down to the start of the history."""
        return str(self.git("log", "--first-parent", "--format=%s", THIRD)).splitlines()

    def show(self, revision: str, path: str) -> str:
        return str(self.git("show", f"{revision}:{path}"))


@pytest.fixture
def world(make_repository: Callable[..., Any]) -> World:
    return World(make_repository(FILES))


@pytest.fixture
def landed(world: World) -> World:
    assert world.apply() == {"01": "created", "02": "created", "03": "created"}
    return world
