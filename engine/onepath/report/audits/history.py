"""The findings of each revision over time: a table, CSV, JSON, or a line of JSON for each."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from onepath.plan.history import Chosen, Point
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
    newest = chosen.revisions[-1].commit[:_ID]
    commits = counted(chosen.commits, "commit")
    lines = [f"first-parent history of {newest}: {len(points):,} of {commits}", ""]
    lines += _by_revision(points)
    known = [point for point in points if not point.problem]
    if len(known) > 1:
        lines += ["", *_by_rule(known[0], known[-1])]
    remarks = list(_remarks(chosen, points))
    if remarks:
        lines += ["", *remarks]
    return "\n".join(lines) + "\n"


def _rules(points: Sequence[Point]) -> list[str]:
    return sorted({rule for point in points for rule in point.rules})


def _by_revision(points: Sequence[Point]) -> Iterator[str]:
    yield f"{'date':<10}  {'commit':<{_ID}}  {'findings':>8}  {'change':>7}  {'files':>7}  title"
    before: int | None = None
    for point in points:
        where = f"{point.revision.date[:10]}  {point.revision.commit[:_ID]}"
        title = _short(printable(point.revision.title))
        if point.problem:
            yield f"{where}  {'-':>8}  {'-':>7}  {'-':>7}  {title}".rstrip()
            continue
        change = _signed(point.findings, before)
        figures = f"{point.findings:>8,}  {change:>7}  {point.python_files:>7,}"
        yield f"{where}  {figures}  {title}".rstrip()
        before = point.findings


def _by_rule(first: Point, last: Point) -> Iterator[str]:
    rules = _rules([first, last])
    width = max(map(len, [*rules, "rule"]))
    heads = [point.revision.commit[:8] for point in (first, last)]
    yield f"{'rule':<{width}}  {heads[0]:>8}  {heads[1]:>8}  {'change':>7}"
    for rule in rules:
        old, new = first.rules.get(rule), last.rules.get(rule)
        figures = "  ".join(f"{'-' if one is None else format(one, ','):>8}" for one in (old, new))
        yield f"{rule:<{width}}  {figures}  {_signed(new, old):>7}".rstrip()
    change = _signed(last.findings, first.findings)
    yield f"{'all':<{width}}  {first.findings:>8,}  {last.findings:>8,}  {change:>7}".rstrip()


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
