"""A command that was killed while it wrote into the files, and the commands after it."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.warm import MIGRATE, run_warm

FILES = {
    "migrate.toml": 'schema = 1\n[imports]\n"pkg.old.Name" = "pkg.new.Name"\n',
    "pkg/__init__.py": "",
    "pkg/new.py": "class Name:\n    pass\n",
    "pkg/old.py": "from pkg.new import Name\n",
    "app.py": "from pkg.old import Name\n\nprint(Name)\n",
    "more.py": "from pkg.old import Name\n\nprint(Name)\n",
}
AFTER = {
    path: text if path == "migrate.toml" else text.replace("pkg.old", "pkg.new")
    for path, text in FILES.items()
}

KILLED = """
import os, signal, sys

def watch(event, arguments):
    if event == "os.rename" and os.fspath(arguments[1]).endswith("more.py"):
        os.kill(os.getpid(), signal.HOW)

sys.addaudithook(watch)
from onepath_cli.app import main
main()
"""


@pytest.fixture(params=["git", "plain"])
def folder(request: Any, tmp_path: Path, make_repository: Callable[..., Any]) -> Path:
    if request.param == "git":
        return make_repository(FILES).path  # type: ignore[no-any-return]
    for path, text in FILES.items():
        (tmp_path / "plain" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "plain" / path).write_text(text)
    return tmp_path / "plain"


def killed(folder: Path, migrate: Any, how: str) -> int:
    """Write into the files and be killed when half of them are there."""
    script, command = KILLED.replace("HOW", how), ["apply", "--worktree"]
    return run_warm(script, command, folder, migrate.environment(), loaded=MIGRATE).returncode


def test_the_next_command_that_may_write_rolls_it_back(
    folder: Path, migrate: Any, tree: Callable[[Path], dict[str, bytes]]
) -> None:
    assert killed(folder, migrate, "SIGKILL") == -signal.SIGKILL
    half = tree(folder)
    assert half["app.py"].decode() == AFTER["app.py"]
    assert half["more.py"].decode() == FILES["more.py"]
    shown = migrate("--rev", "WORKTREE", "--dry-run", cwd=folder)
    assert "was interrupted" in shown.err
    assert tree(folder) == half
    done = migrate("apply", "--worktree", cwd=folder)
    assert done.code == 0
    assert "(1 put back)" in done.err
    there = {path: text.decode() for path, text in tree(folder).items()}
    assert {path: text for path, text in there.items() if not path.startswith(".migrate/")} == AFTER


@pytest.mark.parametrize("command", [["--yes"], ["apply"], ["rename", "a.b", "c.d"]])
def test_any_command_that_may_write(
    make_repository: Callable[..., Any], migrate: Any, command: list[str]
) -> None:
    repository = make_repository(FILES)
    killed(repository.path, migrate, "SIGKILL")
    assert repository.git("status", "--porcelain")
    assert "1 put back" in migrate(*command, cwd=repository.path).err
    assert repository.git("status", "--porcelain") == ""


@pytest.mark.parametrize("how", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_signal_is_undone_at_once(
    folder: Path, migrate: Any, tree: Callable[[Path], dict[str, bytes]], how: str
) -> None:
    assert killed(folder, migrate, how) > 0
    assert {path: text.decode() for path, text in tree(folder).items()} == FILES


def test_work_in_between_is_kept_and_said(
    folder: Path, migrate: Any, tree: Callable[[Path], dict[str, bytes]]
) -> None:
    killed(folder, migrate, "SIGKILL")
    (folder / "app.py").write_text("mine\n")
    done = migrate("apply", "--worktree", cwd=folder)
    assert done.code == 3
    [line] = [line for line in done.err.splitlines() if line.startswith("app.py:")]
    assert Path(line.partition(" is in ")[2]).read_text() == FILES["app.py"]
    assert (folder / "app.py").read_text() == "mine\n"
    assert migrate("apply", "--worktree", cwd=folder).code == 0
    assert (folder / "app.py").read_text() == "mine\n"
    assert (folder / "more.py").read_text() == AFTER["more.py"]


ENDING = """
import os, signal, time
from libcst.codemod import VisitorBasedCodemodCommand

class Ending(VisitorBasedCodemodCommand):
    def leave_Module(self, original_node, updated_node):
        try:
            os.kill(os.{whose}(), signal.SIGTERM)
            time.sleep(30)
        except BaseException:
            pass
        return updated_node
"""


def end(make_repository: Callable[..., Any], migrate: Any, whose: str) -> Any:
    folder = make_repository({"ending.py": ENDING.format(whose=whose), "app.py": "x = 1\n"}).path
    return subprocess.run(
        [sys.executable, "-m", "onepath_cli", "--jobs", "1", "run", "ending.Ending", "--dry-run"],
        cwd=folder, env=migrate.environment(), capture_output=True, timeout=20, text=True,
    )  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="codemods have their own process there")
def test_a_codemod_does_not_answer_the_end_of_the_run(
    make_repository: Callable[..., Any], migrate: Any
) -> None:
    done = end(make_repository, migrate, "getppid")
    assert done.returncode == 128 + signal.SIGTERM, done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="codemods have their own process there")
def test_a_codemod_that_ends_itself_is_told(
    make_repository: Callable[..., Any], migrate: Any
) -> None:
    done = end(make_repository, migrate, "getpid")
    assert done.returncode == 3
    assert "app.py it was ended by SIGTERM" in done.stderr
