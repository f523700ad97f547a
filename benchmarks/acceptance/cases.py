"""Makes a repository of a package, migrates it case by case, and compares before and after."""

import json
import re
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from imported import Imported, Moved, Stable, differences
from processes import run
from results import Case, Result, Suite
from sources import environment, unpack
from style import new_findings, that_do_not_compile
from suite import Runner

_RUNS = 3
"""How often a package is looked at again before a difference counts."""
_SHORT = 30
"""Seconds of a suite that runs after each case; a longer one runs where all symbols migrate."""
_DRY_RUN = ["--dry-run", "--format", "json"]
_Steps = tuple[str, list[list[str]], tuple[str, str] | None]
"""What is said of a case, its commands, and the paths of what itself moves."""


class Tools(NamedTuple):
    """What all packages are checked with."""

    migrate: str
    """The command under test."""
    cache: Path
    with_tests: bool
    most_symbols: int | None
    """How many symbols of each package are migrated; None is all."""
    longest: float
    """Seconds that a command of migrate may take; more is a hang."""
    only_definitions: bool = False
    """Whether to check nothing but what gets another name or place itself."""


class Package:
    """A package of the list.

    Args:
        name: Its name.
        entry: Its table in the list.
        tools: What it is checked with.
    """

    def __init__(self, name: str, entry: Mapping[str, Any], tools: Tools) -> None:
        self.name = name
        self._entry = entry
        self._tools = tools
        self._top = Path()

    def check(self, numbers: Sequence[int] | None = None) -> Result:
        """Migrate it by each case, or those of the given numbers, and print what became of each."""
        with tempfile.TemporaryDirectory(prefix="acceptance-") as scratch:
            self._top = Path(scratch) / self.name
            self._make_repository()
            result = Result(self.name, self._entry["release"], _state_of_the_code())
            result.python_files = sum(1 for _ in self._top.rglob("*.py"))
            start = time.monotonic()
            code, said = self._migrate("init")
            result.discovery_seconds = time.monotonic() - start
            imported, before = self._imported()
            result.modules = len(before)
            runner = self._runner()
            result.suite = runner.run() if runner else None
            print(
                f"{self.name}: {result.python_files} files, {result.modules} modules, "
                f"suite {result.suite}, init {result.discovery_seconds:.1f} s",
                flush=True,
            )
            for number, (words, commands, pair) in enumerate(self._cases()):
                if numbers is None or number in numbers:
                    case = self._case(words, commands)
                    if code:
                        case.damage.insert(0, f"migrate init: {_last(said)}")
                    if case.files:
                        moved = imported.moved(*pair) if pair else None
                        self._compare(case, imported, before, moved)
                        self._run_suite(case, runner, result.suite)
                    _print(self.name, number, case)
                    result.cases.append(case)
                    self._reset()
            return result

    def _cases(self) -> Iterator[_Steps]:
        if not self._tools.only_definitions:
            yield from self._of_references()
        for old, new, *more in self._entry.get("defined", ()):
            yield (*_command("rename", old, new, *more), (old, new))
        for what, where, *more in self._entry.get("moved", ()):
            yield (*_command("move", what, where, *more), self._ends(what, where))
        if not self._tools.only_definitions:
            yield from self._of_all_symbols()

    def _of_references(self) -> Iterator[_Steps]:
        for definition, facade in self._renamed():
            for old, new, *more in (
                (definition, facade),
                (definition, facade, "--inside"),
                (facade, definition),
            ):
                yield (*_command("rename", old, new, *more), None)

    def _of_all_symbols(self) -> Iterator[_Steps]:
        symbols = self._entry["symbols"][: self._tools.most_symbols]
        for side, what in ((1, "facades"), (0, "definitions")):
            canonical = [word for pair in symbols for word in ("--canonical", pair[side])]
            yield (
                f"init, audit and apply, {what}",
                [["init", *canonical], ["audit"], _DRY_RUN, ["apply"]],
                None,
            )

    def _ends(self, what: str, where: str) -> tuple[str, str]:
        """The paths between which something moves, given as the command is: by files or dotted."""
        old, into = (
            ".".join((self._top / path).relative_to(self._root()).with_suffix("").parts)
            if "/" in path
            else path
            for path in (what, where)
        )
        return old, f"{into}.{old.rpartition('.')[2]}"

    def _root(self) -> Path:
        root: str = self._entry.get("root", ".")
        return self._top / root

    def _renamed(self) -> list[tuple[str, str]]:
        """Definition and facade of every symbol."""
        every = [*self._entry["symbols"], *self._entry.get("renamed", ())]
        return [(one, other) for one, other in every[: self._tools.most_symbols]]

    def _make_repository(self) -> None:
        is_wheel = self._entry.get("wheel", False)
        unpack(self._entry["release"], self._tools.cache, self._top, is_wheel=is_wheel)
        shutil.rmtree(self._top / ".git", ignore_errors=True)
        for arguments in (
            ["init", "--quiet", "-b", "main"],
            ["add", "-A", "-f"],
            ["commit", "--quiet", "-m", "as published"],
        ):
            self._git(*arguments)

    def _imported(self) -> tuple[Imported, Stable]:
        """What imports the modules, and the names that each had in two runs."""
        requirements = [self._entry["release"], *self._entry.get("requires", ())]
        python = environment(self.name, requirements, self._tools.cache)
        imported = Imported(python, self._top, self._entry)
        return imported, imported.published()

    def _runner(self) -> Runner | None:
        if not self._tools.with_tests or "tests" not in self._entry:
            return None
        python = self._tools.cache / "environments" / self.name / "bin" / "python"
        return Runner(self._entry["tests"], python, self._top, self._root())

    def _case(self, words: str, commands: Sequence[Sequence[str]]) -> Case:
        case = Case(words)
        start = time.monotonic()
        for command in commands:
            code, said = self._migrate(*command)
            # 1: the audit has findings, 3: something was refused, which is reported as well.
            if code not in ((0, 1) if command[0] == "audit" else (0, 3)):
                case.damage.append(f"migrate {command[0]}: exit {code}: {_last(said)}")
                break
            if "json" in command:
                _count(case, said)
        case.seconds = time.monotonic() - start
        branches = self._git("for-each-ref", "--format=%(refname)", "refs/heads/migrate").split()
        if branches and not case.damage:
            self._git("checkout", "--quiet", "--force", branches[-1])
            stat = self._git("diff", "--shortstat", "main").split()
            case.files = int(stat[0]) if stat else 0
        return case

    def _compare(
        self,
        case: Case,
        imported: Imported,
        before: Stable,
        moved: Moved | None,
    ) -> None:
        changed = self._changed()
        case.damage += that_do_not_compile(changed, self._top)
        undefined, case.style = new_findings(changed, self._top)
        case.damage += undefined
        every = self._git("diff", "--name-only", "--no-renames", "main").split("\n")
        after, symbols = imported.now(every, moved), self._renamed()
        if moved:
            case.modules = sum(isinstance(names, dict) for names in after.values())
        if differences(before, after, symbols, moved):
            before = self._more_stable(imported, before, list(before))
        case.damage += differences(before, after, symbols, moved)

    def _changed(self) -> dict[str, str]:
        """Where each changed module is, and where it was."""
        said = self._git("diff", "--name-status", "-M", "main", "--", "*.py", "*.pyi")
        rows = [line.split("\t") for line in said.splitlines()]
        return {row[-1]: row[1] for row in rows if row[0] != "D"}

    def _run_suite(self, case: Case, runner: Runner | None, suite: Suite | None) -> None:
        """Run the package's own tests, where they take little or all symbols are migrated."""
        if runner and suite and (case.words.startswith("init") or suite.seconds < _SHORT):
            case.suite = runner.run()
            fails = sorted(set(case.suite.failed) - set(suite.failed))
            case.damage += [f"test: {test}" for test in runner.again(fails)]

    def _more_stable(self, imported: Imported, before: Stable, modules: list[str]) -> Stable:
        """Look at the package as published again: what differs may always have."""
        migrated = self._git("rev-parse", "HEAD").strip()
        self._git("checkout", "--quiet", "--force", "main")
        before = imported.still_stable(before, modules, _RUNS)
        self._git("checkout", "--quiet", "--force", migrated)
        return before

    def _migrate(self, *arguments: str) -> tuple[int, str]:
        return run(
            [*self._tools.migrate.split(), *arguments], self._top, longest=self._tools.longest
        )

    def _reset(self) -> None:
        """Go back to the package as published; the facts of its files stay in the cache."""
        self._git("checkout", "--quiet", "--force", "main")
        self._git("clean", "-ffdxq")
        for branch in self._git(
            "for-each-ref", "--format=%(refname)", "refs/heads/migrate"
        ).split():
            self._git("update-ref", "-d", branch)

    def _git(self, *arguments: str) -> str:
        code, said = run(["git", *arguments], self._top)
        if code:
            raise SystemExit(f"git {' '.join(arguments)}: {said}")
        return said


