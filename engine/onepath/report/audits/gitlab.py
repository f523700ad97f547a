"""What an audit found, as GitLab's code quality report."""

from typing import Any

from onepath.audit.baseline import Comparison, known_findings
from onepath.audit.finding import Finding
from onepath.audit.result import AuditResult
from onepath.report.text import without_surrogates


def gitlab_document(
    result: AuditResult, comparison: Comparison | None = None
) -> list[dict[str, Any]]:
    """One entry per finding: major, or minor if the baseline knows it.

    GitLab compares the fingerprints of two branches to tell which findings are new.
    """
    known = known_findings(comparison)
    return [_entry(finding, finding in known) for finding in result.findings]


def _entry(finding: Finding, is_known: bool) -> dict[str, Any]:
    return {
        "description": without_surrogates(finding.message),
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": "minor" if is_known else "major",
        "location": {
            "path": without_surrogates(finding.path),
            "lines": {"begin": max(finding.line, 1)},
        },
    }
