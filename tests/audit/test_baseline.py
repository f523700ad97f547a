import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onepath.audit.baseline import (
    Baseline,
    Comparison,
    compare_to_baseline,
    read_baseline,
    write_baseline,
)
from onepath.audit.finding import Violation, findings
from onepath.audit.result import AuditResult
from onepath.errors import InputError
from onepath.model import Note, Refusal

RULE = "dangling-import"


def violation(path: str, symbol: str = "pkg.Gone", line: int = 1, text: str = "") -> Violation:
    return Violation(path, line, text or f"{symbol} on line {line} is gone", symbol)


def audited(
    *violations: Violation,
    rules: tuple[str, ...] = (RULE,),
    unparseable: tuple[Refusal, ...] = (),
    notes: tuple[Note, ...] = (),
) -> AuditResult:
    found = tuple(one for rule in rules for one in findings(rule, "", violations))
    return AuditResult("HEAD", rules, found, 9, 9, unparseable, notes)


def compared(before: AuditResult, after: AuditResult, *files: str) -> Comparison:
    return compare_to_baseline(after, Baseline.of(before), files=files)


def places(found: object) -> list[tuple[str, str]]:
    return [(one.path, one.symbol) for one in found]  # type: ignore[attr-defined]


# ------------------------------------------------------------------ broken files


def told(tmp_path: Path, content: str | bytes) -> InputError:
    path = tmp_path / "baseline.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(InputError) as raised:
        read_baseline(path)
    assert raised.value.message.startswith(str(path))
    assert raised.value.hint
    return raised.value


def test_a_file_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such baseline") as raised:
        read_baseline(tmp_path / "nowhere.json")
    assert "--write-baseline" in raised.value.hint


def test_a_folder_is_no_baseline(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="directory"):
        read_baseline(tmp_path)


def test_broken_json_names_its_line(tmp_path: Path) -> None:
    assert ".json:3: not JSON: " in told(tmp_path, '{\n"schema": 1,\n"findings": [}\n').message


def test_a_merge_conflict_is_called_so(tmp_path: Path) -> None:
    text = '{\n"schema": 1,\n"findings": [\n<<<<<<< HEAD\n=======\n>>>>>>> other\n]\n}\n'
    error = told(tmp_path, text)
    assert error.message.endswith(".json:4: a merge conflict is not resolved")
    assert "both sides" in error.hint


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    assert "not UTF-8" in told(tmp_path, b'{"schema": "\xff"}').message


@pytest.mark.parametrize("text", ["[]", "3", '{"schema": 1}', '{"findings": []}', '{"a": {}}'])
def test_json_that_is_something_else(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, text).message.endswith(":1: not a baseline of onepath")


def test_another_schema(tmp_path: Path) -> None:
    error = told(tmp_path, '{\n"findings": [],\n"schema": 2\n}\n')
    assert ".json:3: schema 2 is not known" in error.message
    assert "schema 1" in error.message


def test_findings_that_are_no_list(tmp_path: Path) -> None:
    message = told(tmp_path, '{\n"schema": 1,\n"findings": {}\n}\n').message
    assert message.endswith(".json:3: 'findings' is not a list")


def test_an_entry_that_lacks_something_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    write_baseline(path, Baseline.of(audited(violation("a.py"), violation("b.py"))))
    text = path.read_text().replace('"fingerprint"', '"finger"', 2).replace('"finger"', '"x"', 0)
    lines = text.splitlines()
    lines[3] = lines[3].replace('"finger"', '"fingerprint"')
    assert ".json:5: not a finding" in told(tmp_path, "\n".join(lines)).message


def test_an_entry_in_a_file_that_an_editor_has_laid_out(tmp_path: Path) -> None:
    text = json.dumps({"schema": 1, "findings": [{"rule": 3}]}, indent=4)
    assert ".json:4: not a finding" in told(tmp_path, text).message


# ------------------------------------------------------------------ new, known, gone


