"""Plans landed phases again, as they were planned, and with places of them left alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from onepath.codemod.packs.pack import Pack
from onepath.config.migrate_toml import Config
from onepath.land.merge_files import merge_changes
from onepath.land.tree import FileTree, FileWrite
from onepath.model import Executor, Phase, Plan, Snapshot, Withheld
from onepath.plan.on_top import OnTop
from onepath.plan.planner import make_plan
from onepath.progress import Progress, quiet
from onepath.snapshot import open_snapshot
from onepath.snapshot.repository import Repository
from onepath.state.applied.ledger import with_ledger
from onepath.state.branches.people import changes_of
from onepath.state.planning import with_stamps
from onepath.state.review.kept import with_reviews
from onepath.state.withheld import ledger_withheld, read_withheld
from onepath.verify.landed import Verified

Places = Mapping[str, Sequence[Withheld]]
"""Places to leave alone, by version."""


@dataclass(frozen=True)
class Regeneration:
    """Plans phases from the commits that they were planned from.

    What is compared comes from no cache: what an earlier run has kept proves nothing.
    """

    repository: Repository
    packs: Mapping[str, Pack]
    configured: Callable[[Snapshot], Config]
    """The configuration, which may be the defaults for the code of a base."""
    executor: Executor
    progress: Progress = quiet

    def plan(
        self,
        base: str,
        phases: Sequence[str],
        on_top: OnTop,
        commit: str,
        more: Places | None = None,
        *,
        is_cached: bool = False,
    ) -> Plan:
        """Plan phases as the ledger of a commit says that they were planned.

        Args:
            base: What they were planned from.
            phases: Their names.
            on_top: What lies over each of them when the next one is planned.
            commit: Its ledger names the places that were left alone; without a ledger, those
                that are noted count.
            more: Places to be left alone besides.
            is_cached: Whether facts may come from an earlier run.
        """
        snapshot = open_snapshot(self.repository.top, base)
        config = with_stamps(self.configured(snapshot), snapshot)
        config = replace(config, withheld=_joined(self.withheld(config, commit), more or {}))
        landed = open_snapshot(self.repository.top, commit)
        config = with_reviews(config, None if config.ledger else self.repository, base, landed)
        plan = make_plan(
            snapshot,
            config,
            self.packs,
            executor=self.executor,
            cache_dir=self.repository.cache_dir if is_cached else None,
            phases=phases,
            progress=self.progress,
            on_top=on_top,
        )
        return with_ledger(plan, snapshot, config.ledger, config.withheld, config.reviews)

    def withheld(self, config: Config, commit: str) -> Mapping[str, tuple[Withheld, ...]]:
        """The places that a landed phase leaves alone, by version."""
        if not config.ledger:
            return read_withheld(self.repository)
        return ledger_withheld(config, open_snapshot(self.repository.top, commit))

    def phase(self, verified: Verified, more: Places) -> Phase:
        """Plan a landed phase again, with more places left alone."""
        stack = verified.stack
        assert stack is not None
        plan = self.plan(
            stack.base,
            stack.phases,
            stack.on_top(self.repository),
            stack.top.own.oid,
            more,
            is_cached=True,
        )
        return next(phase for phase in plan.phases if phase.name == stack.top.phase)

    def writes(self, verified: Verified, phase: Phase) -> tuple[FileWrite, ...]:
        """What brings the commit below a landed phase to that phase, with people's commits on top.

        Where people's commits don't fit on it any more their files are as the phase gives them.
        """
        stack = verified.stack
        assert stack is not None
        tree = FileTree(self.repository, stack.top.below)
        before = dict(tree.files)
        tree.apply(phase.files)
        for person in stack.top.people:
            merge_changes(self.repository, tree, changes_of(self.repository, person))
        return tree.writes_since(before)


def _joined(places: Places, other: Places) -> dict[str, tuple[Withheld, ...]]:
    return {
        version: tuple(sorted({*places.get(version, ()), *other.get(version, ())}))
        for version in sorted({*places, *other})
    }
