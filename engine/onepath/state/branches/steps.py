"""What the next landing does to each phase's branch, decided before anything is written.

A branch that is right stays as it is, commit and all, so that its approvals stay: what it does,
merged into the base of today, must give exactly what the phase produces there. Any other is made
anew, with people's commits on top, or is left alone where that would lose something.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from onepath.land.commit.message import FILES, PATCH, written_id
from onepath.land.commit.patch_id import PatchedFile, patch_id
from onepath.land.commits import is_ancestor
from onepath.land.merge_files import ChangedFile, merged_file
from onepath.land.tree import TreeFile, changed_files, files_of_commit
from onepath.model import Phase, Plan
from onepath.snapshot.repository import Repository
from onepath.state.branches.people import PeopleLayer, PeopleOnTop
from onepath.state.branches.standing import Standing
from onepath.state.model import Action


@dataclass(frozen=True, slots=True)
class BranchStep:
    """What happens to the branch of one phase."""

    phase: Phase
    action: Action
    layer: PeopleLayer
    standing: Standing | None = None
    below: "BranchStep | None" = None
    """The phase whose branch this one is stacked on; None for the base."""
    merges_base: bool = False
    """Whether the base must be merged in below the phase's commit: the branch below is older."""
    reason: str = ""
    """Why the branch is held, as the end of a sentence."""
    conflicts: tuple[str, ...] = ()
    """The files that the reason is about."""
    frozen: bool = False
    """Whether it is held because people's commits conflict."""

    @property
    def is_kept(self) -> bool:
        """Whether no commit of the branch is made again."""
        return self.action in (Action.KEEP, Action.FORWARD)


def decide(
    repository: Repository,
    plan: Plan,
    phases: Sequence[Phase],
    standing: Mapping[str, Standing],
    *,
    append: bool = False,
    restack: bool = False,
) -> list[BranchStep]:
    """Return the step of each phase, in order.

    Args:
        repository: Where the branches are.
        plan: Made from a commit.
        phases: Those of the plan that count, in their order.
        standing: The branches that exist, by name.
        append: Add commits to branches instead of moving them.
        restack: Move every branch onto the base of today, also one that could stay.

    Raises:
        InputError: The phases were planned from other files than those of the plan's commit.
    """
    decider = _Decider(repository, plan, standing, append, restack)
    return [decider.step(phase) for phase in phases]