def test_one_more_of_a_kind_is_new() -> None:
    before = audited(violation("a.py", line=1))
    after = audited(violation("a.py", line=1), violation("a.py", line=9))
    comparison = compared(before, after, "a.py")
    assert len(comparison.new) == len(comparison.known) == 1


def test_moved_lines_are_known() -> None:
    comparison = compared(audited(violation("a.py")), audited(violation("a.py", line=70)), "a.py")
    assert (comparison.new, comparison.gone) == ((), ())
    assert len(comparison.known) == 1


def test_what_is_gone_leaves_the_baseline_and_what_is_new_does_not_enter_it() -> None:
    before = audited(violation("a.py"), violation("b.py"))
    comparison = compared(before, audited(violation("b.py"), violation("c.py")), *"abc")
    assert places(comparison.gone) == []
    comparison = compared(
        before, audited(violation("b.py"), violation("c.py")), "a.py", "b.py", "c.py"
    )
    assert places(comparison.gone) == [("a.py", "pkg.Gone")]
    assert places(comparison.shrunk.entries) == [("b.py", "pkg.Gone")]
    assert places(comparison.new) == [("c.py", "pkg.Gone")]
    assert places(comparison.accepted.entries) == [("b.py", "pkg.Gone"), ("c.py", "pkg.Gone")]


def test_a_run_that_did_not_look_says_nothing_of_what_is_gone() -> None:
    baseline = Baseline.of(audited(violation("a.py")))
    nothing = audited()
    other_rules = audited(rules=("shim",))
    broken = audited(unparseable=(Refusal("a.py", 1, "unparseable", "bad"),))
    missing = audited(notes=(Note("a.py", "missing-object", "not here"),))
    for result, is_whole in (
        (nothing, False),
        (other_rules, True),
        (broken, True),
        (missing, True),
    ):
        comparison = compare_to_baseline(result, baseline, files=["a.py"], is_whole=is_whole)
        assert comparison.gone == ()
        assert comparison.shrunk == baseline
    assert len(compare_to_baseline(nothing, baseline, files=["a.py"]).gone) == 1


# ------------------------------------------------------------------ moved files


def test_a_moved_file_brings_no_new_findings() -> None:
    before = audited(violation("old/a.py"), violation("old/a.py", "pkg.Other"))
    after = audited(violation("new/b.py", line=5), violation("new/b.py", "pkg.Other"))
    comparison = compared(before, after, "new/b.py")
    assert (comparison.new, comparison.gone) == ((), ())
    assert comparison.shrunk == Baseline.of(after)


def test_a_moved_file_hides_no_additional_finding() -> None:
    before = audited(violation("old.py"))
    after = audited(violation("new.py"), violation("new.py", line=2), violation("new.py", "pkg.X"))
    comparison = compared(before, after, "new.py")
    assert len(comparison.known) == 1
    assert sorted(places(comparison.new)) == [("new.py", "pkg.Gone"), ("new.py", "pkg.X")]


def test_a_copy_is_new_because_the_first_file_is_still_there() -> None:
    before = audited(violation("a.py"))
    comparison = compared(before, audited(violation("b.py")), "a.py", "b.py")
    assert len(comparison.new) == len(comparison.gone) == 1


def test_a_file_that_the_baseline_knows_has_not_come_from_elsewhere() -> None:
    before = audited(violation("gone.py"), violation("b.py", "pkg.Mine"))
    after = audited(violation("b.py"), violation("b.py", "pkg.Mine"))
    comparison = compared(before, after, "b.py")
    assert places(comparison.new) == [("b.py", "pkg.Gone")]
    assert places(comparison.gone) == [("gone.py", "pkg.Gone")]


def test_another_rule_symbol_or_message_is_not_the_moved_finding() -> None:
    for before, after in (
        (violation("old.py"), violation("new.py", "pkg.Else")),
        (violation("old.py", "", text="one thing"), violation("new.py", "", text="another")),
    ):
        assert len(compared(audited(before), audited(after), "new.py").new) == 1


def test_who_else_is_concerned_does_not_make_a_finding_another() -> None:
    before = audited(violation("a.py", text="used by b and c"))
    after = audited(violation("a.py", text="used by b"))
    assert compared(before, after, "a.py").new == ()


