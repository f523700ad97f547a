"""The findings of each revision over time: a table, CSV, JSON, or a line of JSON for each."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from onepath.plan.history import Chosen, Point
from onepath.report.lines import BLANK, Column, Line, ReportBlock, ReportTable, Row, Tone, as_text
from onepath.report.text import counted, printable, without_surrogates

SCHEMA = 1
_ID = 12
"""So many digits of a commit id are shown."""
_TITLE = 48
"""So much of a commit's title is shown."""


def history_document(chosen: Chosen, points: Sequence[Point]) -> dict[str, Any]:
    """Return the points as plain values, the oldest first.

    Args:
        chosen: The revisions, and where they were chosen from.
        points: What the audit of each comes to.
    """
    return {
        "schema": SCHEMA,
        "revision": chosen.revisions[-1].commit,
        "commits": chosen.commits,
        "shallow": chosen.is_cut,
        "points": [point_document(point) for point in points],
    }


def point_document(point: Point) -> dict[str, Any]:
    """Return one point; its figures are null where the revision could not be audited."""
    is_known = not point.problem
    return {
        "commit": point.revision.commit,
        "date": point.revision.date,
        "title": without_surrogates(point.revision.title),
        "findings": point.findings if is_known else None,
        "rules": dict(sorted(point.rules.items())) if is_known else None,
        "files": {
            "python": point.python_files,
            "unparseable": point.unparseable,
            "missing": point.missing,
        }
        if is_known
        else None,
        "configuration": point.configuration,
        "problem": without_surrogates(point.problem),
    }


def history_lines(points: Sequence[Point]) -> str:
    """Return a line of JSON for each point."""
    return "".join(json.dumps(point_document(point)) + "\n" for point in points)


def history_csv(points: Sequence[Point]) -> str:
    """Return a row for each point, with a column for each rule.

    There are no titles in it: a spreadsheet would take one that begins with `=` for a formula.
    """
    rules = _rules(points)
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(
        (
            "commit",
            "date",
            "findings",
            *rules,
            "python_files",
            "unparseable",
            "missing",
            "configuration",
            "audited",
        )
    )
    for point in points:
        known = not point.problem
        figures = [point.findings, *(point.rules.get(rule, "") for rule in rules)]
        files = [point.python_files, point.unparseable, point.missing]
        cells = [*figures, *files] if known else [""] * (len(rules) + 4)
        rows.writerow(
            (
                point.revision.commit,
                point.revision.date,
                *cells,
                point.configuration,
                "yes" if known else "no",
            )
        )
    return text.getvalue()


def history_text(chosen: Chosen, points: Sequence[Point]) -> str:
    """Return two tables: the findings of each revision, and of each rule at both ends.

    Args:
        chosen: The revisions, and where they were chosen from.
        points: What the audit of each comes to.
    """
    return as_text(history_blocks(chosen, points))


def history_blocks(chosen: Chosen, points: Sequence[Point]) -> list[ReportBlock]:
    """The same, before it is text."""
    newest = chosen.revisions[-1].commit[:_ID]
    commits = counted(chosen.commits, "commit")
    title = f"first-parent history of {newest}: {len(points):,} of {commits}"
    blocks: list[ReportBlock] = [Line(title, Tone.HEADING), BLANK, _by_revision(points)]
    known = [point for point in points if not point.problem]
    if len(known) > 1:
        blocks += [BLANK, _by_rule(known[0], known[-1])]
    remarks = list(map(Line, _remarks(chosen, points)))
    return [*blocks, BLANK, *remarks] if remarks else blocks


def history_markdown(points: Sequence[Point]) -> str:
    """Return the burndown as a chart that forges draw in comments, and its figures below.

    Args:
        points: What the audit of each comes to; those that could not be audited are left out.
    """
    known = [point for point in points if not point.problem]
    days = ", ".join(f'"{number} {one.revision.date[5:10]}"' for number, one in enumerate(known, 1))
    counts = ", ".join(str(point.findings) for point in known)
    most = max((point.findings for point in known), default=0)
    rows = [
        f"| {one.revision.date[:10]} | `{one.revision.commit[:_ID]}` | {one.findings:,} |"
        for one in known
    ]
    lines = [
        *("```mermaid", "xychart-beta", '    title "Findings, revision by revision"'),
        f"    x-axis [{days}]",
        f'    y-axis "findings" 0 --> {max(most, 1)}',
        *(f"    line [{counts}]", "```", ""),
        *("<details><summary>The figures</summary>", ""),
        *("| date | revision | findings |", "| --- | --- | ---: |", *rows, "", "</details>"),
    ]
    return "\n".join(lines) + "\n"


def _rules(points: Sequence[Point]) -> list[str]:
    return sorted({rule for point in points for rule in point.rules})


def _by_revision(points: Sequence[Point]) -> ReportTable:
    columns = (
        Column("date", width=10),
        Column("commit", width=_ID),
        Column("findings", is_number=True),
        Column("change", is_number=True, width=7),
        Column("files", is_number=True, width=7),
        Column("title"),
    )
    rows = []
    before: int | None = None
    for point in points:
        figures = ("-", "-", "-")
        if not point.problem:
            change = _signed(point.findings, before)
            figures = (f"{point.findings:,}", change, f"{point.python_files:,}")
            before = point.findings
        revision = point.revision
        title = _short(printable(revision.title))
        rows.append(Row((revision.date[:10], revision.commit[:_ID], *figures, title)))
    return ReportTable(columns, tuple(rows))


def _by_rule(first: Point, last: Point) -> ReportTable:
    heads = [point.revision.commit[:8] for point in (first, last)]
    columns = (
        Column("rule"),
        *(Column(head, is_number=True, width=8) for head in heads),
        Column("change", is_number=True, width=7),
    )
    counts = [(rule, first.rules.get(rule), last.rules.get(rule)) for rule in _rules([first, last])]
    rows = [
        Row((rule, *("-" if n is None else f"{n:,}" for n in (old, new)), _signed(new, old)))
        for rule, old, new in [*counts, ("all", first.findings, last.findings)]
    ]
    return ReportTable(columns, tuple(rows))


def _remarks(chosen: Chosen, points: Sequence[Point]) -> Iterator[str]:
    """What a reader of the figures must know."""
    known = [point for point in points if not point.problem]
    for old, new in pairwise(known):
        if old.configuration != new.configuration:
            yield f"{new.revision.commit[:_ID]}: another configuration than the revision before"
    for point in points:
        where = point.revision.commit[:_ID]
        if point.problem:
            yield f"{where}: not audited: {printable(point.problem)}"
        elif point.missing:
            files = counted(point.missing, "file")
            yield f"{where}: {files} not read, as their content is not in this clone"
    if chosen.is_cut:
        yield "this clone is shallow: what is older is not in it"


def _signed(new: int | None, old: int | None) -> str:
    if new is None or old is None:
        return ""
    return f"{new - old:+,}" if new != old else "0"


def _short(text: str) -> str:
    return text if len(text) <= _TITLE else f"{text[: _TITLE - 1]}…"
