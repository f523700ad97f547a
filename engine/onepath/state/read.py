"""Where a migration stands: what the branches, the base's history, the ledger and the code say."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from onepath.codemod.packs.pack import Pack
from onepath.config.migrate_toml import Config
from onepath.land.commits import is_ancestor
from onepath.model import Plan, Snapshot, VersionId
from onepath.snapshot.blobs import decode_path
from onepath.snapshot.repository import Repository
from onepath.state.applied.ledger import LedgerEntry, ledger_path, read_ledger
from onepath.state.branches.confirmed import read_confirmed
from onepath.state.branches.landing import commit_of
from onepath.state.branches.pulls import read_pulls
from onepath.state.branches.standing import Standing
from onepath.state.branches.steps import BranchStep, decide
from onepath.state.history import PhaseHistory, added_by, is_contained, read_history
from onepath.state.model import (
    REVERT,
    Action,
    Evidence,
    Ledger,
    Merged,
    MigrationState,
    NotedPullRequest,
    PersonsCommit,
    PhaseState,
    Status,
)
from onepath.state.planning import standing_phases


def migration_state(
    repository: Repository, plan: Plan, snapshot: Snapshot, config: Config, pack: Pack
) -> MigrationState:
    """Return where each phase stands. Nothing is written.

    Args:
        repository: Where the branches are.
        plan: All phases, planned at a commit on people's commits (`plan_migration`).
        snapshot: What the plan was made from.
        config: What the user asks for.
        pack: Its versions make the phases.

    Raises:
        InputError: The plan was not made from a commit.
    """
    base = commit_of(plan)
    standing = standing_phases(repository, pack, config, base)
    steps = {step.phase.name: step for step in decide(repository, plan, plan.phases, standing)}
    reader = _Reader(
        repository,
        base,
        config,
        steps,
        standing,
        ledger=read_ledger(snapshot, config.ledger),
        history=read_history(repository, base),
        pulls=read_pulls(repository),
        confirmed=read_confirmed(repository),
    )
    branches = pack.branches(config)
    phases = []
    for number, (name, group) in enumerate(pack.phases(config).items(), 1):
        versions = tuple(pack.identify(version) for version in group if version.configured(config))
        if versions:
            title = "; ".join(version.title for version in group if version.configured(config))
            phases.append(reader.phase(number, name, title, branches[name], versions))
    known = {f"{phase.branch}{end}" for phase in phases for end in ("", REVERT)}
    others = _others(repository, config.branch_prefix, known)
    return MigrationState(base, tuple(phases), others)


def _others(
    repository: Repository, prefix: str, known: Collection[str]
) -> tuple[tuple[str, str], ...]:
    listed = repository.git(
        "for-each-ref", "--format=%(objectname) %(refname)", f"refs/heads/{prefix}/"
    ).stdout
    pairs = (line.partition(" ") for line in decode_path(listed).split("\n")[:-1])
    branches = ((ref.removeprefix("refs/heads/"), oid) for oid, _, ref in pairs)
    return tuple((branch, oid) for branch, oid in branches if branch not in known)


@dataclass(frozen=True)
class _Reader:
    """Puts together what is known of each phase."""

    repository: Repository
    base: str
    config: Config
    steps: Mapping[str, BranchStep]
    standing: Mapping[str, Standing]
    ledger: Mapping[str, LedgerEntry]
    history: PhaseHistory
    pulls: Mapping[str, NotedPullRequest]
    confirmed: Mapping[str, tuple[str, str]]

    def phase(
        self, number: int, name: str, title: str, branch: str, versions: tuple[VersionId, ...]
    ) -> PhaseState:
        step, there = self.steps.get(name), self.standing.get(branch)
        files = 0 if step is None else len(step.phase.changeset.changes)
        told = self.history.merged([str(version) for version in versions], there)
        merged = told or self._merged(versions, there, done=not files)
        known = Evidence(
            trailers="absent" if told is None else "reverted" if told.reverted_by else "applied",
            ledger=self._ledger(versions),
            code="pending" if files else "done",
        )
        status = self._status(step, there, merged, known)
        own = None if there is None or there.problem else there.own
        below = None if step is None or step.below is None else step.below.phase.branch
        return PhaseState(
            number=number,
            name=name,
            title=title,
            branch=branch,
            versions=versions,
            status=status,
            action=Action.NONE if step is None else step.action,
            known=known,
            files=files,
            commit="" if own is None else own.oid,
            tip="" if there is None else there.tip,
            local="" if there is None else there.local,
            base="" if there is None or own is None else there.base,
            onto=below or "",
            people=()
            if there is None
            else tuple(
                PersonsCommit(commit.oid, commit.author.partition(" <")[0], commit.title)
                for commit in there.people
            ),
            pull=self.pulls.get(branch),
            merged=merged,
            conflicts=() if step is None else step.conflicts,
            remarks=tuple(self._remarks(step, there, merged, known)),
        )

    # ---------------------------------------------------------------- witnesses

    def _merged(
        self, versions: Sequence[VersionId], there: Standing | None, *, done: bool
    ) -> Merged | None:
        """How a phase came into the base, where no trailer in its history tells."""
        paths = [ledger_path(self.config.ledger, version) for version in versions]
        entries = [(path, self.ledger[path]) for path in paths if path in self.ledger]
        landed = [path for path, entry in entries if not entry.stamped]
        if landed:
            return Merged(
                "squash" if done else "unknown", added_by(self.repository, self.base, landed[0])
            )
        ignored = [f"{self.config.ledger}/"] if self.config.ledger else []
        if there is not None and done and is_contained(self.repository, there, self.base, ignored):
            return Merged("squash", "")
        return None

    def _ledger(self, versions: Sequence[VersionId]) -> Ledger:
        paths = [ledger_path(self.config.ledger, version) for version in versions]
        entries = [self.ledger[path] for path in paths if path in self.ledger]
        if any(str(version) in self.config.stamped for version in versions):
            return "stamped"
        return "applied" if entries else "absent"

    def _status(
        self,
        step: BranchStep | None,
        there: Standing | None,
        merged: Merged | None,
        known: Evidence,
    ) -> Status:
        action = Action.NONE if step is None else step.action
        if action is Action.NONE:
            applied = (merged is not None and not merged.reverted_by) or known.ledger != "absent"
            return Status.MERGED if applied else Status.NOTHING
        if action is Action.HOLD and step is not None:
            if step.frozen:
                return Status.FROZEN
            if there is None:
                return Status.PENDING
            waits = step.below is not None and step.below.action is Action.HOLD
            return Status.STALE if waits and not there.problem else Status.DIVERGED
        if action is Action.CREATE or there is None or there.merged:
            return Status.PENDING
        if action in (Action.KEEP, Action.FORWARD):
            seen = (there.tip, self.base) == self.confirmed.get(there.branch)
            return Status.LANDED if seen or self._has_base(there) else Status.STALE
        return Status.STALE

    def _has_base(self, there: Standing) -> bool:
        """Whether all of the base is in the branch's history."""
        return there.base == self.base or is_ancestor(self.repository, self.base, there.tip)

    # ------------------------------------------------------------------ remarks

    def _remarks(
        self,
        step: BranchStep | None,
        there: Standing | None,
        merged: Merged | None,
        known: Evidence,
    ) -> Iterator[str]:
        if step is not None and step.reason:
            yield step.reason
        kept = step is not None and step.is_kept
        if kept and there is not None and not self._has_base(there):
            yield "the base moved, and the patch is the same: the branch stays as it is"
        if there is not None and not there.merged and there.local != there.tip:
            where = "is behind a remote's" if there.local else "is only at a remote"
            yield f"the branch {where}: migrate apply brings it here"
        if there is not None and there.fetched:
            yield f"{len(there.fetched)} of people's commits are only at a remote"
        yield from self._disagreements(merged, known)
        idle = step is None or step.action is Action.NONE
        if there is not None and idle and not there.merged and there.people:
            yield (
                f"nothing is left to do, but {len(there.people)} of people's commits are on its "
                "branch: look at them before it is deleted"
            )

    def _disagreements(self, merged: Merged | None, known: Evidence) -> Iterator[str]:
        trailers, ledger, code = known
        if merged is not None and merged.reverted_by:
            yield f"{merged.reverted_by[:12]} took it back ({merged.commit[:12]})"
        if trailers == "reverted" and ledger == "applied":
            yield "the ledger still says that it is applied"
        if "applied" in (trailers, ledger) and trailers != "reverted" and code == "pending":
            yield "it was applied before, and there is something to change again"
        if ledger == "stamped":
            yield "somebody stamped it as applied, so it is not planned"
        if trailers == "applied" and ledger == "absent" and self.config.ledger:
            yield "the ledger has no file about it: migrate stamp --rebuild writes it"
