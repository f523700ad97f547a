"""What was measured, as Markdown."""

import statistics
from collections.abc import Sequence
from typing import NamedTuple

from measure import Measurement
from outcome import Outcome

HEAD = (
    "| | CPU s | range | wall s | peak MB | ratio |",
    "|---|---|---|---|---|---|",
)
COUNTED = ("changed", "left", "strings", "wrong", "undefined", "broken")
MEGA = 1_000_000


class Row(NamedTuple):
    """One line of a table: a command, and how its runs went."""

    name: str
    runs: Sequence[Measurement]
    outcome: Outcome | None = None
    """Of a tool that rewrites."""
    factor: float = 1.0
    """By how much its work is less than all of it."""
    start: Measurement | None = None
    """A run with nothing to do, which does not grow with the work."""

    @property
    def cpu(self) -> float:
        """Seconds of CPU time: the median, for all of the work."""
        return self._whole([run.cpu for run in self.runs], self.start.cpu if self.start else 0)

    @property
    def wall(self) -> float:
        """Seconds from start to end: the median, for all of the work."""
        return self._whole([run.wall for run in self.runs], self.start.wall if self.start else 0)

    def _whole(self, seconds: Sequence[float], start: float) -> float:
        if self.factor == 1:
            return statistics.median(seconds)
        return start + max(statistics.median(seconds) - start, 0) * self.factor


def table(rows: Sequence[Row]) -> list[str]:
    """A table with ratios of CPU time to its first row; with counts where one has an outcome."""
    counts = any(row.outcome is not None for row in rows)
    head, rule = HEAD
    lines = [
        head + "".join(f" {name} |" for name in COUNTED if counts),
        rule + "---|" * (len(COUNTED) * counts),
    ]
    return lines + [_line(row, rows[0].cpu, counts=counts) for row in rows]


def _line(row: Row, base: float, *, counts: bool) -> str:
    seconds = sorted(run.cpu for run in row.runs)
    span = f"{seconds[0]:.2f} to {seconds[-1]:.2f}" if len(seconds) > 1 else ""
    peaks = [run.peak for run in row.runs if run.peak is not None]
    peak = f"{max(peaks) / MEGA:.0f}" if peaks else ""
    cells = [row.name, f"{row.cpu:.2f}", span, f"{row.wall:.2f}", peak, f"{row.cpu / base:.2f}"]
    if counts:
        found = row.outcome or ()
        cells += [str(getattr(found, name)) if found else "" for name in COUNTED]
    return f"| {' | '.join(cells)} |"
