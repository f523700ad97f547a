"""A history as a table, CSV, JSON, lines of JSON and a badge."""

import csv
import io
import json
from xml.etree import ElementTree

from onepath.plan.history import Chosen, Point, Revision
from onepath.report.audits.badge import badge
from onepath.report.audits.history import (
    history_csv,
    history_document,
    history_lines,
    history_markdown,
    history_text,
)


def point(number: int, rules: dict[str, int], **more: object) -> Point:
    revision = Revision(f"{number:040x}", f"2025-09-{number:02d}T10:00:00Z", f"=change {number}")
    return Point(revision, rules, **{"python_files": 1000 + number, "configuration": "c1", **more})  # type: ignore[arg-type]


FIRST = point(1, {"shim": 1200, "import-cycle": 3})
SECOND = point(2, {}, problem="no such tree\n\x1b[31m", configuration="")
THIRD = point(3, {"shim": 1000, "dangling-import": 1}, missing=2, configuration="c2")
POINTS = [FIRST, SECOND, THIRD]
CHOSEN = Chosen(tuple(one.revision for one in POINTS), 40, True)


def test_the_table_is_aligned_and_says_what_its_figures_leave_out() -> None:
    lines = history_text(CHOSEN, POINTS).splitlines()
    assert lines[0] == "first-parent history of 000000000000: 3 of 40 commits"
    head, first, second, third = lines[2:6]
    for column, cells in {
        "findings": ("1,203", "-", "1,001"),
        "change": ("", "-", "-202"),
        "files": ("1,001", "-", "1,003"),
    }.items():
        end = head.index(column) + len(column)
        for line, cell in zip((first, second, third), cells, strict=True):
            assert line[:end].endswith(cell.rjust(1))
    text = "\n".join(lines)
    assert "000000000003: another configuration than the revision before" not in text
    assert "another configuration than the revision before" in text
    assert r"not audited: no such tree\n\x1b[31m" in text
    assert "2 files not read, as their content is not in this clone" in text
    assert lines[-1] == "this clone is shallow: what is older is not in it"


def test_rules_are_compared_at_both_ends_that_could_be_audited() -> None:
    lines = history_text(CHOSEN, POINTS).splitlines()
    rows = {line.split()[0]: line.split()[1:] for line in lines if line[:1].isalpha()}
    assert rows["shim"] == ["1,200", "1,000", "-200"]
    assert rows["import-cycle"] == ["3", "-"]
    assert rows["dangling-import"] == ["-", "1"]
    assert rows["all"] == ["1,203", "1,001", "-202"]


def test_csv_has_a_column_for_each_rule_and_nothing_that_a_spreadsheet_runs() -> None:
    rows = list(csv.DictReader(io.StringIO(history_csv(POINTS))))
    assert [row["findings"] for row in rows] == ["1203", "", "1001"]
    assert [row["import-cycle"] for row in rows] == ["3", "", ""]
    assert [row["audited"] for row in rows] == ["yes", "no", "yes"]
    assert not any(value.startswith("=") for row in rows for value in row.values())


def test_json_tells_no_figure_from_none() -> None:
    document = json.loads(json.dumps(history_document(CHOSEN, POINTS)))
    assert document["schema"] == 1
    assert (document["commits"], document["shallow"]) == (40, True)
    first, second, _ = document["points"]
    assert first["rules"] == {"import-cycle": 3, "shim": 1200}
    assert (second["findings"], second["rules"], second["files"]) == (None, None, None)
    lines = history_lines(POINTS).splitlines()
    assert list(map(json.loads, lines)) == document["points"]


def test_the_badge_is_svg_with_the_newest_figure() -> None:
    root = ElementTree.fromstring(badge([FIRST, THIRD]))
    words = "".join(root.itertext())
    assert "1,001 findings" in words
    assert "202 fewer than at" in words
    fine = point(4, {"shim": 0})
    assert "0 findings" in badge([fine])
    assert "not audited" in badge([FIRST, SECOND])
    colours = {badge([one]).split('fill="#')[2][:6] for one in (FIRST, fine, SECOND)}
    assert len(colours) == 3


def test_the_burndown_of_a_comment_leaves_out_what_was_not_audited() -> None:
    text = history_markdown(POINTS)
    assert 'x-axis ["1 09-01", "2 09-03"]' in text
    assert "line [1203, 1001]" in text
    assert 'y-axis "findings" 0 --> 1203' in text
    assert text.count("| 2025-09-") == 2
    assert "title" in text
    assert "=change" not in text
