"""What an audit found, as GitHub workflow commands, which become annotations of the diff."""

from onepath.audit.baseline import Comparison
from onepath.audit.finding import Finding
from onepath.audit.result import AuditResult
from onepath.model import Refusal
from onepath.report.text import without_surrogates


def audit_github(result: AuditResult, comparison: Comparison | None = None) -> str:
    """One workflow command per finding: an error, or a warning if the baseline knows it.

    New findings come first, because GitHub shows only the first ten of a step. Files that could
    not be parsed are notices.
    """
    known = frozenset(comparison.known if comparison is not None else ())
    ordered = sorted(result.findings, key=lambda finding: finding in known)
    lines = [_finding(finding, "warning" if finding in known else "error") for finding in ordered]
    lines += [_failure(one) for one in sorted(result.unparseable)]
    return "".join(f"{line}\n" for line in lines)


def _finding(finding: Finding, command: str) -> str:
    place = _place(finding.path, finding.line)
    column = f",col={finding.column}" if finding.line > 0 and finding.column > 0 else ""
    return f"::{command} {place}{column},title={_property(finding.rule)}::{_data(finding.message)}"


def _failure(one: Refusal) -> str:
    return f"::notice {_place(one.path, one.line)},title=not parsed::{_data(one.reason)}"


def _place(path: str, line: int) -> str:
    return f"file={_property(path)}" + (f",line={line}" if line > 0 else "")


def _data(text: str) -> str:
    escaped = without_surrogates(text).replace("%", "%25")
    return escaped.replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
