"""Lands phases as stacked branches, all or none, without a checkout: the first time and again.

The work tree, the index, HEAD, the stash and the hooks take no part in it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from onepath.errors import InputError, OutsideError, RefusedError
from onepath.land.commit.identity import commit_identity
from onepath.land.commit.message import appended_trailers, commit_message, merge_message
from onepath.land.commit.names import check_names, name_conflicts
from onepath.land.commit.signing import wants_signatures
from onepath.land.locks import may_heal, remove_dead_locks
from onepath.land.quarantine import exclusive, import_commits, sweep
from onepath.land.refs import RefMove, move_refs
from onepath.land.stream import Commit, import_stream
from onepath.land.tree import FileWrite, TreeFile, files_of_commit, writes_between
from onepath.model import Phase, Plan
from onepath.snapshot.repository import Repository
from onepath.state.branches.standing import Standing, read_standing
from onepath.state.branches.steps import BranchStep, decide
from onepath.state.model import Action

_STATUS = {
    Action.KEEP: "unchanged",
    Action.FORWARD: "forwarded",
    Action.CREATE: "created",
    Action.MOVE: "moved",
    Action.APPEND: "appended",
}
_MAKING = (Action.CREATE, Action.MOVE, Action.APPEND)
_MOVING = (*_MAKING, Action.FORWARD)


@dataclass(frozen=True, slots=True)
class Landed:
    """A phase that changes something, and what became of its branch."""

    phase: str
    branch: str
    commit: str
    """Where the branch points now; empty if there is none."""
    status: str
    """`created`, `unchanged` (it was right), `forwarded` (to what a remote has, which was right),
    `moved`, `appended`, or why it was left alone:
    `frozen` (people's commits conflict), `diverged` (somebody changed the phase's own commit) or
    `waiting` (for a branch below that is one of these)."""
    people: int = 0
    """How many commits of people are on top."""
    dropped: tuple[str, ...] = ()
    """Commits of people that the base has already, so that they were not made again."""
    reason: str = ""
    """Why it was left alone."""
    conflicts: tuple[str, ...] = ()
    """The files that the reason is about."""


def standing_of(repository: Repository, phases: Sequence[Phase], base: str) -> dict[str, Standing]:
    """Return the branches of the phases that exist, by name."""
    branches = {phase.branch: [str(version) for version in phase.versions] for phase in phases}
    return read_standing(repository, branches, base)


def land(
    repository: Repository,
    plan: Plan,
    phases: Sequence[Phase],
    *,
    append: bool = False,
    restack: bool = False,
) -> list[Landed]:
    """Give each phase a branch with one commit, stacked in the order given.

    A branch that exists stays as it is if it is right, else it is made anew with people's commits
    on top, or left alone where that would lose something. All branches move together or none does.
    A phase that changes no file gets no branch and is not in the result.

    Args:
        repository: Where the branches are.
        plan: Made from a commit, on top of people's commits on the branches that exist.
        phases: Those of the plan to land.
        append: Add a commit to a branch that is not right, instead of moving it.
        restack: Move every branch onto the base of today, also one that could stay.

    Raises:
        InputError: The plan was not made from a commit, git knows no author, a branch name is
            not one, or a phase was made on top of another that is not landed with it.
        RefusedError: A branch that must move is checked out somewhere, another branch's name is
            in the way, another landing is running, or a branch moved meanwhile. Nothing was
            changed.
        OutsideError: git or the disk failed. No branch was changed, unless git itself was killed
            between two of them; the message then says which were, and the next call goes on.
    """
    base = commit_of(plan)
    phases = [phase for phase in phases if phase.changeset.changes]
    check_names(repository, phases)

    def decided() -> list[BranchStep]:
        standing = standing_of(repository, phases, base)
        return decide(repository, plan, phases, standing, append=append, restack=restack)

    problems = name_conflicts(repository, phases)
    if problems:
        raise RefusedError(
            "\n".join(problems),
            hint="rename such a branch (git branch -m NAME NEW) or delete it (git branch -D NAME), "
            "then run this again",
        )
    steps = decided()
    if not any(step.action in _MOVING for step in steps):
        return [_landed(step, {}) for step in steps]
    _check_worktrees(steps)
    commits, branches = _commits(repository, steps, base)
    return _publish(repository, steps, commits, branches, base, decided)


def commit_of(plan: Plan) -> str:
    """The commit that the plan was made from.

    Raises:
        InputError: It was made from files that are not committed.
    """
    if plan.commit is None or plan.base == "WORKTREE":
        what = "uncommitted files" if plan.base == "WORKTREE" else f"the folder {plan.base}"
        raise InputError(
            f"a branch must start from a commit, and this plan was made from {what}",
            hint="commit them and plan from there, or use migrate apply --worktree",
        )
    return plan.commit


def _check_worktrees(steps: Sequence[BranchStep]) -> None:
    """Raise if a branch that must move is checked out: its files would seem to be changed."""
    problems = [
        f"branch {step.phase.branch} must move, and it is checked out in {step.standing.worktree}"
        for step in steps
        if step.action in (Action.MOVE, Action.APPEND)
        and step.standing is not None
        and step.standing.worktree
    ]
    if problems:
        raise RefusedError(
            "\n".join(problems),
            hint="switch to another branch there (git switch main), then run this again",
        )


def _publish(
    repository: Repository,
    steps: Sequence[BranchStep],
    commits: Sequence[Commit],
    branches: Mapping[str, int],
    base: str,
    decided: Callable[[], list[BranchStep]],
) -> list[Landed]:
    try:
        with exclusive(repository) as journal:
            sweep(repository)
            remove_dead_locks(repository, journal)
            made: list[str] = []
            if commits:
                sign = wants_signatures(repository)
                made = import_commits(repository, import_stream(commits), sign=sign)
            tips = {branch: made[mark - 1] for branch, mark in branches.items()}
            tips |= {
                step.phase.branch: step.standing.tip
                for step in steps
                if step.action is Action.FORWARD and step.standing is not None
            }
            moves = [
                _move(step, tips[step.phase.branch]) for step in steps if step.phase.branch in tips
            ]
            said = move_refs(repository, journal, moves, f"landed on {base[:12]}")
            is_locked = may_heal(journal)
    except OSError as error:
        place = error.filename or repository.common_dir
        raise OutsideError(f"{place}: {error.strerror}; no branch was made") from error
    if not said:
        return [_landed(step, tips) for step in steps]
    # Somebody may have made or moved the branches meanwhile.
    return _after_failure(steps, decided(), said, is_locked)


def _move(step: BranchStep, tip: str) -> RefMove:
    return RefMove(f"refs/heads/{step.phase.branch}", _local(step), tip)


def _local(step: BranchStep) -> str:
    """Where the branch points; empty if it does not exist."""
    return "" if step.standing is None else step.standing.local


def _after_failure(
    before: Sequence[BranchStep], after: Sequence[BranchStep], said: str, is_locked: bool
) -> list[Landed]:
    if all(step.action in (Action.KEEP, Action.HOLD) for step in after):
        return [_landed(step, {}) for step in after]
    moved = [step for step, old in zip(after, before, strict=True) if _local(step) != _local(old)]
    foreign = [step for step in moved if step.action is not Action.KEEP]
    if foreign:
        raise RefusedError(
            "\n".join(
                f"branch {step.phase.branch} was changed by somebody meanwhile" for step in foreign
            ),
            hint="run this again: it starts from what is there now",
        )
    ours = [step.phase.branch for step in moved]
    outcome = f"made: {', '.join(ours)}" if ours else "no branch was made"
    hint = "a landing that was killed left a lock: it is removed ten seconds after it was made"
    raise OutsideError(
        f"git update-ref failed: {said}; {outcome}",
        hint=f"{hint}, so run this again then" if is_locked else "",
    )


def _landed(step: BranchStep, tips: Mapping[str, str]) -> Landed:
    there = step.standing
    tip = tips.get(step.phase.branch) or ("" if there is None else there.tip)
    if step.action is Action.HOLD:
        waits = step.below is not None and step.below.action is Action.HOLD
        status = "frozen" if step.frozen else "waiting" if waits else "diverged"
        people = 0 if there is None else len(there.people)
        return Landed(
            step.phase.name,
            step.phase.branch,
            tip,
            status,
            people,
            reason=step.reason,
            conflicts=step.conflicts,
        )
    people = len(step.layer.people)
    if step.is_kept and there is not None:
        people = len(there.people) - len(there.fetched)
    dropped = () if step.is_kept else tuple(commit.oid for commit in step.layer.dropped)
    return Landed(step.phase.name, step.phase.branch, tip, _STATUS[step.action], people, dropped)


# ------------------------------------------------------------------- commits


def _commits(
    repository: Repository, steps: Sequence[BranchStep], base: str
) -> tuple[list[Commit], dict[str, int]]:
    """The commits to make, and which of them, from 1, becomes the tip of which branch."""
    if not any(step.action in _MAKING for step in steps):
        return [], {}
    builder = _Builder(repository, base)
    for step in steps:
        builder.add(step)
    return builder.commits, builder.tips


class _Builder:
    """Puts the commits of all steps into one stream."""

    def __init__(self, repository: Repository, base: str) -> None:
        self.commits: list[Commit] = []
        self.tips: dict[str, int] = {}
        self._repository = repository
        self._base = base
        self._base_tree = repository.git("rev-parse", f"{base}^{{tree}}").stdout.decode().strip()
        self._author = commit_identity(repository, "author").line
        self._committer = commit_identity(repository, "committer").line
        self._tip: dict[int, str] = {}
        """By step, what the branch above is made on."""

    def add(self, step: BranchStep) -> None:
        below = self._base if step.below is None else self._tip[id(step.below)]
        if step.action is Action.APPEND:
            parent = self._append(step, below)
        elif step.action in (Action.CREATE, Action.MOVE):
            parent = self._stack(step, below)
        else:
            assert step.standing is not None or step.action is Action.HOLD
            self._tip[id(step)] = "" if step.standing is None else step.standing.tip
            return
        self._tip[id(step)] = parent
        self.tips[step.phase.branch] = len(self.commits)

    def _stack(self, step: BranchStep, parent: str) -> str:
        if step.merges_base:
            parent = self._merged_base(step, parent)
        parent = self._commit(parent, commit_message(step.phase, self._base), step.layer.writes)
        for commit, carried, merges in step.layer.people:
            self.commits.append(
                Commit(
                    parent,
                    commit.raw_message,
                    commit.author,
                    self._committer,
                    carried,
                    merges=merges,
                    encoding=commit.encoding,
                )
            )
            parent = f":{len(self.commits)}"
        return parent

    def _append(self, step: BranchStep, below: str) -> str:
        there = step.standing
        assert there is not None
        assert there.own is not None
        ground, files = self._ground(step, below)
        after = dict(files)
        for path, file, _ in writes_between(step.layer.before, step.layer.after, {}):
            if file is None:
                after.pop(path, None)
            else:
                after[path] = file
        writes = writes_between(
            files_of_commit(self._repository, there.tip), after, step.layer.content
        )
        last = appended_trailers(there.own.oid, ((write.path, write.file) for write in writes))
        message = commit_message(step.phase, self._base, last=last)
        merges = () if ground == there.ground else (ground,)
        return self._commit(there.tip, message, writes, merges=merges)

    def _ground(self, step: BranchStep, below: str) -> tuple[str, Mapping[str, TreeFile]]:
        """The one commit that an appended commit is made on, and its files."""
        there = step.standing
        assert there is not None
        if step.merges_base:
            files = files_of_commit(self._repository, there.ground)
            is_there = files == step.layer.before
            return there.ground if is_there else self._merged_base(step, below), step.layer.before
        if below.startswith(":"):
            return below, step.layer.before
        return below, files_of_commit(self._repository, below)

    def _merged_base(self, step: BranchStep, below: str) -> str:
        """The branch below with the base merged in: just what the phase was planned on."""
        message = merge_message(self._base, step.phase.branch)
        files = files_of_commit(self._repository, self._base)
        writes = writes_between(files, step.layer.before, step.layer.content)
        return self._commit(below, message, writes, merges=(self._base,), root=self._base_tree)

    def _commit(
        self,
        parent: str,
        message: str,
        writes: Sequence[FileWrite],
        *,
        merges: tuple[str, ...] = (),
        root: str = "",
    ) -> str:
        self.commits.append(
            Commit(
                parent,
                message.encode("utf-8", "surrogateescape"),
                self._author,
                self._committer,
                writes,
                merges,
                root,
            )
        )
        return f":{len(self.commits)}"
