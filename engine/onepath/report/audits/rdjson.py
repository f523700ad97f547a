"""What an audit found, in the format of reviewdog, which writes it into a review."""

from typing import Any

from onepath.audit.baseline import Comparison, known_findings
from onepath.audit.finding import Finding
from onepath.audit.result import AuditResult
from onepath.model import Refusal
from onepath.report.text import without_surrogates


def audit_rdjson(result: AuditResult, comparison: Comparison | None = None) -> dict[str, Any]:
    """Return a diagnostic for each finding: an error, or a warning if the baseline knows it.

    A file that can't be read is for information.
    """
    known = known_findings(comparison)
    severities = {False: "ERROR", True: "WARNING"}
    return {
        "source": {"name": "migrate audit"},
        "severity": "ERROR",
        "diagnostics": [
            *(_finding(finding, severities[finding in known]) for finding in result.findings),
            *map(_failure, sorted(result.unparseable)),
        ],
    }


def _finding(finding: Finding, severity: str) -> dict[str, Any]:
    return {
        "message": without_surrogates(finding.message),
        "location": _location(finding.path, finding.line, finding.column),
        "severity": severity,
        "code": {"value": finding.rule},
    }


def _failure(refusal: Refusal) -> dict[str, Any]:
    return {
        "message": without_surrogates(refusal.reason),
        "location": _location(refusal.path, refusal.line, 1),
        "severity": "INFO",
        "code": {"value": "not-parsed"},
    }


def _location(path: str, line: int, column: int) -> dict[str, Any]:
    start = {"line": max(line, 1), "column": max(column, 1)}
    return {"path": without_surrogates(path), "range": {"start": start}}
