"""Every route of a branch, a revision or the files as they lie, imported in the user's Python."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from onepath.config.migrate_toml import Config
from onepath.model import Executor, Snapshot
from onepath.progress import Progress, quiet
from onepath.snapshot import WORKTREE, open_snapshot
from onepath.snapshot.repository import Repository
from onepath.verify.checkout import Checkout, open_checkout
from onepath.verify.imports.routes import runtime_check
from onepath.verify.imports.runtime import RouteOutcome, RuntimeResult, verify_runtime


class ImportTarget(NamedTuple):
    """What is imported."""

    branch: str
    """What it is called; empty for the files as they lie."""
    commit: str
    """Empty for the files as they lie."""
    base: str = ""
    """The commit that it is compared with; empty for none."""


@dataclass(frozen=True, slots=True)
class RouteImports:
    """What importing every route of a target gave."""

    branch: str
    commit: str
    gone: tuple[str, ...]
    """Old paths that lead nowhere; they are not imported."""
    result: RuntimeResult | None
    """None if there is no route at all."""
    known: frozenset[str] = frozenset()
    """The routes that are wrong, and were no better at the base."""

    @property
    def holds(self) -> bool:
        """Whether no route is wrong that was right, or less wrong, at the base."""
        verdicts = () if self.result is None else self.result.verdicts
        return all(verdict.holds or verdict.route in self.known for verdict in verdicts)


@dataclass(frozen=True)
class Importing:
    """How routes are imported."""

    python: str
    """The interpreter."""
    timeout: float
    """For each process, in seconds."""
    configured: Callable[[Snapshot], Config]
    executor: Executor
    jobs: int = 1
    cache_dir: Path | None = None
    progress: Progress = quiet

    def files(self, folder: Path) -> RouteImports:
        """Import the files as they lie in a folder."""
        return self._run(folder, open_snapshot(folder, WORKTREE), ImportTarget("", ""))

    def targets(
        self, repository: Repository, targets: Sequence[ImportTarget]
    ) -> list[RouteImports]:
        """Import commits, each from a temporary checkout; bases only where a route is wrong.

        Raises:
            OutsideError: git failed, or the interpreter can't be started.
        """
        bases: dict[str, RuntimeResult | None] = {}
        imported = []
        with open_checkout(repository) as checkout:
            for target in targets:
                given = self._target(repository, checkout, target)
                if target.base and not given.holds:
                    if target.base not in bases:
                        at_base = ImportTarget("", target.base)
                        bases[target.base] = self._target(repository, checkout, at_base).result
                    given = replace(given, known=_no_better(given.result, bases[target.base]))
                imported.append(given)
        return imported

    def _target(
        self, repository: Repository, checkout: Checkout, target: ImportTarget
    ) -> RouteImports:
        snapshot = open_snapshot(repository.top, target.commit)
        return self._run(checkout.show(target.commit), snapshot, target)

    def _run(self, folder: Path, snapshot: Snapshot, target: ImportTarget) -> RouteImports:
        check = runtime_check(
            snapshot,
            self.configured(snapshot),
            executor=self.executor,
            cache_dir=self.cache_dir,
            progress=self.progress,
        )
        result = None
        if check.groups:
            result = verify_runtime(
                Path(os.path.abspath(folder)),
                check,
                python=self.python,
                timeout=self.timeout,
                jobs=self.jobs,
                progress=self.progress,
            )
        return RouteImports(target.branch, target.commit, check.gone, result)


def _no_better(result: RuntimeResult | None, base: RuntimeResult | None) -> frozenset[str]:
    """The routes that are wrong, and gave no more at the base in either process."""
    if result is None or base is None:
        return frozenset()
    before = {verdict.route: verdict for verdict in base.verdicts}
    return frozenset(
        verdict.route
        for verdict in result.verdicts
        if not verdict.holds
        and verdict.route in before
        and _worth(before[verdict.route].given) <= _worth(verdict.given)
        and _worth(before[verdict.route].first) <= _worth(verdict.first)
    )


def _worth(outcome: RouteOutcome) -> int:
    """How much a route gave: nothing, something, the object of the canonical path."""
    return 0 if outcome.error else 2 if outcome.same else 1
