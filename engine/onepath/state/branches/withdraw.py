"""Takes phases back: their branches, or with a branch that reverts them where they are merged.

Nothing is lost: the tips of branches that go are kept under `refs/onepath/withdrawn/`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from onepath.errors import OutsideError, RefusedError, unknown_name
from onepath.land.commit.identity import commit_identity
from onepath.land.commit.signing import wants_signatures
from onepath.land.commits import StoredCommit, read_commits
from onepath.land.locks import remove_dead_locks
from onepath.land.merge_files import ChangedFile, merge_changes
from onepath.land.quarantine import exclusive, import_commits, sweep
from onepath.land.refs import RefMove, move_refs
from onepath.land.stream import Commit, import_stream
from onepath.land.tree import FileTree, changed_files, files_of_commit
from onepath.snapshot.repository import Repository
from onepath.state.branches.chain import read_chain
from onepath.state.branches.people import changes_of
from onepath.state.model import REVERT, MigrationState, PhaseState

KEPT = "refs/onepath/withdrawn/"
_LOOK = 100


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What became of a phase's branch."""

    phase: str
    branch: str
    commit: str
    """The tip that the branch had; of a revert branch, the one that it has now."""
    status: str
    """`withdrawn`: the branch is gone; `reverted`: a branch was made that reverts the phase;
    `unchanged`: that branch was there."""
    kept: str = ""
    """The reference that keeps the tip."""


def revert_branch(phase: PhaseState) -> str:
    """The branch that reverts a phase: beside the phase's own, so that both can exist."""
    return f"{phase.branch}{REVERT}"


def chosen_phases(state: MigrationState, name: str) -> list[PhaseState]:
    """The phase of that name and those above it, the lowest first.

    Raises:
        InputError: There is none.
    """
    names = [phase.name for phase in state.phases]
    if name not in names:
        raise unknown_name("phase", [name], names)
    return list(state.phases[names.index(name) :])


def withdraw(repository: Repository, state: MigrationState, name: str) -> list[Withdrawn]:
    """Take a phase and those above it back, all in one transaction.

    A branch that is not merged goes, with the branches above it. A phase that is in the base gets
    a branch on the base that reverts it, and the phases above it that are merged too, the newest
    first.

    Args:
        repository: Where the branches are.
        state: Where the phases stand.
        name: The lowest phase to take back.

    Raises:
        InputError: There is no such phase.
        RefusedError: A branch is checked out somewhere or moved meanwhile, another landing is
            running, the branch for the revert is something else, or what came after the phase
            makes reverting it conflict. Nothing was changed.
        OutsideError: git or the disk failed. Nothing was changed.
    """
    phases = chosen_phases(state, name)
    going = [phase for phase in phases if phase.local]
    _check_worktrees(repository, going)
    merged = [
        phase
        for phase in phases
        if phase.merged is not None and phase.merged.commit and not phase.merged.reverted_by
    ]
    branch = revert_branch(phases[0])
    there = _standing_revert(repository, branch, merged)
    commits = [] if there else _reverts(repository, state.base, merged)
    moves, result = _withdrawals(repository, going)
    if there:
        result.append(Withdrawn(phases[0].name, branch, there, "unchanged"))
    if not moves and not commits:
        return result
    try:
        with exclusive(repository) as journal:
            sweep(repository)
            remove_dead_locks(repository, journal)
            if commits:
                made = import_commits(
                    repository, import_stream(commits), sign=wants_signatures(repository)
                )
                moves.append(RefMove(f"refs/heads/{branch}", "", made[-1]))
                result.append(Withdrawn(phases[0].name, branch, made[-1], "reverted"))
            said = move_refs(repository, journal, moves, f"rolled back {name}") if moves else ""
    except OSError as error:
        place = error.filename or repository.common_dir
        raise OutsideError(f"{place}: {error.strerror}; nothing was changed") from error
    if said:
        _raise_failed(repository, moves, said)
    return result


def _raise_failed(repository: Repository, moves: Sequence[RefMove], said: str) -> None:
    moved = [
        move.ref.removeprefix("refs/heads/")
        for move in moves
        if move.old and _tip(repository, move.ref) != move.old
    ]
    if moved:
        raise RefusedError(
            f"{', '.join(moved)} moved meanwhile; nothing was changed", hint="run this again"
        )
    raise OutsideError(f"git update-ref failed: {said}; nothing was changed")


def _tip(repository: Repository, ref: str) -> str:
    done = repository.git("rev-parse", "-q", "--verify", ref, check=False)
    return done.stdout.decode().strip()


