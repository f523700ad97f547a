"""Every route of a branch, a revision or the files as they lie, imported in the user's Python."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from onepath.config.migrate_toml import Config
from onepath.model import Executor, Snapshot
from onepath.snapshot import WORKTREE, open_snapshot
from onepath.snapshot.repository import Repository
from onepath.symbols.world import Progress, quiet
from onepath.verify.checkout import Checkout, open_checkout
from onepath.verify.routes import runtime_check
from onepath.verify.runtime import RuntimeResult, verify_runtime


class Target(NamedTuple):
    """What is imported."""

    branch: str
    """What it is called; empty for the files as they lie."""
    commit: str
    """Empty for the files as they lie."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What importing every route of a target gave."""

    branch: str
    commit: str
    gone: tuple[str, ...]
    """Old paths that lead nowhere; they are not imported."""
    result: RuntimeResult | None
    """None if there is no route at all."""

    @property
    def holds(self) -> bool:
        return self.result is None or self.result.holds


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

    def files(self, folder: Path) -> Imported:
        """Import the files as they lie in a folder."""
        return self._run(folder, open_snapshot(folder, WORKTREE), Target("", ""))

    def targets(self, repository: Repository, targets: Sequence[Target]) -> list[Imported]:
        """Import commits, each from a temporary checkout.

        Raises:
            OutsideError: git failed, or the interpreter can't be started.
        """
        with open_checkout(repository) as checkout:
            return [self._target(repository, checkout, target) for target in targets]

    def _target(self, repository: Repository, checkout: Checkout, target: Target) -> Imported:
        snapshot = open_snapshot(repository.top, target.commit)
        return self._run(checkout.show(target.commit), snapshot, target)

    def _run(self, folder: Path, snapshot: Snapshot, target: Target) -> Imported:
        check = runtime_check(
            snapshot, self.configured(snapshot), executor=self.executor,
            cache_dir=self.cache_dir, progress=self.progress,
        )  # fmt: skip
        result = None
        if check.groups:
            result = verify_runtime(
                Path(os.path.abspath(folder)), check, python=self.python, timeout=self.timeout,
                jobs=self.jobs, progress=self.progress,
            )  # fmt: skip
        return Imported(*target, check.gone, result)
