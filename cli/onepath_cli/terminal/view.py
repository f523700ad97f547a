"""Reports as a terminal shows them: in colours, with tables, folded to its width."""

import io
from collections.abc import Iterable, Iterator
from typing import Literal

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.style import Style
from rich.table import Table as RichTable
from rich.text import Text

from onepath.report.lines import LABEL_WIDTH, Line, ReportBlock, ReportTable, Tone
from onepath_cli.terminal.folding import folded_lines

_STYLES = {
    Tone.PLAIN: Style(),
    Tone.HEADING: Style(bold=True),
    Tone.REFUSED: Style(color="yellow"),
    Tone.REMOVED: Style(color="red"),
    Tone.WRONG: Style(color="red", bold=True),
    Tone.QUIET: Style(dim=True),
}
_LABEL = Style(dim=True)
_LEAST = 20
"""Text is never folded to fewer columns than this."""


def rendered(blocks: Iterable[ReportBlock], width: int) -> str:
    """Return blocks with the codes of a terminal.

    Args:
        blocks: What is shown.
        width: The columns of the terminal.
    """
    text = io.StringIO()
    console = Console(
        file=text, width=width, force_terminal=True, highlight=False, legacy_windows=False
    )
    for block in blocks:
        if isinstance(block, ReportTable):
            for part in _table(block):
                console.print(part, soft_wrap=isinstance(part, Text))
        else:
            for line in _lines(block, width):
                console.print(line, soft_wrap=True)
    return text.getvalue()


def _lines(line: Line, width: int) -> Iterator[Text]:
    indent = line.indent + (0 if line.label is None else LABEL_WIDTH)
    # What is folded is set in, so that it can't be taken for a line of its own.
    first, *rest = folded_lines(line.text, max(width - indent - 2, _LEAST))
    label = "" if line.label is None else f"{line.label:<{LABEL_WIDTH}}"
    style = _STYLES[line.tone]
    yield Text.assemble(" " * line.indent, (label, _LABEL), (first, style))
    for text in rest:
        yield Text.assemble(" " * (indent + 2), (text, style))


def _table(table: ReportTable) -> Iterator[RichTable | Text]:
    """The table, and below it what its rows say besides, each under its beginning."""
    shown = RichTable(box=SIMPLE_HEAD, pad_edge=False, header_style=_STYLES[Tone.HEADING])
    for column in table.columns:
        justify: Literal["left", "right"] = "right" if column.is_number else "left"
        shown.add_column(column.head, justify=justify, overflow="fold", no_wrap=column.is_number)
    for row in table.rows:
        shown.add_row(*map(Text, row.cells))
    yield shown
    for row in table.rows:
        if row.details:
            yield Text(" ".join(row.cells[:2]), style=_STYLES[Tone.HEADING])
            yield from (Text(f"  {detail}") for detail in row.details)
