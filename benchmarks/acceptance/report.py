"""The results as a page."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from textwrap import fill

from results import Case, Result

_COLUMNS = (
    "| package | checked | files | modules | `init` | cases | files changed | edits | refused "
    "| damage | style | slowest case | tests before | tests after |"
)
_CASES, _DAMAGE = 5, 9
"""Which cells of a row these are."""


def markdown(
    results: Sequence[Result], releases: Sequence[str], note: str = "", page: str = ""
) -> str:
    """The page of all packages.

    Args:
        results: One for each package that was checked, in the order of the list.
        releases: What the list has.
        note: What a reader should know of the run.
        page: The page as it was: it has the rows of packages that were not checked again.
    """
    older = _older(page, set(releases) - {result.release for result in results})
    return (
        "\n".join(
            [
                *_head(results, len(releases), older),
                *_noted(note),
                *_table(results),
                *_refusals(results),
                *_open(results),
                *_older_rows(older),
            ]
        )
        + "\n"
    )


def _older(page: str, releases: Collection[str]) -> list[str]:
    """The rows of some packages on a page that was written before."""
    rows = (line for line in page.splitlines() if line.startswith("| "))
    return [row for row in rows if _cells(row)[0] in releases]


def _cells(row: str) -> list[str]:
    return row.strip("| ").split(" | ")


def _older_rows(rows: Sequence[str]) -> Iterator[str]:
    if rows:
        yield ""
        yield "## Older rows"
        yield ""
        yield fill(
            "Checked by the code of earlier days, and not again since: the rows are as they were "
            "written then. The counts above, the reasons and the lists are not about them.",
            100,
        )
        yield ""
        yield _COLUMNS
        yield "|---|---|" + "---:|" * 12
        yield from rows


def _head(results: Sequence[Result], listed: int, older: Sequence[str]) -> Iterator[str]:
    cases = [case for result in results for case in result.cases]
    changed = [case for case in cases if case.files]
    clean = [case for case in changed if case.needs_nothing]
    damaged = [case for case in cases if case.damage]
    yield "# Acceptance: what onepath does to public packages"
    yield ""
    yield fill(
        "`make acceptance` writes this page. It downloads each source distribution, migrates it "
        "case by case, and compares what Python does before and after: every module imported "
        "first, the object behind every public name, changed files compiled, undefined names, and "
        "the package's own suite, where it runs within minutes, for the cases that migrate all "
        "symbols, and for every case where it runs within half a minute. A case is a `rename` "
        "from the definition to its facade, the same with `--inside`, the way back, another name "
        "for a definition, a method or a module, or `init`, `audit` and `apply` for all symbols "
        "of the package at once.",
        100,
    )
    yield ""
    yield f"- packages: {len(results)} of the {listed} in the list"
    if older:
        cells = [_cells(row) for row in older]
        cases_then = sum(int(row[_CASES]) for row in cells)
        damaged_then = sum(int(row[_DAMAGE]) for row in cells)
        yield (
            f"- older rows, below: {len(older)}, with {cases_then} cases, "
            f"{damaged_then} of them with damage"
        )
    yield f"- cases: {len(cases)}, of which {len(changed)} changed something"
    yield f"- cases with damage: {len(damaged)}"
    if changed:
        rate = f"{len(clean)} of {len(changed)} ({100 * len(clean) / len(changed):.0f} %)"
        yield f"- changes that landed with nothing to mend: {rate}"


def _noted(note: str) -> Iterator[str]:
    if note:
        yield ""
        yield fill(note, 100)


def _table(results: Sequence[Result]) -> Iterator[str]:
    yield ""
    yield _COLUMNS
    yield "|---|---|" + "---:|" * 12
    for result in results:
        cases = result.cases
        after = [case.suite for case in cases if case.suite]
        worst = min(after, key=lambda suite: (suite.passed, -len(suite.failed)), default=None)
        cells = (
            result.release, result.checked, result.python_files, result.modules,
            f"{result.discovery_seconds:.1f} s", len(cases), sum(case.files for case in cases),
            sum(case.edits for case in cases), sum(sum(case.refused.values()) for case in cases),
            sum(bool(case.damage) for case in cases), sum(bool(case.style) for case in cases),
            f"{max((case.seconds for case in cases), default=0):.1f} s",
            result.suite or "-", worst or "-",
        )  # fmt: skip
        yield f"| {' | '.join(str(cell) for cell in cells)} |"
    yield ""
    yield fill(
        "Checked are the day and the commit. Files changed, edits and refused are sums over the "
        "cases; damage and style count cases. `init` is without a cache. Tests after are those of "
        "the case with the fewest that passed.",
        100,
    )


def _refusals(results: Sequence[Result]) -> Iterator[str]:
    total: Counter[str] = Counter()
    for result in results:
        for case in result.cases:
            total += Counter(case.refused)
    yield ""
    yield "## Refused, by reason"
    yield ""
    yield "| code | places |"
    yield "|---|---:|"
    for code, count in sorted(total.items(), key=lambda item: (-item[1], item[0])):
        yield f"| `{code}` | {count} |"


def _open(results: Sequence[Result]) -> Iterator[str]:
    cases = [(result, case) for result in results for case in result.cases]
    for title, lines_of in (("Damage", _damage), ("Style", _style)):
        listed = [(result, case, lines_of(case)) for result, case in cases if lines_of(case)]
        yield ""
        yield f"## {title}"
        yield ""
        if not listed:
            yield "None."
        for result, case, lines in listed:
            yield f"- {result.package}, `{case.words}`: " + "; ".join(lines[:5])


def _damage(case: Case) -> list[str]:
    return case.damage


def _style(case: Case) -> list[str]:
    return case.style
