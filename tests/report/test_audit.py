"""The formats of an audit that are text."""

from collections.abc import Sequence

import pytest

from onepath.audit.baseline import Baseline, Comparison, compare_to_baseline
from onepath.audit.finding import Violation, findings
from onepath.audit.result import AuditResult
from onepath.model import Note, Refusal
from onepath.report.audits.document import audit_document
from onepath.report.audits.github import audit_github
from onepath.report.audits.gitlab import gitlab_document
from onepath.report.audits.markdown import audit_markdown
from onepath.report.audits.text import audit_blocks, audit_text
from onepath.report.lines import Line, Tone

ODD = "caf\udce9/a,b:c.py"


def result_of(
    violations: Sequence[Violation] = (), unparseable: Sequence[Refusal] = ()
) -> AuditResult:
    found = findings("dangling-import", "websocket/v0001", violations)
    rules = ("dangling-import", "shim")
    notes = (Note("vendor", "submodule", "not looked into"),)
    return AuditResult("0123abc", rules, found, 1234, 60, tuple(unparseable), notes)


def gone(path: str, line: int = 1, name: str = "pkg.Gone") -> Violation:
    return Violation(path, line, f"{name} does not exist", name, "pkg.new.Here", 5)


@pytest.fixture
def result() -> AuditResult:
    broken = Refusal("bad.py", 3, "unparseable", "invalid syntax")
    return result_of([gone(f"{name}.py", 7) for name in "abcde"], [broken])


def beside(result: AuditResult, known: Sequence[Violation]) -> Comparison:
    files = {finding.path for finding in result.findings} | {"mended.py"}
    return compare_to_baseline(result, Baseline.of(result_of(known)), files=files)


# ------------------------------------------------------------------ text


def test_nothing_found_still_names_every_rule() -> None:
    text = audit_text(result_of())
    assert text.startswith("revision 0123abc: 1,234 Python files\n")
    assert text.endswith(
        "rule             findings  files  fixed by\n"
        "dangling-import         0      0\n"
        "shim                    0      0\n"
        "all                     0      0\n"
    )


def test_the_first_places_of_each_rule_and_how_many_more(result: AuditResult) -> None:
    text = audit_text(result)
    assert "\ndangling-import: 5 findings in 5 files\n  a.py:7 pkg.Gone does not exist  [" in text
    assert "  and 2 more (--verbose shows all)\n" in text
    assert "d.py:7" not in text
    assert "not parsed: 1\n  bad.py:3 invalid syntax\n" in text
    assert "notes: 1\n  submodule: 1\n    vendor not looked into\n" in text
    assert "dangling-import         5      5  websocket/v0001\n" in text
    assert "\x1b" not in text


def test_verbose_shows_all(result: AuditResult) -> None:
    text = audit_text(result, verbose=True)
    assert text.count(" does not exist") == 5
    assert "more" not in text


def test_new_findings_come_first_and_are_marked(result: AuditResult) -> None:
    known = [gone(f"{name}.py") for name in "abcd"] + [gone("mended.py")]
    text = audit_text(result, beside(result, known))
    assert "dangling-import: 5 findings in 5 files, 1 new\n  new: e.py:7 " in text
    assert "dangling-import         5      5    1  websocket/v0001\n" in text
    assert text.endswith("gone since the baseline: 1\n")


def test_what_fails_a_gate_stands_out(result: AuditResult) -> None:
    blocks = audit_blocks(result, beside(result, [gone("a.py")]))
    wrong = [one.text for one in blocks if isinstance(one, Line) and one.tone is Tone.WRONG]
    assert [text.split()[:2] for text in wrong] == [["new:", f"{name}.py:7"] for name in "bcd"]


def test_a_path_can_not_move_the_cursor() -> None:
    text = audit_text(result_of([Violation("a\x1b[2J\n.py", 1, "gone")]))
    assert "a\\x1b[2J\\n.py:1 gone" in text


# ------------------------------------------------------------------ JSON


def test_the_keys_of_the_contract(result: AuditResult) -> None:
    document = audit_document(result)
    assert list(document) == ["schema", "revision", "files", "rules", "findings", "notes"]
    assert document["schema"] == 1
    assert document["revision"] == "0123abc"
    assert document["files"] == {
        "python": 1234,
        "parsed": 60,
        "unparseable": [{"path": "bad.py", "line": 3, "reason": "invalid syntax"}],
    }
    assert document["rules"] == {
        "dangling-import": {"findings": 5, "files": 5},
        "shim": {"findings": 0, "files": 0},
    }
    assert document["findings"][0] == {
        "rule": "dangling-import",
        "path": "a.py",
        "line": 7,
        "column": 5,
        "message": "pkg.Gone does not exist",
        "symbol": "pkg.Gone",
        "canonical": "pkg.new.Here",
        "fixed_by": "websocket/v0001",
        "fingerprint": result.findings[0].fingerprint,
    }
    assert document["notes"] == [{"path": "vendor", "kind": "submodule", "text": "not looked into"}]


