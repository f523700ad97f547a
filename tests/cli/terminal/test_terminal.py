"""The command on a terminal of its own, with the user's pager."""

import os
import re
import select
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

pty = pytest.importorskip("pty", reason="terminals of their own are had on POSIX alone")

FILES = {
    "old.py": "from new import Name\n",
    "new.py": "class Name:\n    pass\n",
    "use.py": "from old import Name\n\nName()\n",
    "migrate.toml": '[imports]\n"old.Name" = "new.Name"\n',
}
_SECONDS = 60


class Ended(NamedTuple):
    """What a command has shown, and how it ended."""

    shown: str
    code: int

    @property
    def words(self) -> str:
        """What a person reads."""
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\r", "", self.shown)


@pytest.fixture
def house(make_repository: Callable[..., Any]) -> Any:
    return make_repository(FILES)


def run(folder: Path, *arguments: str, **environment: str) -> Ended:
    """Run `migrate` on a terminal of its own, 100 columns wide."""
    given = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", **environment}
    given["PYTHONPATH"] = os.pathsep.join(sys.path)
    for name in ("NO_COLOR", "PAGER"):
        if name not in environment:
            given.pop(name, None)
    process, terminal = pty.fork()
    if process == 0:
        _become(folder, given, arguments)
    shown = bytearray()
    end = time.monotonic() + _SECONDS
    while select.select([terminal], [], [], max(0, end - time.monotonic()))[0]:
        try:
            data = os.read(terminal, 65536)
        except OSError:  # Linux says so when the other side is closed.
            break
        if not data:
            break
        shown += data
    os.close(terminal)
    return Ended(shown.decode(), os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))


def _become(folder: Path, environment: Mapping[str, str], arguments: tuple[str, ...]) -> None:
    os.chdir(folder)
    code = "from onepath_cli.start import main; main()"
    os.execve(sys.executable, [sys.executable, "-c", code, *arguments], environment)


def pager(folder: Path, body: str) -> str:
    """A pager that does something with what it reads."""
    program = folder / "pager"
    program.write_text(f"#!{sys.executable}\nimport sys\n{body}\n")
    program.chmod(0o755)
    return str(program)


def test_the_diff_and_its_summary_go_through_the_pager_of_git(house: Any, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    program = pager(tmp_path, f"open({str(kept)!r}, 'w').write(sys.stdin.read())")
    house.git("config", "core.pager", program)
    ended = run(house.path, "--dry-run")
    assert ended.code == 0
    assert "import Name" not in ended.words
    text = kept.read_text()
    assert "\x1b[32m+from new import Name" in text
    assert "to do" in text


def test_who_leaves_the_pager_early_changes_nothing(house: Any, tmp_path: Path) -> None:
    program = pager(tmp_path, "sys.stdin.close()")
    ended = run(house.path, "--dry-run", "--check", GIT_PAGER=program)
    assert (ended.code, "Traceback" in ended.shown) == (1, False)


@pytest.mark.parametrize("environment", [{"GIT_PAGER": "cat"}, {"GIT_PAGER": "no-such-program"}])
def test_without_a_pager_it_is_shown_as_it_is(house: Any, environment: dict[str, str]) -> None:
    ended = run(house.path, "--dry-run", **environment)
    assert "+from new import Name" in ended.words
    assert "left alone" in ended.words or "to do" in ended.words


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colours_no_bar_and_plain_help_where_none_are_wanted(
    house: Any, environment: dict[str, str]
) -> None:
    for arguments in (["--dry-run", "--format", "stat"], ["audit", "--quiet"], ["audit", "-h"]):
        assert "\x1b[3" not in run(house.path, *arguments, **environment).shown
    assert "╭" not in run(house.path, "--help", **environment).shown


def test_help_is_laid_out_for_a_terminal(house: Any) -> None:
    shown = run(house.path, "audit", "--help")
    assert "╭─ Options" in shown.words
    assert "<bool>" not in shown.words
    assert "list[str]" not in shown.words


def test_a_bar_is_shown_and_taken_away(house: Any) -> None:
    ended = run(house.path, "audit")
    assert "listing f" in ended.shown or "reading f" in ended.shown
    assert ended.shown.count("\x1b[?25l") == ended.shown.count("\x1b[?25h")
    assert ended.code == 1


def test_what_went_wrong_stands_out(house: Any) -> None:
    ended = run(house.path, "audit", "--rule", "shimm")
    assert "\x1b[31m\x1b[1mno rule 'shimm'\x1b[0m" in ended.shown
    assert ended.code == 2
