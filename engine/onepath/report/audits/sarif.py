"""An audit as SARIF 2.1.0, which code hosts and editors show beside the code."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import onepath
from onepath.audit.baseline import Comparison
from onepath.audit.finding import Finding
from onepath.audit.keeps import KeptFinding
from onepath.audit.result import AuditResult
from onepath.model import Note, Refusal
from onepath.report.text import without_surrogates

if TYPE_CHECKING:
    from onepath.audit.rule import Rule

VERSION = "2.1.0"
_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVEL = "warning"
_ROOT = "SRCROOT"


def sarif_document(
    result: AuditResult, rules: Mapping[str, "Rule"], comparison: Comparison | None = None
) -> dict[str, Any]:
    """Return an audit as a SARIF log with one run.

    Args:
        result: What was found.
        rules: The rules by name; those that were run must be among them.
        comparison: The same beside a baseline; gives each result its `baselineState`.
    """
    new = None if comparison is None else frozenset(comparison.new)
    index = {rule: number for number, rule in enumerate(result.rules)}
    run = {
        "tool": {
            "driver": {
                "name": "onepath",
                "semanticVersion": onepath.__version__,
                "rules": [_rule(rules[name]) for name in result.rules],
            }
        },
        "originalUriBaseIds": {
            _ROOT: {"description": {"text": "The top folder of the repository."}}
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": True,
                "toolConfigurationNotifications": [
                    *_failures(result.unparseable),
                    *_notes(result.notes),
                ],
            }
        ],
        "results": [
            *(_result(finding, index[finding.rule], new) for finding in result.findings),
            *(
                _kept(kept_finding, index[kept_finding.finding.rule])
                for kept_finding in result.kept
            ),
        ],
        "properties": {"revision": without_surrogates(result.revision)},
    }
    return {"$schema": _SCHEMA, "version": VERSION, "runs": [run]}


def _rule(rule: "Rule") -> dict[str, Any]:
    summary = f"{rule.summary}."
    explanation = rule.explanation or summary
    return {
        "id": rule.name,
        "shortDescription": {"text": summary},
        "fullDescription": {"text": explanation.partition("\n\n")[0]},
        "help": {"text": explanation},
        "defaultConfiguration": {"level": _LEVEL},
    }


def _result(finding: Finding, index: int, new: frozenset[Finding] | None) -> dict[str, Any]:
    result = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVEL,
        "message": {"text": without_surrogates(finding.message)},
        "locations": [_location(finding.path, finding.line, finding.column)],
        "partialFingerprints": {"onepath/v1": finding.fingerprint},
    }
    if new is not None:
        result["baselineState"] = "new" if finding in new else "unchanged"
    return result


def _kept(finding: KeptFinding, index: int) -> dict[str, Any]:
    """A finding that a comment keeps, which a viewer then shows as suppressed."""
    suppression = {"kind": "inSource"}
    if finding.reason:
        suppression["justification"] = without_surrogates(finding.reason)
    return {**_result(finding.finding, index, None), "suppressions": [suppression]}


def _location(path: str, line: int, column: int = 0) -> dict[str, Any]:
    uri = quote(path.encode("utf-8", "surrogateescape"), safe="/")
    place: dict[str, Any] = {"artifactLocation": {"uri": uri, "uriBaseId": _ROOT}}
    if line > 0:
        place["region"] = {"startLine": line, **({"startColumn": column} if column > 0 else {})}
    return {"physicalLocation": place}


def _failures(unparseable: Iterable[Refusal]) -> list[dict[str, Any]]:
    return [
        _notification(
            "unparseable", "warning", refusal.path, refusal.line, f"not parsed: {refusal.reason}"
        )
        for refusal in sorted(unparseable)
    ]


def _notes(notes: Iterable[Note]) -> list[dict[str, Any]]:
    return [_notification(note.kind, "note", note.path, 0, note.text) for note in sorted(notes)]


def _notification(kind: str, level: str, path: str, line: int, text: str) -> dict[str, Any]:
    return {
        "descriptor": {"id": kind},
        "level": level,
        "message": {"text": without_surrogates(text)},
        "locations": [_location(path, line)],
    }