class _Decider:
    def __init__(
        self,
        repository: Repository,
        plan: Plan,
        standing: Mapping[str, Standing],
        append: bool,
        restack: bool,
    ) -> None:
        assert plan.commit is not None
        self._repository = repository
        self._base = base = plan.commit
        self._standing = standing
        self._append, self._restack = append, restack
        self._people = PeopleOnTop(repository, base, standing)
        self._ledger = plan.ledger
        self._below: BranchStep | None = None

    def step(self, phase: Phase) -> BranchStep:
        layer = self._people.layer(phase)
        there = self._standing.get(phase.branch)
        step = BranchStep(phase, Action.NONE, layer, there, self._below)
        if not phase.changeset.changes:
            return step
        step = self._decided(step)
        self._below = step
        return step

    def _decided(self, step: BranchStep) -> BranchStep:
        there, below = step.standing, step.below
        if there is not None and there.problem and not there.merged:
            return replace(step, action=Action.HOLD, reason=there.problem)
        if below is not None and below.action is Action.HOLD:
            return replace(step, action=Action.HOLD, reason=f"it waits for {below.phase.branch}")
        if step.layer.conflicts:
            return replace(
                step,
                action=Action.HOLD,
                frozen=True,
                conflicts=step.layer.conflicts,
                reason="people's commits on it conflict with what the phase gives now",
            )
        if there is None:
            return self._made(step, Action.CREATE)
        if there.merged:
            return self._made(step, Action.MOVE)
        if self._is_right(step, there):
            behind = there.local != there.tip and not (there.local and there.worktree)
            return replace(step, action=Action.FORWARD if behind else Action.KEEP)
        changed = self._changed_by_hand(there)
        if changed:
            return replace(
                step,
                action=Action.HOLD,
                conflicts=changed,
                reason="somebody changed the phase's own commit",
            )
        append = self._append and not there.fetched
        return self._made(step, Action.APPEND if append else Action.MOVE)

    def _made(self, step: BranchStep, action: Action) -> BranchStep:
        """A branch that is made, or made anew, on what is below."""
        below = step.below
        if below is None or not below.is_kept:
            return replace(step, action=action)
        assert below.standing is not None
        tip = below.standing.tip
        merges_base = not is_ancestor(self._repository, self._base, tip) or bool(
            self._differing(files_of_commit(self._repository, tip), step.layer.before)
        )
        return replace(step, action=action, merges_base=merges_base)

    def _differing(self, one: Mapping[str, TreeFile], other: Mapping[str, TreeFile]) -> list[str]:
        """The paths in which files differ, less those of the ledger."""
        return [
            path
            for path in one.keys() | other.keys()
            if one.get(path) != other.get(path) and not self._in_ledger(path)
        ]

    # ------------------------------------------------------------ is it right

    def _is_right(self, step: BranchStep, there: Standing) -> bool:
        """Whether the branch can stay as it is."""
        assert there.own is not None
        if self._restack and there.base != self._base:
            return False
        if any(carried.commit.oid in there.fetched for carried in step.layer.people):
            return False
        if not self._is_in_place(step, there):
            return False
        layer = step.layer
        if there.appended or self._merged_by_people(there):
            forks = [there.ground] if there.appended else []
            if self._merged_by_people(there):
                forks.append(self._fork(step, there))
            return any(
                self._gives(fork, there.tip, layer.before, layer.after) for fork in forks if fork
            )
        if not there.own.parents:
            return False
        return self._gives(there.own.parents[0], there.own.oid, layer.before, layer.planned)

    def _is_in_place(self, step: BranchStep, there: Standing) -> bool:
        """Whether it is stacked on what is below it."""
        if step.below is None:
            return is_ancestor(self._repository, there.onto, self._base)
        if not step.below.is_kept:
            return False
        below = step.below.standing
        assert below is not None
        assert below.own is not None
        if there.appended or self._merged_by_people(there):
            return is_ancestor(self._repository, below.own.oid, there.tip)
        return is_ancestor(self._repository, below.own.oid, there.onto) and is_ancestor(
            self._repository, there.onto, below.tip
        )

    def _fork(self, step: BranchStep, there: Standing) -> str:
        """Where the branch parts from what is below it; empty if it has nothing in common."""
        below = self._base if step.below is None else self._tip(step.below)
        done = self._repository.git("merge-base", below, there.tip, check=False)
        return done.stdout.decode().strip()

    def _merged_by_people(self, there: Standing) -> bool:
        return any(len(commit.parents) > 1 for commit in there.people)

    @staticmethod
    def _tip(step: BranchStep) -> str:
        assert step.standing is not None
        return step.standing.tip

    def _gives(
        self,
        fork: str,
        commit: str,
        before: Mapping[str, TreeFile],
        wanted: Mapping[str, TreeFile],
    ) -> bool:
        """Whether bringing what `commit` does to `fork` onto the files `before` gives `wanted`."""
        changed = changed_files(self._repository, fork, commit)
        if any(path not in changed for path in self._differing(before, wanted)):
            return False
        tree = self._people.tree
        for path, (old, new) in changed.items():
            if self._in_ledger(path):
                continue
            merged = merged_file(
                self._repository, tree, before.get(path), ChangedFile(path, old, new)
            )
            if merged is None or merged[0] != wanted.get(path):
                return False
        return True

    # ----------------------------------------------------- changed by somebody

    def _changed_by_hand(self, there: Standing) -> tuple[str, ...]:
        """The files of the phase's commit, if it is not as this tool made it."""
        own = there.own
        assert own is not None
        if not own.parents:
            return ()
        changed = changed_files(self._repository, own.parents[0], own.oid)
        if there.appended:
            written = written_id((path, after) for path, (_, after) in changed.items())
            is_own = own.trailer(FILES) == written
        else:
            is_own = own.trailer(PATCH) == self._patch_id(changed)
        return () if is_own else tuple(sorted(changed))

    def _patch_id(self, changed: Mapping[str, tuple[TreeFile | None, TreeFile | None]]) -> str:
        sides = [
            side
            for path, pair in changed.items()
            if not self._in_ledger(path)
            for side in pair
            if side is not None
        ]
        data = self._people.tree.read(side.oid for side in sides)
        return patch_id(
            PatchedFile(
                path,
                "" if old is None else old.mode,
                "" if new is None else new.mode,
                b"" if old is None else data.get(old.oid, b""),
                b"" if new is None else data.get(new.oid, b""),
            )
            for path, (old, new) in changed.items()
            if not self._in_ledger(path)
        )

    def _in_ledger(self, path: str) -> bool:
        return bool(self._ledger) and path.startswith(f"{self._ledger}/")


def held_back(steps: Iterable[BranchStep]) -> list[BranchStep]:
    """The steps that leave a branch as it is although it is not right."""
    return [step for step in steps if step.action is Action.HOLD]