def test_a_baseline_adds_what_is_new_known_and_gone(result: AuditResult) -> None:
    comparison = beside(result, [gone("a.py"), gone("mended.py")])
    document = audit_document(result, comparison)
    assert document["baseline"]["known"] == [result.findings[0].fingerprint]
    assert len(document["baseline"]["new"]) == 4
    assert document["baseline"]["gone"] == [comparison.gone[0].fingerprint]


def test_bytes_that_are_no_text_are_escaped() -> None:
    document = audit_document(result_of([gone(ODD)]))
    assert document["findings"][0]["path"] == "caf\\xe9/a,b:c.py"


# ------------------------------------------------------------------ workflow commands


def test_a_command_has_one_line_whatever_the_message_and_the_path_have() -> None:
    found = result_of([Violation(ODD, 2, "100%\r\n::set-output name=x::y")])
    assert audit_github(found) == (
        "::error file=caf\\xe9/a%2Cb%3Ac.py,line=2,col=1,title=dangling-import"
        "::100%25%0D%0A::set-output name=x::y\n"
    )


def test_what_is_known_is_a_warning_after_what_is_new(result: AuditResult) -> None:
    lines = audit_github(result, beside(result, [gone("a.py")])).splitlines()
    commands = [line.partition(" ")[0] for line in lines]
    assert commands == ["::error"] * 4 + ["::warning", "::notice"]
    assert lines[4].startswith("::warning file=a.py,line=7,col=5,")
    assert lines[5] == "::notice file=bad.py,line=3,title=not parsed::invalid syntax"


def test_a_finding_of_a_whole_file_has_no_line() -> None:
    assert audit_github(result_of([Violation("a.py", 0, "cycle")])) == (
        "::error file=a.py,title=dangling-import::cycle\n"
    )


# ------------------------------------------------------------------ Markdown


def test_markdown_has_a_table_and_folded_details(result: AuditResult) -> None:
    text = audit_markdown(result, beside(result, [gone("a.py")]))
    assert text.startswith("### 5 findings, 4 new in 1,234 Python files\n\nRevision `0123abc`")
    assert "| rule | findings | files | new |\n| --- | ---: | ---: | ---: |\n" in text
    assert "| dangling-import | 5 | 5 | 4 |\n| shim | 0 | 0 | 0 |\n" in text
    assert "<details><summary>1 not parsed</summary>\n\n- `bad.py:3` invalid syntax\n" in text
    assert "<summary>dangling-import: 5</summary>\n\n- **new** `b.py:7` pkg.Gone does" in text
    assert "<summary>shim" not in text
    assert text.count("<details>") == text.count("</details>") == 2


def test_a_message_is_only_text() -> None:
    message = "@ada <b>|`x`* [a](b) a_b\n# x"
    line = audit_markdown(result_of([Violation("``.py", 1, message)]))
    assert (
        "- ``` ``.py:1 ``` &#64;ada &lt;b&gt;\\|\\`x\\`\\* \\[a\\]\\(b\\) a\\_b\\\\n\\# x" in line
    )


def test_a_comment_is_never_longer_than_a_forge_takes() -> None:
    many = result_of([gone(f"{number:05}.py") for number in range(5000)])
    short = audit_markdown(many)
    assert "- and 4,980 more\n" in short
    assert len(short) < 5000
    long = audit_markdown(many, verbose=True)
    assert len(long) < 65_536
    assert long.endswith("1 list did not fit; `migrate audit` shows all.\n")
    assert "| dangling-import | 5,000 | 5,000 |" in long


def test_github_is_given_as_many_annotations_as_it_shows() -> None:
    violations = [Violation(f"a{number:02}.py", number, "cycle") for number in range(1, 31)]
    result = result_of(violations)
    lines = audit_github(result).splitlines()
    errors = [line for line in lines if line.startswith("::error ")]
    rule = result.findings[0].rule
    assert len(errors) == 10
    assert lines[10] == f"::notice title=migrate audit::20 more lines in the log: {rule} 20"
    assert lines[11] == f"a11.py:11: cycle [{rule}]"
    assert len(lines) == 31
    assert not any(line.startswith("::") for line in lines[11:])
    exactly = audit_github(result_of(violations[:10])).splitlines()
    assert len(exactly) == 10


def test_no_line_of_the_log_is_a_command() -> None:
    violations = [Violation(f"a{number:02}.py", 1, "cycle") for number in range(10)]
    result = result_of([*violations, Violation("b/::error ::.py", 1, "##[error]a\n::error::b")])
    assert (
        audit_github(result).splitlines()[-1].startswith("b/: :error : :.py:1: ## [error]a%0A: :")
    )


def test_gitlab_gets_one_entry_for_each_finding() -> None:
    result = result_of([Violation("a.py", 0, "cycle"), Violation("b.py", 4, "cycle")])
    first, second = gitlab_document(result)
    assert first["location"] == {"path": "a.py", "lines": {"begin": 1}}
    assert second["location"] == {"path": "b.py", "lines": {"begin": 4}}
    assert second["fingerprint"] == result.findings[1].fingerprint != first["fingerprint"]
    assert {"description", "check_name", "fingerprint", "severity", "location"} == first.keys()
    assert [one["severity"] for one in gitlab_document(result, beside(result, []))] == ["major"] * 2
