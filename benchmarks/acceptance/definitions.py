"""What became of definitions and modules that got another name or place, as a page."""

from collections import Counter
from collections.abc import Iterator, Sequence
from textwrap import fill

from results import Case, Result


def case_by_case(results: Sequence[Result], note: str = "") -> str:
    """The page: a row for each case.

    Args:
        results: One for each package that was checked, in the order of the list.
        note: What a reader should know of the run.
    """
    rows = [(result, case) for result in results for case in result.cases]
    return "\n".join([*_head(rows), *_noted(note), *_table(rows), *_damage(rows)]) + "\n"


def _head(rows: Sequence[tuple[Result, Case]]) -> Iterator[str]:
    verbs = Counter(case.words.partition(" ")[0] for _, case in rows)
    damaged = sum(bool(case.damage) for _, case in rows)
    whole = sum("whole" in case.refused for _, case in rows)
    yield "# Definitions and modules of public packages that got another name or place"
    yield ""
    yield fill(
        "`make acceptance-definitions` writes this page. Each command below is run on the source "
        "distribution of a package. Before and after it every module is imported first, the "
        "object behind every public name is compared with what has followed, changed files are "
        "compiled and checked for undefined names, and the package's own suite runs.",
        100,
    )
    yield ""
    yield f"- packages: {len({result.release for result, _ in rows})}"
    yield f"- renames: {verbs['rename']}, moves: {verbs['move']}"
    yield f"- with damage: {damaged}"
    yield f"- refused as a whole, so that nothing changed: {whole}"


def _noted(note: str) -> Iterator[str]:
    if note:
        yield ""
        yield fill(note, 100, break_on_hyphens=False)


def _table(rows: Sequence[tuple[Result, Case]]) -> Iterator[str]:
    yield ""
    yield (
        "| package | checked | `migrate` | files changed | refused places "
        "| modules before | after | suite before | after |"
    )
    yield "|---|---|---|---:|---|---:|---:|---:|---:|"
    for result, case in rows:
        refused = ", ".join(f"{count} `{code}`" for code, count in case.refused.items())
        after = result.modules if case.modules is None else case.modules
        cells = (
            result.release, result.checked, f"`{case.words}`", case.files, refused or "0",
            result.modules, after, result.suite or "-", case.suite or "-",
        )  # fmt: skip
        yield f"| {' | '.join(str(cell) for cell in cells)} |"
    yield ""
    yield fill(
        "Checked are the day and the commit of the code. Modules are those that can be imported "
        "first; a module or package that is made, or kept at its old path, makes one more.",
        100,
    )


def _damage(rows: Sequence[tuple[Result, Case]]) -> Iterator[str]:
    for title, listed in (
        ("Damage", [(result, case.words, case.damage) for result, case in rows]),
        ("Style", [(result, case.words, case.style) for result, case in rows]),
    ):
        yield ""
        yield f"## {title}"
        yield ""
        lines = [
            f"- {result.package}, `{words}`: " + "; ".join(found[:5])
            for result, words, found in listed
            if found
        ]
        yield from lines or ["None."]
