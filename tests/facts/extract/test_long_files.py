"""Ctrl-C ends a process at once that parses a long file, and nothing else about it changes."""

import ast
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from onepath.facts.extract import file as reading
from onepath.facts.extract import long_files

SHORT, LONG = b"x = 1\n", b"x = 1\n" * 200_000
PARSING = """
import sys
from onepath.facts.extract.file import parse

source = b"x = [" + b"f(a.b, c=[1]), " * 400_000 + b"]\\n"
print("parsing", flush=True)
try:
    parse(source)
except KeyboardInterrupt:
    sys.exit(7)
sys.exit(8)
"""


@pytest.fixture(autouse=True)
def python_handles_it() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def handlers(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What handles Ctrl-C whenever the parser works."""
    seen: list[Any] = []

    def parse(source: str) -> ast.Module:
        seen.append(signal.getsignal(signal.SIGINT))
        if source == "(":
            raise SyntaxError
        return ast.Module([], [])

    monkeypatch.setattr(reading, "ast", SimpleNamespace(parse=parse))
    return seen


def test_the_system_handles_it_only_while_a_long_file_is_parsed(handlers: list[Any]) -> None:
    reading.parse(SHORT)
    reading.parse(LONG)
    assert handlers == [signal.default_int_handler, signal.SIG_DFL]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_handler_of_somebody_else_stays(handlers: list[Any]) -> None:
    own: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: own.append(number))
    reading.parse(LONG)
    assert handlers[0] not in (signal.SIG_DFL, signal.default_int_handler)


def test_another_thread_changes_nothing(handlers: list[Any]) -> None:
    thread = threading.Thread(target=reading.parse, args=(LONG,))
    thread.start()
    thread.join()
    assert handlers == [signal.default_int_handler]


def test_what_can_not_be_parsed_gives_python_its_handler_back(
    handlers: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_files, "_LONG", 0)
    with pytest.raises(SyntaxError):
        reading.parse(b"(")
    assert handlers[0] is signal.SIG_DFL
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_ends_the_process_at_once() -> None:
    command = [sys.executable, "-c", PARSING]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "parsing\n"
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        assert process.wait() == -signal.SIGINT