def _check_worktrees(repository: Repository, phases: Sequence[PhaseState]) -> None:
    problems = []
    for phase in phases:
        ref = f"refs/heads/{phase.branch}"
        place = repository.git("for-each-ref", "--format=%(worktreepath)", ref).stdout.strip()
        if place:
            where = place.decode("utf-8", "backslashreplace")
            problems.append(f"branch {phase.branch} is checked out in {where}")
    if problems:
        raise RefusedError(
            "\n".join(problems),
            hint="switch to another branch there (git switch main), then run this again",
        )


def _withdrawals(
    repository: Repository, phases: Sequence[PhaseState]
) -> tuple[list[RefMove], list[Withdrawn]]:
    moves: list[RefMove] = []
    result = []
    for phase in reversed(phases):
        ref = f"refs/heads/{phase.branch}"
        kept = f"{KEPT}{phase.branch}/{phase.local[:12]}"
        moves.append(RefMove(ref, phase.local, ""))
        there = _tip(repository, kept)
        if there != phase.local:
            moves.append(RefMove(kept, there, phase.local))
        result.append(Withdrawn(phase.name, phase.branch, phase.local, "withdrawn", kept))
    return moves, result


# ------------------------------------------------------------------- reverts


def _standing_revert(repository: Repository, branch: str, merged: Sequence[PhaseState]) -> str:
    """The tip of a branch that reverts all of these phases; empty if there is none.

    Raises:
        RefusedError: There is a branch of that name, and it is something else.
    """
    there = _tip(repository, f"refs/heads/{branch}") if merged else ""
    if not there:
        return ""
    listed = repository.git("rev-list", "--first-parent", f"--max-count={_LOOK}", there).stdout
    messages = [commit.message for commit in read_commits(repository, listed.decode().split())]
    for phase in merged:
        assert phase.merged is not None
        if not any(f"This reverts commit {phase.merged.commit}" in text for text in messages):
            raise RefusedError(
                f"branch {branch} exists at {there}, and does not revert {phase.name}",
                hint=f"rename it (git branch -m {branch} NEW), then run this again",
            )
    return there


def _reverts(repository: Repository, base: str, merged: Sequence[PhaseState]) -> list[Commit]:
    """The commits that revert merged phases, the newest phase first."""
    if not merged:
        return []
    author = commit_identity(repository, "author").line
    committer = commit_identity(repository, "committer").line
    tree = FileTree(repository, base)
    commits: list[Commit] = []
    for landed, older in _to_revert(repository, merged):
        undone = _undone(repository, landed, tree) if older else _backwards(repository, landed)
        before = dict(tree.files)
        conflicts = merge_changes(repository, tree, undone)
        if conflicts:
            raise RefusedError(
                f"{landed.oid[:12]} can't be reverted on {base[:12]}, because these "
                f"files changed after it: {', '.join(sorted(conflicts)[:5])}",
                hint="revert it by hand: git revert " + landed.oid[:12],
            )
        parent = f":{len(commits)}" if commits else base
        message = _message(landed, older)
        commits.append(Commit(parent, message, author, committer, tree.writes_since(before)))
    return commits


def _to_revert(
    repository: Repository, merged: Sequence[PhaseState]
) -> Iterator[tuple[StoredCommit, tuple[str, ...]]]:
    """The commits of phases, the newest first, each with those that are taken back with it."""
    landed = {phase.merged.commit: phase.merged for phase in reversed(merged) if phase.merged}
    for one in landed.values():
        newest, *older = read_commits(repository, [one.commit, *one.before])
        if older and len(newest.parents) > 1:
            yield newest, one.before
        else:
            yield from ((commit, ()) for commit in (newest, *older))


def _backwards(repository: Repository, commit: StoredCommit) -> list[ChangedFile]:
    files = changed_files(repository, commit.parents[0], commit.oid)
    return [ChangedFile(path, after, before) for path, (before, after) in files.items()]


def _undone(repository: Repository, commit: StoredCommit, tree: FileTree) -> list[ChangedFile]:
    """What takes an appended commit back with all that it was appended to.

    Its first parent lacks the base that it merged in, so that going back there would lose what
    others did. What people put between the phase's commits is kept where it rests on none of them.

    Args:
        repository: Has the commits.
        commit: The last one that was appended.
        tree: Gets the contents.
    """
    chain = read_chain(repository, commit.oid)
    without = FileTree(repository, chain.ground)
    for person in chain.people:
        merge_changes(repository, without, changes_of(repository, person))
    tree.content |= without.content
    there = files_of_commit(repository, commit.oid)
    return [
        ChangedFile(path, there.get(path), without.files.get(path))
        for path in sorted(there.keys() | without.files.keys())
        if there.get(path) != without.files.get(path)
    ]


def _message(commit: StoredCommit, older: Sequence[str]) -> bytes:
    title = " ".join(commit.title.split())
    lines = "".join(f"This reverts commit {oid}.\n" for oid in (commit.oid, *older))
    return f'Revert "{title}"\n\n{lines}'.encode("utf-8", "surrogateescape")
