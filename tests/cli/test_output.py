import io
import re
import sys

import pytest

from onepath.report.lines import Column, Line, ReportTable, Row, Tone, as_text
from onepath_cli.output import Output

SHOWN_CURSOR, HIDDEN_CURSOR = "\x1b[?25h", "\x1b[?25l"
LINE_UP, CLEAR_LINE = "\x1b[1A", "\x1b[2K"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Both streams on one terminal that can do colours; not a fixture, because pytest puts its
    own streams in place when the test begins."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return terminal


def make(*, quiet: bool = False, no_color: bool = False) -> Output:
    return Output(quiet=quiet, verbose=False, no_color=no_color)


def test_the_bar_is_there_from_the_first_step_and_goes_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = on_terminal(monkeypatch)
    monkeypatch.setenv("COLUMNS", "100")
    output = make()
    output.progress.files("reading [files]", 1_500, 3_000)
    shown = terminal.getvalue()
    assert "reading [files]" in shown
    assert "25%" in shown
    assert "1,500 of 3,000 files" in shown
    assert shown.startswith(HIDDEN_CURSOR)
    output.result("done\n")
    output.note("noted\n")
    assert terminal.getvalue().endswith(f"{LINE_UP}{CLEAR_LINE}done\nnoted\n")
    assert SHOWN_CURSOR in terminal.getvalue()


def test_steps_that_follow_each_other_too_fast_are_not_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = on_terminal(monkeypatch)
    output = make()
    output.progress("first")
    drawn = terminal.getvalue()
    output.progress("second")
    assert terminal.getvalue() == drawn


def test_a_process_that_was_forked_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch)
    output = make()
    monkeypatch.setattr("os.getpid", lambda: -1)
    output.progress("reading")
    assert terminal.getvalue() == ""


def test_progress_needs_somebody_who_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch)
    quiet = make(quiet=True)
    monkeypatch.setenv("TERM", "dumb")
    dumb = make()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", piped := io.StringIO())
    into_file = make()
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


REPORT = [
    Line("1. shims: Delete the shims", Tone.HEADING),
    Line("pkg/[red]old.py", Tone.REMOVED, indent=3, label="deleted"),
    ReportTable(
        (Column("rule"), Column("findings", is_number=True)),
        (Row(("shim", "1,200"), ("one of [them]",)),),
    ),
]


def test_a_report_is_plain_text_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    on_terminal(monkeypatch)
    monkeypatch.setattr(sys, "stdout", piped := io.StringIO())
    make().report(REPORT)
    assert piped.getvalue() == (
        "1. shims: Delete the shims\n"
        "   deleted     pkg/[red]old.py\n"
        "rule  findings\n"
        "shim     1,200\n"
        "    one of [them]\n"
    )


@pytest.mark.parametrize("without", ["NO_COLOR", "TERM", "--no-color"])
def test_a_report_is_plain_text_where_no_colours_are_wanted(
    monkeypatch: pytest.MonkeyPatch, without: str
) -> None:
    terminal = on_terminal(monkeypatch)
    if without != "--no-color":
        monkeypatch.setenv(without, "dumb")
    make(no_color=without == "--no-color").report(REPORT)
    assert terminal.getvalue() == as_text(REPORT)


def test_a_report_on_a_terminal_has_colours_and_the_same_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = on_terminal(monkeypatch)
    make().report(REPORT)
    shown = terminal.getvalue()
    assert "\x1b[1m1. shims: Delete the shims\x1b[0m" in shown
    assert "\x1b[31mpkg/[red]old.py\x1b[0m" in shown
    words = re.sub(r"\x1b\[[0-9;]*m|─", "", shown).split()
    assert sorted({*as_text(REPORT).split()} - {*words}) == []
