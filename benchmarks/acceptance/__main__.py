"""Migrates pinned public packages and looks whether anything that worked does not any more.

    python benchmarks/acceptance [--only NAME ...] [--list FILE] [--cache FOLDER] [--report FILE]

For each package of the list a git repository is made of its source distribution, and for each case
(a rename, a file of `migrate init`) the case is applied. Before and after it every module is
imported first, the object behind every public name is compared, changed files are compiled and
checked with ruff, and the package's own suite runs. Damage makes the exit status 1.

Distributions and environments are made once, in the cache. What each package gave is kept there as
well, so that packages can be checked one by one and the report is still about all of them.
"""

import argparse
import sys
import tomllib
from pathlib import Path

from cases import Package, Tools
from definitions import case_by_case
from results import kept

from report import markdown

_HERE = Path(__file__).parent


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--list", type=Path, default=_HERE / "packages.toml")
    parser.add_argument("--cache", type=Path, default=_HERE.parents[1] / "build" / "acceptance")
    parser.add_argument("--only", nargs="*", help="names of packages; by default all")
    parser.add_argument("--cases", nargs="*", type=int, help="numbers of cases; by default all")
    parser.add_argument("--report", type=Path, help="write the results as Markdown")
    parser.add_argument("--note", default="", help="a sentence for the report")
    parser.add_argument("--report-only", action="store_true", help="check nothing anew")
    parser.add_argument("--migrate", default=str(Path(sys.executable).with_name("migrate")))
    parser.add_argument(
        "--only-definitions", action="store_true",
        help="check what itself gets another name or place, and report it case by case",
    )  # fmt: skip
    parser.add_argument("--no-tests", action="store_true", help="don't run the packages' suites")
    parser.add_argument(
        "--longest", type=float, default=300, help="seconds that a command may take"
    )
    parser.add_argument("--symbols", type=int, help="no more of each package; by default all")
    options = parser.parse_args()
    entries = tomllib.loads(options.list.read_text(encoding="utf-8"))
    unknown = sorted(set(options.only or ()) - set(entries))
    if unknown:
        parser.error(f"not in {options.list}: {', '.join(unknown)}")
    tools = Tools(
        options.migrate,
        options.cache.resolve(),
        not options.no_tests,
        options.symbols,
        options.longest,
        options.only_definitions,
    )
    folder = tools.cache / ("definitions" if tools.only_definitions else "results")
    is_damaged = False
    for name in () if options.report_only else options.only or entries:
        result = Package(name, entries[name], tools).check(options.cases)
        is_damaged |= result.is_damaged
        if options.cases is None:
            result.keep(folder)
    if options.report:
        results = [kept(folder, name) for name in entries]
        known = [result for result in results if result is not None]
        if tools.only_definitions:
            text = case_by_case(known, options.note)
        else:
            page = options.report.read_text(encoding="utf-8") if options.report.exists() else ""
            releases = [entry["release"] for entry in entries.values()]
            text = markdown(known, releases, options.note, page)
        options.report.write_text(text, encoding="utf-8")
    sys.exit(is_damaged)


if __name__ == "__main__":
    main()
