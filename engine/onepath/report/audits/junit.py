"""What an audit found, as the results of tests in JUnit's XML, which most CI servers show."""

import xml.etree.ElementTree as ET

from onepath.audit.baseline import Comparison, known_findings
from onepath.audit.finding import Finding
from onepath.audit.result import AuditResult
from onepath.report.text import printable

_SUITE = "migrate audit"


def audit_junit(result: AuditResult, comparison: Comparison | None = None) -> str:
    """Return a suite for each rule, in which each finding is a test that fails.

    A rule that finds nothing has one test that passes. What the baseline knows is skipped, and a
    file that can't be read is an error.
    """
    known = known_findings(comparison)
    top = ET.Element("testsuites", name=_SUITE)
    for rule, findings in result.by_rule().items():
        suite = _suite(top, rule, len(findings), sum(finding not in known for finding in findings))
        suite.set("skipped", str(sum(finding in known for finding in findings)))
        for finding in sorted(findings):
            _case(suite, finding, finding in known)
        if not findings:
            suite.set("tests", "1")
            ET.SubElement(suite, "testcase", classname=rule, name="finds nothing")
    unread = sorted(result.unparseable)
    if unread:
        suite = _suite(top, "not parsed", len(unread), 0)
        suite.set("errors", str(len(unread)))
        for failure in unread:
            path = printable(failure.path)
            case = ET.SubElement(
                suite, "testcase", classname=path, name=f"line {failure.line}", file=path
            )
            ET.SubElement(case, "error", message=printable(failure.reason))
    ET.indent(top)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(top, encoding="unicode")}\n'


def _suite(top: ET.Element, name: str, tests: int, failures: int) -> ET.Element:
    return ET.SubElement(
        top, "testsuite", name=name, tests=str(tests), failures=str(failures), errors="0"
    )


def _case(suite: ET.Element, finding: Finding, is_known: bool) -> None:
    shown = printable(finding.path)
    case = ET.SubElement(
        suite,
        "testcase",
        classname=shown,
        name=f"{finding.rule} at {finding.line}:{finding.column}",
        file=shown,
        line=str(finding.line),
    )
    message = printable(finding.message)
    if is_known:
        ET.SubElement(case, "skipped", message=f"in the baseline: {message}")
    else:
        where = f"{shown}:{finding.line}:{finding.column}"
        ET.SubElement(case, "failure", message=message).text = f"{where}: {message}"
