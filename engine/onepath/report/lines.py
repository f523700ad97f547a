"""What a report says to people, before it is text: lines with a tone, and tables.

A pipe gets it as plain text; a terminal may show the same in colours and fold it.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

LABEL_WIDTH = 12
"""The columns of a label, with the blanks behind it."""


class Tone(StrEnum):
    """What kind of thing a line says, for those who can show it."""

    PLAIN = "plain"
    HEADING = "heading"
    REFUSED = "refused"
    """Something was left alone, or could not be read."""
    REMOVED = "removed"
    """Something is gone afterwards: a file, a definition."""
    WRONG = "wrong"
    """What fails a gate."""
    QUIET = "quiet"
    """About what is not shown."""


class Line(NamedTuple):
    """One line."""

    text: str = ""
    tone: Tone = Tone.PLAIN
    indent: int = 0
    label: str | None = None
    """What the text is about, in a column of its own; empty under the same label as before."""


class Column(NamedTuple):
    """A column of a table."""

    head: str
    is_number: bool = False
    width: int = 0
    """The least width, in characters."""


class Row(NamedTuple):
    """A row of a table."""

    cells: tuple[str, ...]
    details: tuple[str, ...] = ()
    """Lines below it."""


class ReportTable(NamedTuple):
    """A table."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


ReportBlock = Line | ReportTable

BLANK = Line()


def as_text(blocks: Iterable[ReportBlock]) -> str:
    """Return the blocks as lines, each with its end; no colours."""
    lines: list[str] = []
    for block in blocks:
        lines += _table(block) if isinstance(block, ReportTable) else [_line(block)]
    return "".join(f"{line}\n" for line in lines)


def _line(line: Line) -> str:
    label = "" if line.label is None else f"{line.label:<{LABEL_WIDTH}}"
    return f"{' ' * line.indent}{label}{line.text}"


def _table(table: ReportTable) -> Iterator[str]:
    heads = Row(tuple(column.head for column in table.columns))
    rows = [heads, *table.rows]
    widths = [
        max(column.width, *(len(row.cells[at]) for row in rows))
        for at, column in enumerate(table.columns)
    ]
    for row in rows:
        cells = (
            cell.rjust(width) if column.is_number else cell.ljust(width)
            for cell, width, column in zip(row.cells, widths, table.columns, strict=True)
        )
        yield "  ".join(cells).rstrip()
        yield from (f"    {line}" for line in row.details)
