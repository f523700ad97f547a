"""SARIF, against the schema of OASIS (the release candidate that the package sarif-om ships)."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from onepath.analysis.index import Index
from onepath.audit.baseline import Baseline, compare_to_baseline
from onepath.audit.finding import Violation, findings
from onepath.audit.result import AuditResult
from onepath.audit.rule import Rule
from onepath.config.settings import Settings
from onepath.model import Note, Refusal
from onepath.report.audits.sarif import sarif_document

SCHEMA = json.loads(
    (Path(__file__).parent.parent / "data" / "sarif-schema-2.1.0-rtm.4.json").read_text()
)
VALIDATOR = Draft4Validator(SCHEMA)


def check(_: Index, __: Settings) -> Iterable[Violation]:
    return ()


RULES = {name: Rule(name, f"The rule {name}", check) for name in ("cycle", "shim", "unused")}


def result_of(*violations: Violation) -> AuditResult:
    found = (*findings("cycle", "", violations), *findings("shim", "", violations))
    return AuditResult(
        "0123abc",
        ("cycle", "shim"),
        found,
        3,
        2,
        (Refusal("bad file.py", 4, "unparseable", "invalid syntax"),),
        (Note("vendor", "submodule", "not looked into"),),
    )


def run_of(result: AuditResult, **arguments: Any) -> dict[str, Any]:
    document = json.loads(json.dumps(sarif_document(result, RULES, **arguments)))
    VALIDATOR.validate(document)
    (run,) = document["runs"]
    return dict(run)


def test_the_schema_is_no_formality() -> None:
    document = sarif_document(result_of(Violation("a.py", 1, "gone")), RULES)
    assert VALIDATOR.is_valid(document)
    document["runs"][0]["results"][0]["baselineState"] = "old"
    assert not VALIDATOR.is_valid(document)


def test_no_findings_are_an_empty_list_and_not_none() -> None:
    run = run_of(AuditResult("HEAD", (), (), 0, 0, (), ()))
    assert run["results"] == []


def test_a_result_names_its_rule_place_and_fingerprint() -> None:
    result = result_of(Violation("pkg/mod.py", 7, "gone", "pkg.X", "", 5))
    run = run_of(result)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["cycle", "shim"]
    assert rules[0]["shortDescription"] == {"text": "The rule cycle."}
    assert rules[0]["defaultConfiguration"] == {"level": "warning"}
    assert rules[0]["help"]["text"].startswith("SARIF, against the schema")
    for found, finding in zip(run["results"], result.findings, strict=True):
        assert rules[found["ruleIndex"]]["id"] == found["ruleId"] == finding.rule
        assert found["message"] == {"text": "gone"}
        assert found["partialFingerprints"] == {"onepath/v1": finding.fingerprint}
        assert found["locations"] == [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "pkg/mod.py", "uriBaseId": "SRCROOT"},
                    "region": {"startLine": 7, "startColumn": 5},
                }
            }
        ]
        assert "baselineState" not in found
    assert "SRCROOT" in run["originalUriBaseIds"]


def test_a_finding_of_a_whole_file_has_no_region() -> None:
    (found, _) = run_of(result_of(Violation("a.py", 0, "cycle")))["results"]
    assert "region" not in found["locations"][0]["physicalLocation"]


def test_a_baseline_gives_each_result_its_state() -> None:
    result = result_of(Violation("a.py", 1, "gone"), Violation("b.py", 1, "gone"))
    known = Baseline.of(result_of(Violation("a.py", 1, "gone")))
    comparison = compare_to_baseline(result, known, files=["a.py", "b.py"])
    states = [found["baselineState"] for found in run_of(result, comparison=comparison)["results"]]
    assert states == ["unchanged", "new", "unchanged", "new"]


def test_what_could_not_be_read_is_a_notification() -> None:
    (invocation,) = run_of(result_of())["invocations"]
    assert invocation["executionSuccessful"] is True
    failure, note = invocation["toolConfigurationNotifications"]
    assert failure["level"] == "warning"
    assert failure["message"] == {"text": "not parsed: invalid syntax"}
    place = failure["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "bad%20file.py"
    assert place["region"] == {"startLine": 4}
    assert note["descriptor"] == {"id": "submodule"}


@given(st.binary(min_size=1, max_size=12).filter(lambda name: b"\0" not in name))
def test_every_path_is_a_relative_uri_that_leads_back_to_it(name: bytes) -> None:
    path = name.decode("utf-8", "surrogateescape")
    (found, _) = run_of(result_of(Violation(path, 1, f"in {path}")))["results"]
    uri = found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote_to_bytes(uri) == name
    assert uri.isascii()
    assert not {*uri} & {*": \\?#[]%"} - {"%"}


@pytest.mark.parametrize("rule", RULES.values())
def test_every_rule_has_all_its_texts(rule: Rule) -> None:
    run = run_of(AuditResult("HEAD", (rule.name,), (), 0, 0, (), ()))
    (described,) = run["tool"]["driver"]["rules"]
    assert all(described[key]["text"] for key in ("shortDescription", "fullDescription", "help"))
