import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from onepath_cli.app import app


@dataclass(frozen=True)
class Done:
    code: int
    out: bytes
    err: str


class Migrate:
    """Runs the real command: in this process, which is quick, or in its own."""

    program = (sys.executable, "-c", "from onepath_cli.app import main; main()")

    def __init__(self, temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._temporary = temporary
        self._monkeypatch = monkeypatch

    def __call__(self, *arguments: str, cwd: Path) -> Done:
        with self._monkeypatch.context() as patch:
            patch.chdir(cwd)
            patch.setattr(tempfile, "tempdir", str(self._temporary))
            done = CliRunner().invoke(app, arguments)
        assert isinstance(done.exception, SystemExit | None), done.exception
        return Done(done.exit_code, done.stdout_bytes, done.stderr)

    def outside(self, *arguments: str, cwd: Path) -> Done:
        done = subprocess.run(
            [*self.program, *arguments],
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=self.environment(),
            timeout=60,
        )
        return Done(done.returncode, done.stdout, done.stderr.decode())

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """As the test's own, without what changes colours or waits, with a place for tracebacks."""
        kept = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
        own = {"TERM": "xterm", "GIT_PAGER": "cat", "TMPDIR": str(self._temporary)}
        return {**kept, **own, **(extra or {})}

    def on_terminal(
        self,
        *arguments: str,
        cwd: Path,
        answer: bytes = b"",
        extra: Mapping[str, str] | None = None,
    ) -> tuple[int, bytes]:
        """Run with stdin and stdout on one terminal; return the code and all it showed."""
        import pty  # Windows has none; only the tests that need one fail there

        ours, theirs = pty.openpty()
        with subprocess.Popen(
            [*self.program, *arguments],
            cwd=cwd,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=self.environment(extra),
        ) as process:
            os.close(theirs)
            os.write(ours, answer)
            shown = b"".join(iter(lambda: _read(ours), b""))
            code = process.wait(timeout=60)
        os.close(ours)
        return code, shown.replace(b"\r\n", b"\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the other side is closed.
        return b""


@pytest.fixture
def migrate(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Migrate:
    return Migrate(tmp_path_factory.mktemp("temporary"), monkeypatch)


@pytest.fixture
def tree() -> Callable[[Path], dict[str, bytes]]:
    """`tree(folder)` reads all files below it but those of git."""

    def read(folder: Path) -> dict[str, bytes]:
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and ".git" not in path.relative_to(folder).parts
        }

    return read
