"""The bar of a run: what goes on, how many files are read, how far it is, and the time left."""

import sys

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from onepath.progress import ProgressStep
from onepath.report.text import printable

_LONGEST = 60
_WHOLE_RUN = 24 * 60 * 60.0
"""In seconds. The time left follows from the whole run: its parts go at different speeds."""


class Bar:
    """One line on stderr that says how far a run is, and is gone afterwards.

    It is drawn when it is told something, and by no thread: a process with threads can't be forked.

    Args:
        colours: Whether it has any.
    """

    def __init__(self, *, colours: bool) -> None:
        words = TextColumn("{task.description}", markup=False)
        files = TextColumn("{task.fields[files]}", markup=False, style="progress.download")
        self._shown = Progress(
            words,
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            files,
            TimeRemainingColumn(),
            console=Console(file=sys.stderr, no_color=not colours),
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            speed_estimate_period=_WHOLE_RUN,
        )
        self._task = self._shown.add_task("", total=1.0, files="")

    def show(self, step: ProgressStep) -> None:
        """Draw a step; the share never becomes smaller than it was."""
        files = f"{step.done:,} of {step.total:,} files" if step.total else ""
        self._shown.start()
        self._shown.update(
            self._task,
            description=printable(step.text)[:_LONGEST],
            completed=max(step.share, self._shown.tasks[0].completed),
            files=files,
        )
        self._shown.refresh()

    def hide(self) -> None:
        """Take the line away until the next step."""
        self._shown.stop()
