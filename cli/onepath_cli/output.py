"""Where results, notes and progress go: results to stdout, everything else to stderr."""

import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TextIO

from onepath.errors import InputError
from onepath.progress import Progress, ProgressStep

if TYPE_CHECKING:
    from onepath.report.lines import ReportBlock
    from onepath_cli.terminal.bar import Bar

_PROGRESS_EVERY = 0.1
_PIPED_WIDTH = 80


class ReaderGoneError(Exception):
    """Whoever read our results has stopped reading: `migrate --dry-run | head`."""


@contextmanager
def reader() -> Iterator[None]:
    """Tell a closed stdout or stderr from any other broken pipe.

    Raises:
        ReaderGoneError: Nobody reads what is written inside.
    """
    try:
        yield
    except BrokenPipeError:
        raise ReaderGoneError from None


def is_dumb() -> bool:
    """Whether the terminal can do nothing but show lines."""
    return os.environ.get("TERM") == "dumb"


def wants_colours(stream: TextIO) -> bool:
    """Whether a stream is a terminal that can show colours, of a user who wants them."""
    return stream.isatty() and not is_dumb() and not os.environ.get("NO_COLOR")


_drawn: "list[Bar]" = []
"""The bar that is on the terminal now; none or one."""


def clear_bar() -> None:
    """Take away the bar, if there is one: whoever writes to the terminal does so first."""
    while _drawn:
        _drawn.pop().hide()


class Output:
    """The streams of one run, as the user wants them.

    Args:
        quiet: Leave out notes and progress.
        verbose: Show every refusal and note instead of the first few.
        no_color: Use no colours even on a terminal.
    """

    def __init__(self, *, quiet: bool, verbose: bool, no_color: bool) -> None:
        self.verbose = verbose
        self._quiet = quiet
        self.is_terminal = sys.stdout.isatty()
        self.colours = not no_color and wants_colours(sys.stdout)
        self._bar_has_colours = not no_color and wants_colours(sys.stderr)
        is_watched = not (quiet or is_dumb()) and sys.stderr.isatty()
        self.progress = Progress(self._step if is_watched else None)
        self._process = os.getpid()
        self._bar: Bar | None = None
        self._drawn = 0.0
        self._pager: IO[bytes] | None = None

    @property
    def width(self) -> int:
        """The columns of the terminal; of a pipe, those of the terminals of old."""
        return shutil.get_terminal_size().columns if self.is_terminal else _PIPED_WIDTH

    @property
    def has_notes(self) -> bool:
        """Whether somebody reads what is written beside the result."""
        return not self._quiet

    # ------------------------------------------------------------------- results

    def result(self, text: str) -> None:
        """Write what was asked for."""
        self.clear()
        if self._pager is not None:
            self._to_pager(text.encode("utf-8", "backslashreplace"))
            return
        with reader():
            sys.stdout.write(text)

    def result_bytes(self, data: bytes) -> None:
        """Write what was asked for, byte by byte as it is."""
        self.clear()
        if self._pager is not None:
            self._to_pager(data)
            return
        with reader():
            sys.stdout.flush()
            sys.stdout.buffer.write(data)

    def document(self, content: Mapping[str, Any]) -> None:
        """Write one JSON document."""
        import json

        self.result(json.dumps(content, indent=2) + "\n")

    def report(self, blocks: "Iterable[ReportBlock]") -> None:
        """Write a report: on a terminal in colours, with tables, and folded to its width."""
        self.result(self.as_shown(blocks))

    def as_shown(self, blocks: "Iterable[ReportBlock]") -> str:
        """Return a report as `report` writes it."""
        if self.colours:
            from onepath_cli.terminal.view import rendered

            return rendered(blocks, self.width)
        from onepath.report.lines import as_text

        return as_text(blocks)

    @contextmanager
    def paged(self, folder: Path) -> Iterator[None]:
        """Let the user's pager show the results that are written inside, on a terminal.

        Args:
            folder: Where git is asked for it.
        """
        if not self.is_terminal or is_dumb():
            yield
            return
        from onepath_cli.terminal.pager import paged

        self.clear()
        sys.stdout.flush()
        with paged(folder) as self._pager:
            try:
                yield
            finally:
                self._pager = None

    def _to_pager(self, data: bytes) -> None:
        assert self._pager is not None
        try:
            self._pager.write(data)
        except BrokenPipeError:
            pass  # The reader has seen enough; the run ends as it would have.

    # --------------------------------------------------------- beside the results

    def note(self, text: str) -> None:
        """Write something beside the result."""
        if not self._quiet:
            self.clear()
            with reader():
                sys.stderr.write(text)

    def clear(self) -> None:
        """Take away the bar, if there is one, until the next step."""
        if self._process == os.getpid():
            clear_bar()

    def _step(self, step: ProgressStep) -> None:
        """Draw the bar; in a process that was forked there is nothing to draw."""
        now = time.monotonic()
        if self._process != os.getpid() or now - self._drawn < _PROGRESS_EVERY:
            return
        if self._bar is None:
            from onepath_cli.terminal.bar import Bar

            self._bar = Bar(colours=self._bar_has_colours)
        self._bar.show(step)
        _drawn[:] = [self._bar]
        self._drawn = now


def deliver(text: str, target: Path | None, output: Output) -> None:
    """Write a result to a file, which is said, or to stdout if there is none.

    Raises:
        InputError: The file can't be written.
    """
    if target is None:
        output.result(text)
        return
    try:
        target.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    except OSError as error:
        raise InputError(f"{target} can't be written: {error.strerror}") from error
    output.note(f"wrote {target}\n")
