"""The user's code may end, fork or hold on to its process, and all others files go on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from onepath.codemod.users import watched as module
from onepath.codemod.users.user_codemod import aside, parse_codemod
from onepath.codemod.users.watched import Ended, may_watch, watched
from onepath.codemod.users.whole_module import FileBatch, TargetFile, run_batch
from onepath.model import Entry, Snapshot
from onepath.snapshot import open_snapshot

pytestmark = pytest.mark.skipif(not may_watch(), reason="no process can be forked here")


def never() -> None:
    while True:
        try:
            time.sleep(0.01)
        except BaseException:
            pass


def leave_a_child_that_goes_on() -> None:
    if os.fork():
        os._exit(5)


@pytest.mark.parametrize(
    ("does", "reason"),
    [
        (lambda: os._exit(0), "it ended the process, with exit code 0"),
        (lambda: os._exit(7), "it ended the process, with exit code 7"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "it was ended by SIGKILL"),
        (leave_a_child_that_goes_on, "it ended the process, with exit code 5"),
        (never, "it did not end within 0.2 seconds, and catches what ends it"),
    ],
)
def test_who_ends_its_process_ends_one_file(
    monkeypatch: pytest.MonkeyPatch, does: Callable[[], None], reason: str
) -> None:
    monkeypatch.setattr(module, "_GRACE", 0.1)

    def run(path: str) -> str:
        if path == "bad.py":
            does()
        return f"done {path}"

    paths = ["a.py", "bad.py", "b.py", "bad.py"]
    ended = Ended("bad.py", reason)
    assert list(watched(run, paths, 0.2)) == ["done a.py", ended, "done b.py", ended]


def test_what_is_forked_answers_nothing() -> None:
    def run(path: str) -> str:
        return f"{path} by {'child' if os.fork() == 0 else 'parent'}"

    assert list(watched(run, ["a.py", "b.py"], 5)) == ["a.py by parent", "b.py by parent"]


MUCH = """
import os, sys, time
from onepath.codemod.users.watched import watched

def run(path):
    print(os.getpid(), file=sys.stderr, flush=True)
    return "x" * 1_000_000

next(watched(run, ["a.py", "b.py"], 0))
time.sleep(60)
"""


def test_a_process_that_nobody_waits_for_ends() -> None:
    waiting = subprocess.Popen([sys.executable, "-c", MUCH], stderr=subprocess.PIPE, text=True)
    assert waiting.stderr is not None
    pid = int(waiting.stderr.readline())
    waiting.kill()
    try:
        waiting.communicate(timeout=10)  # until both have closed what they print to
    except subprocess.TimeoutExpired:
        os.kill(pid, signal.SIGKILL)
        raise


def test_what_is_printed_is_no_result(capfd: pytest.CaptureFixture[str]) -> None:
    def run(path: str) -> int:
        with aside():
            sys.stdout.write("noise")
        return os.write(1, b"raw\n")

    assert list(watched(run, ["a.py"], 5)) == [4]
    printed = capfd.readouterr()
    assert (printed.out, sorted(printed.err)) == ("", sorted("noiseraw\n"))


CODEMODS = """
import sys
import libcst
from libcst.codemod import Codemod, VisitorBasedCodemodCommand

class Writes(VisitorBasedCodemodCommand):
    def leave_Module(self, original_node, updated_node):
        with open(self.context.filename, "a") as file:
            file.write("# more")
        return updated_node

class Interrupts(VisitorBasedCodemodCommand):
    def leave_Name(self, original_node, updated_node):
        raise KeyboardInterrupt

class Closes(VisitorBasedCodemodCommand):
    def leave_Name(self, original_node, updated_node):
        sys.stdout.close()
        return updated_node.with_changes(value="y")

class Nothing(Codemod):
    def transform_module_impl(self, tree):
        return None

class Fails(VisitorBasedCodemodCommand):
    def leave_Name(self, original_node, updated_node):
        raise ValueError("no")

class Invalid(VisitorBasedCodemodCommand):
    def leave_Name(self, original_node, updated_node):
        return updated_node.with_changes(value="1 +")

class Fine(VisitorBasedCodemodCommand):
    def visit_Module(self, node):
        self.warn(3)
"""


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Writes", (0, "it has written into the file itself, and not only given its new tree")),
        ("Interrupts", (0, "KeyboardInterrupt (mine.py:14)")),
        ("Closes", (0, "")),
        ("Nothing", (0, "it gives NoneType, and not a libcst.Module")),
        ("Fails", (3, "ValueError: no (mine.py:27)")),
        ("Invalid", (3, "CSTValidationError: Name '1 +' is not a valid identifier. (mine.py:31)")),
        ("Fine", (0, "")),
    ],
)
def test_what_a_codemod_does_is_told_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, told: tuple[int, str]
) -> None:
    (tmp_path / "mine.py").write_text(CODEMODS)
    code = tmp_path / "code"
    code.mkdir()
    (code / "a.py").write_text("'text'\n\nx\n")
    monkeypatch.chdir(code)
    (ran,) = run_batch(batch(open_snapshot(code), f"{tmp_path}/mine.py:{name}"))
    assert (ran.line, ran.reason) == told


def batch(snapshot: Snapshot, codemod: str) -> FileBatch:
    entries: list[Entry] = list(snapshot.entries.values())
    targets = tuple(TargetFile(entry, entry.path.removesuffix(".py")) for entry in entries)
    return FileBatch(parse_codemod(codemod, seconds=5), snapshot.source(), targets)