def _command(*words: str) -> tuple[str, list[list[str]]]:
    """What is said of a rename or a move, and its commands."""
    return " ".join(words), [[*words, *_DRY_RUN], [*words, "--yes"]]


def _count(case: Case, said: str) -> None:
    """Enter the edits and refusals of a plan that is given as JSON, or that all is refused."""
    document = re.search(r"^\{$.*^\}$", said, re.MULTILINE | re.DOTALL)
    if document is None:
        case.refused = {"whole": 1}
        return
    plan = json.loads(document[0])
    for phase in plan["phases"]:
        case.edits += phase["edits"]
        codes = Counter(refusal["code"] for refusal in phase["refusals"])
        case.refused = dict((codes + Counter(case.refused)).most_common())


def _state_of_the_code() -> str:
    _, commit = run(["git", "rev-parse", "--short=7", "HEAD"], Path(__file__).parent)
    return f"{date.today()} {commit.strip()}"


def _last(said: str) -> str:
    return (said.strip().splitlines() or ["-"])[-1]


def _print(package: str, number: int, case: Case) -> None:
    state = "damage" if case.damage else "style" if case.style else "holds"
    refused = ", ".join(f"{code} {count}" for code, count in case.refused.items())
    suite = f", {case.suite}" if case.suite else ""
    print(
        f"  {state:7}{number:2} {case.words}: {case.files} files, {case.edits} edits, "
        f"{case.seconds:.1f} s{suite}; refused: {refused or 'nothing'}",
        flush=True,
    )
    for line in (*case.damage, *case.style):
        print(f"           {line[:240]}", flush=True)
