"""What an audit found, as GitHub workflow commands, which become annotations of the diff."""

from collections import Counter
from collections.abc import Sequence

from onepath.audit.baseline import Comparison, known_findings
from onepath.audit.finding import Finding
from onepath.audit.result import AuditResult
from onepath.model import Refusal
from onepath.report.text import counted, without_surrogates

# GitHub shows so many errors, warnings and notices of a step, and drops the others.
_SHOWN = 10


def audit_github(result: AuditResult, comparison: Comparison | None = None) -> str:
    """Workflow commands: errors, warnings for what the baseline knows, notices for what is unread.

    As many of each as GitHub shows are annotations. The other findings follow as plain lines of the
    log, and one of the notices counts them by rule.
    """
    known = known_findings(comparison)
    new = [finding for finding in result.findings if finding not in known]
    old = [finding for finding in result.findings if finding in known]
    lines = [_finding(finding, "error") for finding in new[:_SHOWN]]
    lines += [_finding(finding, "warning") for finding in old[:_SHOWN]]
    unread = sorted(result.unparseable)
    rest = [*new[_SHOWN:], *old[_SHOWN:]]
    free = _SHOWN - 1 if rest or len(unread) > _SHOWN else _SHOWN
    lines += [_failure(refusal) for refusal in unread[:free]]
    if free < _SHOWN:
        lines.append(_summary(rest, len(unread) - free))
    lines += [_plain(one.path, one.line, f"{one.message} [{one.rule}]") for one in rest]
    lines += [_plain(refusal.path, refusal.line, refusal.reason) for refusal in unread[free:]]
    return "".join(f"{line}\n" for line in lines)


def _summary(rest: Sequence[Finding], unread: int) -> str:
    rules = Counter(finding.rule for finding in rest)
    parts = [f"{rule} {rules[rule]:,}" for rule in sorted(rules)]
    parts += [f"not parsed {unread:,}"] if unread > 0 else []
    more = counted(len(rest) + max(unread, 0), "more line")
    return f"::notice title=migrate audit::{_data(f'{more} in the log: ' + ', '.join(parts))}"


def _plain(path: str, line: int, text: str) -> str:
    """A line of the log that is never taken for a command."""
    place = f"{path}:{line}" if line > 0 else path
    return _data(f"{place}: {text}").replace("::", ": :").replace("##[", "## [")


def _finding(finding: Finding, command: str) -> str:
    place = _place(finding.path, finding.line)
    column = f",col={finding.column}" if finding.line > 0 and finding.column > 0 else ""
    return f"::{command} {place}{column},title={_property(finding.rule)}::{_data(finding.message)}"


def _failure(refusal: Refusal) -> str:
    return (
        f"::notice {_place(refusal.path, refusal.line)},title=not parsed::{_data(refusal.reason)}"
    )


def _place(path: str, line: int) -> str:
    return f"file={_property(path)}" + (f",line={line}" if line > 0 else "")


def _data(text: str) -> str:
    escaped = without_surrogates(text).replace("%", "%25")
    return escaped.replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
