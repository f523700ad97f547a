"""An audit as the JSON document of the command line contract."""

from typing import Any

from onepath.audit.baseline import Comparison
from onepath.audit.finding import Finding
from onepath.audit.result import AuditResult
from onepath.report.text import plain_values, without_surrogates

SCHEMA = 1


def audit_document(result: AuditResult, comparison: Comparison | None = None) -> dict[str, Any]:
    """Return an audit as plain values: the same audit always gives the same document.

    With a comparison there is one key more, `baseline`: the fingerprints that are new, known and
    gone; `kept` where comments keep findings; and `on_request` where rules found something that is
    only shown to those who name them. Bytes of paths that are not UTF-8 stand as
    `\\xNN`.
    """
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "revision": without_surrogates(result.revision),
        "files": {
            "python": result.python_files,
            "parsed": result.parsed,
            "unparseable": [
                {
                    "path": without_surrogates(refusal.path),
                    "line": refusal.line,
                    "reason": without_surrogates(refusal.reason),
                }
                for refusal in sorted(result.unparseable)
            ],
        },
        "rules": {
            rule: {"findings": len(findings), "files": len({finding.path for finding in findings})}
            for rule, findings in sorted(result.by_rule().items())
        },
        "findings": [finding_document(finding) for finding in result.findings],
        "notes": [
            {
                "path": without_surrogates(note.path),
                "kind": note.kind,
                "text": without_surrogates(note.text),
            }
            for note in sorted(result.notes)
        ],
    }
    if result.on_request:
        document["on_request"] = dict(sorted(result.on_request.items()))
    if result.kept:
        document["kept"] = [
            {
                **finding_document(kept_finding.finding),
                "reason": without_surrogates(kept_finding.reason) or None,
            }
            for kept_finding in result.kept
        ]
    if comparison is not None:
        document["baseline"] = {
            state: sorted(one.fingerprint for one in getattr(comparison, state))
            for state in ("new", "known", "gone")
        }
    return document


def finding_document(finding: Finding) -> dict[str, Any]:
    """One finding as plain values; `on_request` only where those see it who name the rule."""
    document = plain_values(finding._asdict())
    if not finding.on_request:
        del document["on_request"]
    return document