def test_a_moved_file_is_known_when_only_it_was_audited() -> None:
    baseline = Baseline.of(audited(violation("old.py"), violation("c.py")))
    result = audited(violation("new.py"))
    comparison = compare_to_baseline(result, baseline, files=["new.py", "c.py"], is_whole=False)
    assert (comparison.new, comparison.gone) == ((), ())


# ------------------------------------------------------------------ the file


def test_one_line_holds_one_finding_in_order(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    result = audited(violation("b.py"), violation("a.py"), violation("a.py", "pkg.Añadido"))
    assert write_baseline(path, Baseline.of(result))
    lines = path.read_text().splitlines()
    assert lines[:3] == ["{", '"schema": 1,', '"findings": [']
    assert lines[-2:] == ["]", "}"]
    entries = [json.loads(line.rstrip(",")) for line in lines[3:-2]]
    assert [entry["path"] for entry in entries] == ["a.py", "a.py", "b.py"]
    assert {*entries[0]} == {"rule", "path", "symbol", "canonical", "message", "fingerprint"}


def test_an_unchanged_baseline_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    baseline = Baseline.of(audited(violation("a.py")))
    assert write_baseline(path, baseline)
    os.utime(path, (1, 1))
    assert not write_baseline(path, baseline)
    assert path.stat().st_mtime == 1


def test_writing_keeps_the_mode_and_the_link_and_leaves_nothing_beside(tmp_path: Path) -> None:
    real = tmp_path / "real.json"
    write_baseline(real, Baseline(()))
    real.chmod(0o640)
    link = tmp_path / "link.json"
    link.symlink_to(real)
    write_baseline(link, Baseline.of(audited(violation("a.py"))))
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert sorted(os.listdir(tmp_path)) == ["link.json", "real.json"]
    assert len(read_baseline(real).entries) == 1


def test_a_folder_that_is_not_there_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_baseline(tmp_path / "no" / "baseline.json", Baseline(()))


def test_lines_of_both_sides_of_a_merge_may_repeat(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    write_baseline(path, Baseline.of(audited(violation("a.py"))))
    lines = path.read_text().splitlines()
    lines[3:4] = [f"{lines[3]},", lines[3]]
    path.write_text("\n".join(lines))
    assert len(read_baseline(path).entries) == 1


_PATHS = st.sampled_from(["a.py", "b/c.py", "caf\udce9.py", "d.py"])
_VIOLATIONS = st.lists(
    st.builds(violation, _PATHS, st.sampled_from(["pkg.A", "pkg.B"]), st.integers(1, 9)), max_size=6
)


@given(_VIOLATIONS, _VIOLATIONS, st.sets(_PATHS), st.booleans())
def test_the_baseline_never_grows_by_itself(
    before: list[Violation], after: list[Violation], files: set[str], is_whole: bool
) -> None:
    baseline, result = Baseline.of(audited(*before)), audited(*after)
    files |= {one.path for one in after}
    comparison = compare_to_baseline(result, baseline, files=files, is_whole=is_whole)
    assert len(comparison.shrunk.entries) <= len(baseline.entries)
    assert sorted((*comparison.new, *comparison.known)) == sorted(result.findings)
    assert len(comparison.known) <= len(baseline.entries)
    assert len(comparison.gone) + len(comparison.shrunk.entries) == len(baseline.entries)
    again = compare_to_baseline(result, comparison.shrunk, files=files, is_whole=is_whole)
    assert again.new == comparison.new
    assert again.shrunk == comparison.shrunk
    accepted = compare_to_baseline(result, comparison.accepted, files=files, is_whole=is_whole)
    assert accepted.new == ()


@settings(max_examples=30)
@given(_VIOLATIONS)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, before: list[Violation]
) -> None:
    path = tmp_path_factory.mktemp("written") / "baseline.json"
    baseline = Baseline.of(audited(*before))
    write_baseline(path, baseline)
    assert read_baseline(path) == baseline
