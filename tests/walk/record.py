"""Walks through a migration of the demo that takes weeks, and writes down what was seen.

    python -m tests.walk.record docs/walk.md

Everything is real: the demo repository, a git server and a forge on the loopback address, the
commands and what they print. Only ids of commits and plans are replaced, in the order in which they
appear, because they change with every version of a codemod.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from tests.publish.git_server import GitServer
from tests.publish.github_server import TOKEN, GitHubServer
from typer.testing import CliRunner

from onepath.publish.forges import http
from onepath_cli.app import app

ROOT = Path(__file__).resolve().parents[2]
AUDITED = "netra_backend/app/services/notification_service.py"
FROZEN = f'''"""Files that an auditor has signed: a change of them needs another signature."""

import hashlib
from pathlib import Path

SIGNED = {{"{AUDITED}": "%s"}}


def test_signed_files_are_as_they_were_signed():
    for path, digest in SIGNED.items():
        assert hashlib.sha256(Path(path).read_bytes()).hexdigest() == digest
'''
_OID = re.compile(r"\b[0-9a-f]{64}\b|\b[0-9a-f]{40}\b|\b[0-9a-f]{12}\b|\b[0-9a-f]{7}\b")


class Walk:
    """The repository, the servers, and what has been written down.

    Args:
        folder: Where the repositories are made.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "demo"
        self.origin = folder / "served" / "shop" / "app.git"
        self.git_server = GitServer(folder / "served")
        self.github = GitHubServer(self.origin, stacks=False)
        self._pieces: list[str] = []
        self._dates = 0

    # ------------------------------------------------------------- writing down

    def text(self) -> str:
        """The page as it stands, with stable ids."""
        known: dict[str, str] = {}

        def stable(match: re.Match[str]) -> str:
            oid = match[0]
            name = known.setdefault(oid[:7], f"{len(known) + 1:07x}")
            return name.ljust(len(oid), "0")

        text = "\n".join(self._pieces)
        text = text.replace(self.github.url, "https://api.example.test")
        text = text.replace(os.fspath(self.path), "demo")
        text = text.replace(self.git_server.url, "https://example.test")
        text = re.sub(r"0x[0-9a-f]+", "0x0", text)
        return _OID.sub(stable, text)

    def say(self, text: str) -> None:
        """Write prose down."""
        self._pieces.append(text.strip() + "\n")

    def show(self, command: str, output: str, code: int = 0) -> None:
        """Write a command and its output down."""
        lines = [line.rstrip() for line in output.rstrip("\n").split("\n")]
        body = "\n".join([f"$ {command}", *(line for line in lines)]).rstrip()
        end = f"\n[exit code {code}]" if code else ""
        self._pieces.append(f"```console\n{body}{end}\n```\n")

    # ----------------------------------------------------------------- commands

    def migrate(self, *arguments: str, code: int = 0, last: int = 0) -> str:
        """Run `migrate`, and write down what it prints: all of it, or the last lines."""
        with _inside(self.path):
            done = CliRunner().invoke(app, arguments)
        assert done.exit_code == code, f"{arguments}: {done.exit_code}\n{done.output}"
        lines = done.output.rstrip("\n").split("\n")
        command = "migrate " + " ".join(arguments)
        if last:
            command, lines = f"{command} | tail -n {last}", lines[-last:]
        self.show(command, "\n".join(lines), code)
        return done.output

    def git(self, *arguments: str, shown: bool = False, folder: Path | None = None) -> str:
        """Run git, a day after the last commit; write it down if that is asked for."""
        date = f"2025-10-{self._dates + 1:02d}T09:00:00+0000"
        who = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        done = subprocess.run(
            ["git", *arguments], cwd=folder or self.path, env={**os.environ, **who},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"git {arguments}: {done.stderr}"
        if shown:
            self.show("git " + " ".join(arguments), done.stdout)
        return done.stdout.strip()

    def commit(self, branch: str, message: str, edit: Callable[[Path], None]) -> None:
        """Commit as somebody would, and come back to main."""
        self._dates += 1
        if branch != "main":
            self.git("switch", "--quiet", branch)
        edit(self.path)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        if branch != "main":
            self.git("switch", "--quiet", "main")
        elif self.origin.exists():
            self.git("push", "--quiet", "origin", "main")

    def tips(self) -> list[str]:
        """Where the branches of phases are."""
        return self.git("for-each-ref", "--format=%(objectname)", "refs/heads/migrate").split()

    # -------------------------------------------------------------------- set up

    @contextmanager
    def prepared(self) -> Iterator[None]:
        """The demo with a gate, at an origin, beside a forge."""
        build = [sys.executable, os.fspath(ROOT / "fixtures" / "build_demo.py"), str(self.path)]
        subprocess.run(build, check=True, capture_output=True)
        self.commit("main", "Gate the migration by our tests", _add_gate)
        self.origin.parent.mkdir(parents=True)
        self.git("clone", "--quiet", "--bare", str(self.path), str(self.origin))
        with self.git_server.running(), self.github.running():
            self.git("remote", "add", "origin", f"{self.git_server.url}/shop/app.git")
            self.git("fetch", "--quiet", "origin")
            self.git("remote", "set-head", "origin", "main")
            yield
        assert self.github.problems == []


def _add_gate(path: Path) -> None:
    import hashlib

    digest = hashlib.sha256((path / AUDITED).read_bytes()).hexdigest()
    (path / "tests" / "test_signed.py").write_text(FROZEN % digest)
    config = path / "migrate.toml"
    config.write_text('verify = ["python -m pytest -q tests"]\n\n' + config.read_text())


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def environment(url: str) -> dict[str, str]:
    """What is the same on every machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    for name in ("GH_TOKEN", "GITHUB_SERVER_URL", "NO_COLOR", "CI_SERVER_HOST"):
        kept.pop(name, None)
    people = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "Ada Author"), ("EMAIL", "ada@example.org"))
    }
    date = "2025-10-01T12:00:00+0000"
    return {
        **kept,
        **people,
        "GIT_AUTHOR_DATE": date,
        "GIT_COMMITTER_DATE": date,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "LC_ALL": "C.UTF-8",
        "GITHUB_API_URL": url,
        "GITHUB_TOKEN": TOKEN,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PATH": os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]]),
    }


def record() -> str:
    """Walk, and return the page."""
    from tests.walk.steps import STEPS

    with tempfile.TemporaryDirectory(prefix="onepath-walk-") as folder:
        walk = Walk(Path(folder))
        with (
            mock.patch.dict(os.environ, environment(walk.github.url), clear=True),
            mock.patch.object(http, "_BETWEEN_WRITES", 0.0),
            walk.prepared(),
        ):
            for step in STEPS:
                step(walk)
        return walk.text()


def main(arguments: Sequence[str]) -> int:
    """Write the page to the file that is named."""
    [target] = arguments
    Path(target).write_text(record())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
