import io
import sys

import pytest

from onepath_cli import output as module
from onepath_cli.output import Output


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


def on_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Both streams on one terminal that can do colours; not a fixture, because pytest puts its
    own streams in place when the test begins."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return terminal


def make(*, quiet: bool = False, no_color: bool = False) -> Output:
    return Output(quiet=quiet, verbose=False, no_color=no_color)


def test_progress_is_silent_in_the_first_second(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    terminal = on_terminal(monkeypatch)
    output = make()
    clock.now = 0.9
    output.progress("reading")
    assert terminal.getvalue() == ""


def test_progress_is_one_line_that_goes_away(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    terminal = on_terminal(monkeypatch)
    output = make()
    clock.now = 1.5
    output.progress("reading a very long line\nof files")
    clock.now = 1.55
    output.progress("too soon")
    clock.now = 1.7
    output.progress("parsing")
    output.result("done\n")
    output.note("noted\n")
    clear = "\r\x1b[K"
    assert terminal.getvalue() == (f"{clear}reading a very long{clear}parsing{clear}done\nnoted\n")


def test_progress_needs_somebody_who_watches(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    terminal = on_terminal(monkeypatch)
    quiet = make(quiet=True)
    monkeypatch.setenv("TERM", "dumb")
    dumb = make()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", piped := io.StringIO())
    into_file = make()
    clock.now = 9
    for output in (quiet, dumb, into_file):
        output.progress("reading")
    assert terminal.getvalue() == piped.getvalue() == ""


def test_quiet_leaves_out_notes_but_no_results(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch)
    output = make(quiet=True)
    output.note("note\n")
    output.result("result\n")
    assert terminal.getvalue() == "result\n"


def test_colours_need_a_terminal_that_wants_them(monkeypatch: pytest.MonkeyPatch) -> None:
    on_terminal(monkeypatch)
    assert make().colours
    assert not make(no_color=True).colours
    monkeypatch.setenv("NO_COLOR", "1")
    assert not make().colours
    monkeypatch.setenv("NO_COLOR", "")
    assert make().colours
    monkeypatch.setenv("TERM", "dumb")
    assert not make().colours
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert not make().colours
