"""What is counted of a rewrite, and how it is shown."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
OLD, NEW = "pkg.old.Name", "pkg.new.Other"
BEFORE = {
    "app.py": b"""\
def f():
    from pkg.old import Name, more
    return Name

PATH = 'pkg.old.Name'
""",
    "pkg/new.py": b"class Other:\n    pass\n",
}


@pytest.fixture
def benchmarks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The modules of the folder, by name."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import instructions
    import measure
    import outcome
    import run
    import table

    modules = (instructions, measure, outcome, run, table)
    yield {module.__name__: module for module in modules}
    for name in (*(module.__name__ for module in modules), "changes", "subject", "tools"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("after", "counted"),
    [
        ({}, {"left": 1, "strings": 1}),
        (
            {"app.py": b"def f():\n    from pkg.new import Other\n    return Other\n"},
            {"changed": 1},
        ),
        (
            {"app.py": b"from pkg.new import Name\n\nPATH = 'pkg.old.Name'\n"},
            {"changed": 1, "strings": 1, "wrong": 1},
        ),
        (
            {"app.py": b"from pkg.new import Other, more\n\nprint(Name)\n"},
            {"changed": 1, "wrong": 1, "undefined": 1},
        ),
        ({"app.py": b"from pkg.new import\n"}, {"changed": 1, "broken": 1}),
        (
            {"pkg/new.py": b"from pkg.new import Other\n"},
            {"changed": 1, "left": 1, "strings": 1, "wrong": 1},
        ),
    ],
)
def test_what_is_left_and_broken(
    benchmarks: Any, after: dict[str, bytes], counted: dict[str, int]
) -> None:
    found = benchmarks["outcome"].outcome(BEFORE, {**BEFORE, **after}, OLD, NEW)
    assert {name: count for name, count in found._asdict().items() if count} == counted


def test_a_file_that_did_not_parse_before_is_not_broken(benchmarks: Any) -> None:
    files = {"app.py": b"from\n"}
    assert benchmarks["outcome"].outcome(files, files, OLD, NEW).broken == 0


def test_the_table_has_ratios_to_its_first_row_and_scales_a_part(benchmarks: Any) -> None:
    measurement, row = benchmarks["measure"].Measurement, benchmarks["table"].Row
    rows = [
        row("scan", [measurement(1.0, 3_000_000, 0, 2.0), measurement(2.0, 2_000_000, 0, 2.5)]),
        row("part", [measurement(3.0, None, 0, 5.0)], None, 4.0, measurement(1.0, None, 0, 1.0)),
    ]
    assert benchmarks["table"].table(rows)[2:] == [
        "| scan | 2.25 | 2.00 to 2.50 | 1.50 | 3 | 1.00 |",
        "| part | 17.00 |  | 9.00 |  | 7.56 |",
    ]


def test_a_slowdown_of_more_than_five_percent_is_told(benchmarks: Any) -> None:
    compare = benchmarks["instructions"].compare
    kept = {"plan": 10.0, "audit": 10.0}
    assert compare({"plan": 10.4, "audit": 9.0, "new": 1.0}, kept) == []
    assert compare({"plan": 10.6, "audit": 9.0}, kept) == [
        "plan: 10.60 times the parsing, 10.00 before (+6.0%)"
    ]


def test_tables_of_other_repositories_stay(benchmarks: Any) -> None:
    now = "# Now\n\n## b: 2 files\n\nnew\n"
    then = "# Then\n\n## a: 1 file\n\nkept\n\n## b: 2 files\n\nold\n"
    assert benchmarks["run"].with_earlier(now, then) == (
        "# Now\n\n## a: 1 file\n\nkept\n\n## b: 2 files\n\nnew\n"
    )
