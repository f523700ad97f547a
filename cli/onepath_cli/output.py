"""Where results, notes and progress go: results to stdout, everything else to stderr."""

import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from onepath.errors import InputError
from onepath.report.text import printable

_PROGRESS_AFTER = 1.0
_PROGRESS_EVERY = 0.1
_CLEAR_LINE = "\r\x1b[K"


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
        dumb = os.environ.get("TERM") == "dumb"
        self.is_terminal = sys.stdout.isatty()
        self.colours = not (no_color or os.environ.get("NO_COLOR") or dumb) and self.is_terminal
        self._shows_progress = not (quiet or dumb) and sys.stderr.isatty()
        self._started = self._last = time.monotonic()
        self._line_is_dirty = False

    def result(self, text: str) -> None:
        """Write what was asked for."""
        self._clear_progress()
        with reader():
            sys.stdout.write(text)

    def result_bytes(self, data: bytes) -> None:
        """Write what was asked for, byte by byte as it is."""
        self._clear_progress()
        with reader():
            sys.stdout.flush()
            sys.stdout.buffer.write(data)

    def document(self, content: Mapping[str, Any]) -> None:
        """Write one JSON document."""
        import json

        self.result(json.dumps(content, indent=2) + "\n")

    def note(self, text: str) -> None:
        """Write something beside the result."""
        if not self._quiet:
            self._clear_progress()
            with reader():
                sys.stderr.write(text)

    def progress(self, text: str) -> None:
        """Say what is going on, if this takes long enough and somebody watches."""
        now = time.monotonic()
        if not self._shows_progress or now - self._started < _PROGRESS_AFTER:
            return
        if now - self._last >= _PROGRESS_EVERY:
            width = shutil.get_terminal_size().columns - 1
            sys.stderr.write(_CLEAR_LINE + printable(text)[:width])
            sys.stderr.flush()
            self._last = now
            self._line_is_dirty = True

    def _clear_progress(self) -> None:
        if self._line_is_dirty:
            sys.stderr.write(_CLEAR_LINE)
            sys.stderr.flush()
            self._line_is_dirty = False


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
