"""What pytest says of each test, read from the JUnit file that it writes."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

PROPERTY = "onepath"
"""The property of a test that holds its node id; `pytest_gate` sets it."""


class CaseVerdict(StrEnum):
    """How a test ended."""

    PASSED = "passed"
    SKIPPED = "skipped"
    FAILED = "failed"


class TestResult(NamedTuple):
    """A test of one run."""

    verdict: CaseVerdict
    said: str = ""
    """The first line of what is said of it."""
    is_test: bool = True
    """Whether its name is a node id; a module that can't be collected has none."""


TestResult.__test__ = False  # type: ignore[attr-defined]  # pytest: nothing to collect here

_SEVERITY = list(CaseVerdict)


def read_junit(path: Path) -> Mapping[str, TestResult] | None:
    """Return the tests of a JUnit file by node id; None where there is no such file.

    A test that is there more than once counts with its worst result.
    """
    try:
        # The command that has just run wrote it: it could do anything already.
        root = ElementTree.parse(path).getroot()  # noqa: S314
    except (OSError, ElementTree.ParseError):
        return None
    found: dict[str, TestResult] = {}
    for case in root.iter("testcase"):
        name, result = _name(case), _result(case)
        known = found.get(name)
        if known is None or _SEVERITY.index(result.verdict) > _SEVERITY.index(known.verdict):
            found[name] = result
    return found


def _name(case: ElementTree.Element) -> str:
    own = _node_id(case)
    if own:
        return own
    parts = (case.get("classname", ""), case.get("name", ""))
    return "::".join(part for part in parts if part)


def _node_id(case: ElementTree.Element) -> str:
    for element in case.iter("property"):
        if element.get("name") == PROPERTY:
            return element.get("value", "")
    return ""


def _result(case: ElementTree.Element) -> TestResult:
    is_test = bool(_node_id(case))
    for kind in ("failure", "error"):
        problem = case.find(kind)
        if problem is not None:
            return TestResult(CaseVerdict.FAILED, _said(problem), is_test)
    skipped = case.find("skipped")
    if skipped is not None:
        return TestResult(CaseVerdict.SKIPPED, _said(skipped), is_test)
    return TestResult(CaseVerdict.PASSED, "", is_test)


def _said(problem: ElementTree.Element) -> str:
    """The line that tells most: that which pytest marks as the error, else the message's first."""
    lines = (problem.text or "").splitlines()
    marked = [line[2:].strip() for line in lines if line.startswith("E ")]
    first = (problem.get("message") or "").strip().split("\n")[0]
    return marked[0] if marked and first in ("", "collection failure") else first
