"""Fleets of small real repositories."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Repository
from typer.testing import CliRunner

from onepath_cli.app import app

FILES = {
    "migrate.toml": '[imports]\n"shop.old.Name" = "shop.new.Name"\n\n'
    '[shims]\n"shop.old" = "delete"\n',
    "shop/__init__.py": "",
    "shop/new.py": "class Name:\n    pass\n",
    "shop/old.py": "from shop.new import Name\n",
    "shop/views.py": "from shop.old import Name\n\nNAME = Name()\n",
}
FIRST = "migrate/websocket/01-canonical-imports"
SHIMS = "migrate/websocket/03-shims"
PROGRAM = (sys.executable, "-c", "from onepath_cli.app import main; main()")


@dataclass
class Done:
    """What a run gave."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)

    @property
    def by_name(self) -> dict[str, Any]:
        return {one["name"]: one for one in self.document["repositories"]}


@dataclass
class Fleet:
    """A folder with repositories and a file that names all of them."""

    top: Path
    temporary: Path

    @property
    def file(self) -> Path:
        return self.top / "fleet.toml"

    def write(self, text: str) -> None:
        self.file.write_text(text, encoding="utf-8")

    def add(self, name: str, files: Mapping[str, str | bytes] | None = None) -> Repository:
        """Make a repository `repos/NAME` with one commit."""
        repository = Repository(self.top / "repos" / name)
        repository.commit({**FILES, **(files or {})}, "start")
        return repository

    def __call__(self, *arguments: str, code: int | None = 0) -> Done:
        """Run `migrate fleet` in this process."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tempfile, "tempdir", str(self.temporary))
            done = CliRunner().invoke(app, ["fleet", str(self.file), *arguments])
        assert isinstance(done.exception, SystemExit | None), done.exception
        assert code is None or done.exit_code == code, f"{done.stdout}{done.stderr}"
        return Done(done.exit_code, done.stdout, done.stderr)

    def json(self, *arguments: str, code: int | None = 0) -> Done:
        return self(*arguments, "--format", "json", code=code)

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start `migrate fleet` in a process of its own."""
        environment = {**os.environ, "TMPDIR": str(self.temporary)}
        return subprocess.Popen(
            [*PROGRAM, "fleet", str(self.file), *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
        )  # fmt: skip


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    top, temporary = tmp_path / "fleet", tmp_path / "temporary"
    top.mkdir()
    temporary.mkdir()
    made = Fleet(top, temporary)
    made.write('[[repositories]]\npath = "repos/*"\n')
    return made


@pytest.fixture
def single() -> Callable[..., Any]:
    """`single(folder, *arguments)` runs a single command for one repository, as JSON."""

    def run(folder: Path, *arguments: str) -> Any:
        done = CliRunner().invoke(app, ["--repo", str(folder), *arguments, "--format", "json"])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    return run


def refs(repositories: Sequence[Repository]) -> list[str]:
    return [one.git("for-each-ref", "refs/heads") for one in repositories]
