"""What an audit found, a line for each finding, for editors and for other programs."""

import json
from collections.abc import Iterator
from itertools import groupby

from onepath.audit.baseline import Comparison, known_findings
from onepath.audit.finding import Finding
from onepath.audit.result import AuditResult
from onepath.report.audits.document import finding_document
from onepath.report.text import printable, without_surrogates


def audit_concise(result: AuditResult, comparison: Comparison | None = None) -> str:
    """`path:line:column: rule message` for each finding; what the baseline knows is marked."""
    known = known_findings(comparison)
    lines = [
        f"{printable(finding.path)}:{finding.line}:{finding.column}: {_said(finding, known)}"
        for finding in result.findings
    ]
    return _text([*lines, *_unread(result)])


def audit_grouped(result: AuditResult, comparison: Comparison | None = None) -> str:
    """The findings of each file below its path."""
    known = known_findings(comparison)
    lines: list[str] = []
    for path, findings in groupby(
        sorted(result.findings, key=_place), lambda finding: finding.path
    ):
        lines.append(f"{printable(path)}:")
        lines += (
            f"  {finding.line}:{finding.column}: {_said(finding, known)}" for finding in findings
        )
        lines.append("")
    return _text([*lines, *_unread(result)])


def audit_json_lines(result: AuditResult, comparison: Comparison | None = None) -> str:
    """A line of JSON for each finding, and for each file that can't be read.

    A finding has the keys that it has in `--format json`, and `new` where there is a baseline. A
    file that can't be read has `path`, `line` and `unparseable`, the reason.
    """
    known = known_findings(comparison)
    documents = [
        finding_document(finding) | ({} if comparison is None else {"new": finding not in known})
        for finding in result.findings
    ]
    documents += (
        {
            "path": without_surrogates(refusal.path),
            "line": refusal.line,
            "unparseable": without_surrogates(refusal.reason),
        }
        for refusal in sorted(result.unparseable)
    )
    return _text([json.dumps(document) for document in documents])


def _said(finding: Finding, known: frozenset[Finding]) -> str:
    mark = " (in the baseline)" if finding in known else ""
    return f"{finding.rule} {printable(finding.message)}{mark}"


def _place(finding: Finding) -> tuple[str, int, int, str]:
    return finding.path, finding.line, finding.column, finding.rule


def _unread(result: AuditResult) -> Iterator[str]:
    for refusal in sorted(result.unparseable):
        place = f"{printable(refusal.path)}:{max(refusal.line, 1)}:1"
        yield f"{place}: not parsed: {printable(refusal.reason)}"


def _text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
