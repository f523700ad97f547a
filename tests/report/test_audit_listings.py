"""The formats of an audit that other programs read line by line, or as results of tests."""

import json
from xml.etree import ElementTree

import pytest

from onepath.audit.baseline import Baseline, Comparison, compare_to_baseline
from onepath.audit.finding import Violation, findings
from onepath.audit.result import AuditResult
from onepath.model import Refusal
from onepath.report.audits.junit import audit_junit
from onepath.report.audits.listing import audit_concise, audit_grouped, audit_json_lines
from onepath.report.audits.rdjson import audit_rdjson

ODD = "caf\udce9\x1b[2J.py"


def audit(*violations: Violation, broken: bool = True) -> AuditResult:
    found = findings("shim", "", violations)
    unread = (Refusal("bad.py", 3, "unparseable", "invalid syntax"),) if broken else ()
    return AuditResult("0123abc", ("dangling-import", "shim"), found, 9, 9, unread, ())


def violation(path: str, line: int = 7) -> Violation:
    return Violation(path, line, f"{path} is <a> & shim", path, "", 5)


RESULT = audit(violation("b.py"), violation("a.py", 9), violation("a.py", 2), violation(ODD))


@pytest.fixture
def comparison() -> Comparison:
    """One in which `b.py` is known."""
    known = Baseline.of(audit(violation("b.py")))
    return compare_to_baseline(RESULT, known, files={one.path for one in RESULT.findings})


def test_concise_has_a_line_for_each_finding_and_each_unread_file(comparison: Comparison) -> None:
    assert audit_concise(RESULT).splitlines() == [
        "a.py:2:5: shim a.py is <a> & shim",
        "a.py:9:5: shim a.py is <a> & shim",
        "b.py:7:5: shim b.py is <a> & shim",
        "caf\\xe9\\x1b[2J.py:7:5: shim caf\\xe9\\x1b[2J.py is <a> & shim",
        "bad.py:3:1: not parsed: invalid syntax",
    ]
    marked = [line for line in audit_concise(RESULT, comparison).splitlines() if "baseline" in line]
    assert marked == ["b.py:7:5: shim b.py is <a> & shim (in the baseline)"]


def test_grouped_names_each_file_once() -> None:
    lines = audit_grouped(RESULT).splitlines()
    assert lines[:4] == [
        "a.py:",
        "  2:5: shim a.py is <a> & shim",
        "  9:5: shim a.py is <a> & shim",
        "",
    ]
    assert lines.count("b.py:") == 1


def test_lines_of_json_are_the_findings_of_the_document(comparison: Comparison) -> None:
    plain = [json.loads(line) for line in audit_json_lines(RESULT).splitlines()]
    assert [one["path"] for one in plain[:3]] == ["a.py", "a.py", "b.py"]
    assert "new" not in plain[0]
    assert plain[-1] == {"path": "bad.py", "line": 3, "unparseable": "invalid syntax"}
    beside = [json.loads(line) for line in audit_json_lines(RESULT, comparison).splitlines()]
    assert [one.get("new") for one in beside] == [True, True, False, True, None]


def test_junit_counts_what_it_holds(comparison: Comparison) -> None:
    top = ElementTree.fromstring(audit_junit(RESULT, comparison))
    suites = {suite.get("name"): suite for suite in top}
    assert {*suites} == {"dangling-import", "shim", "not parsed"}
    for suite in suites.values():
        for what, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(what, "0")) == len(suite.findall(f"testcase/{tag}"))
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
    assert [len(one) for one in suites["dangling-import"]] == [0]
    failure = suites["shim"].find("testcase/failure")
    assert failure is not None
    assert failure.text == "a.py:2:5: a.py is <a> & shim"


def test_reviewdog_gets_a_place_and_a_severity_for_each(comparison: Comparison) -> None:
    diagnostics = audit_rdjson(RESULT, comparison)["diagnostics"]
    assert [one["severity"] for one in diagnostics] == [
        "ERROR",
        "ERROR",
        "WARNING",
        "ERROR",
        "INFO",
    ]
    assert diagnostics[0]["location"] == {
        "path": "a.py",
        "range": {"start": {"line": 2, "column": 5}},
    }
    assert json.loads(json.dumps(audit_rdjson(RESULT))) == audit_rdjson(RESULT)


def test_nothing_found_is_nothing_said() -> None:
    empty = audit(broken=False)
    assert audit_concise(empty) == audit_grouped(empty) == audit_json_lines(empty) == ""
    assert audit_rdjson(empty)["diagnostics"] == []
    assert "failure" not in audit_junit(empty).replace("failures", "")
