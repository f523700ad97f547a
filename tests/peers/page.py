"""Writes `docs/differences.md`: the counts, and each case that is not the peer's text with why."""

import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.peers import (
    bowler_suite,
    langchain_suite,
    libcst_suite,
    openrewrite_suite,
    rope_suite,
    ruff_suite,
)
from tests.peers.cases import Case, Result, Verdict, run
from tests.peers.definitions import DefinitionCase, run_definition

PAGE = Path(__file__).resolve().parents[2] / "docs" / "differences.md"
_WHY = {
    case: reason["why"]
    for reason in tomllib.loads(Path(__file__).with_name("reasons.toml").read_text())["reason"]
    for case in reason["cases"]
}
_HEAD = """\
# Where we differ from our peers

`make test-peers` takes the suites of other tools from their releases, lets `migrate rename` do each
case, and compares what Python makes of both texts: the tree with import statements split and sorted
(right), or with every imported name spelled by its full path (right in another form). What is
neither is refused with a reason, left in silence, or wrong. Of langchain's tables each row counts
in each form, of ruff's fixtures each file. rope moves definitions as well. For its references the
files that define what moves are as rope leaves them, and the others are compared. For its
definitions, `migrate rename` or `migrate move` is asked for the whole, members and parameters
included, and all files are compared: where they differ they are right in another form if Python
finds the same names, values and attributes in every module of both. Bowler takes names by their
spelling: the texts of one of its tests are one module here, and what has no import gets one; its
other modifiers are codemods, which `migrate run` runs as they are. Not compared are options of
rope's (a method renamed in one class of a hierarchy alone, or wherever its name is called),
implicit relative imports of Python 2, locals, and methods that move to another class.
"""
SUITES: Mapping[str, Callable[[], Iterator[Case] | Iterator[DefinitionCase]]] = {
    f"LibCST's RenameCommand ({libcst_suite.RELEASE})": libcst_suite.cases,
    f"Bowler's renames of references ({bowler_suite.RELEASE})": bowler_suite.cases,
    f"Bowler's renames of definitions ({bowler_suite.RELEASE})": bowler_suite.definitions,
    f"rope's moves and renames ({rope_suite.RELEASE})": rope_suite.cases,
    f"rope's definitions ({rope_suite.RELEASE})": rope_suite.definitions,
    f"ruff's fixtures of Airflow 3 (ruff {ruff_suite.TAG})": ruff_suite.cases,
    f"langchain's tables in five forms ({langchain_suite.RELEASE})": langchain_suite.cases,
    "OpenRewrite's five reported faults": openrewrite_suite.cases,
}


class Found(NamedTuple):
    """What a suite gives: how many of each verdict, and the cases that are not the peer's text."""

    counts: Counter[Verdict]
    others: Mapping[str, Result]


def found(cases: Iterator[Case] | Iterator[DefinitionCase]) -> Found:
    """Run the cases of a suite."""
    counts: Counter[Verdict] = Counter()
    others: dict[str, Result] = {}
    for case in cases:
        with tempfile.TemporaryDirectory() as folder:
            if isinstance(case, DefinitionCase):
                result = run_definition(case, Path(folder))
            else:
                result = run(case, Path(folder))
        counts_files = isinstance(case, Case) and case.counts_files
        counts.update(result.verdicts.values() if counts_files else [result.worst])
        if result.worst is not Verdict.RIGHT:
            others[case.name] = result
    return Found(counts, others)


def page(suites: Mapping[str, Found]) -> str:
    """The page."""
    lines = [
        _HEAD,
        f"| suite | {' | '.join(Verdict)} |",
        f"| --- |{' ---: |' * len(Verdict)}",
    ]
    lines += [row(name, suite) for name, suite in suites.items()]
    lines += [section(name, suite) for name, suite in suites.items() if suite.others]
    return "\n".join(lines) + "\n"


def row(name: str, suite: Found) -> str:
    """A suite's counts."""
    return f"| {name} | {' | '.join(str(suite.counts[verdict]) for verdict in Verdict)} |"


def section(name: str, suite: Found) -> str:
    """A suite's cases that are not the peer's text, each with the reason.

    Raises:
        KeyError: Nobody has said why a case differs.
    """
    lines = ["", f"## {name}", "", "| case | ours is | why |", "| --- | --- | --- |"]
    for case, result in suite.others.items():
        lines.append(f"| {case} | {result.worst} | {_WHY[case]} |")
    return "\n".join(lines)


def main() -> None:
    """Write the page."""
    text = page({name: found(cases()) for name, cases in SUITES.items()})
    Path(sys.argv[1]).write_text(text)


if __name__ == "__main__":
    main()
