"""What is on the branches of phases: the tool's own commits, and people's on top of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from onepath.land.commits import StoredCommit, is_ancestor
from onepath.snapshot.blobs import decode_path
from onepath.snapshot.repository import Repository
from onepath.state.branches.chain import read_chain


@dataclass(frozen=True, slots=True)
class Standing:
    """A branch of a phase, as it is."""

    branch: str
    tip: str
    """The newest of what the local branch and the fetched ones of remotes have."""
    local: str = ""
    """Where the local branch points; empty if only a remote has it."""
    problem: str = ""
    """Why it is not the tool's: then nothing below says anything."""
    own: StoredCommit | None = None
    """The phase's newest commit on it."""
    first: StoredCommit | None = None
    """The phase's oldest commit on it; another than `own` where commits were appended."""
    people: tuple[StoredCommit, ...] = ()
    """What people put on top, the oldest first, and then what only a remote has of that."""
    fetched: frozenset[str] = frozenset()
    """The ids of those of `people` that only a remote has, on another line of commits."""
    onto: str = ""
    """The commit below the phase: of the branch that it is stacked on, or of the base."""
    ground: str = ""
    """What the phase's newest commit was made on: what it merged in, where it was appended."""
    merged_base: str = ""
    """The base that the tool merged in below the phase's commit, if it did."""
    merged: bool = False
    """Whether all of the branch is in the base's history."""
    worktree: str = ""
    """The work tree that has it checked out."""

    @property
    def appended(self) -> bool:
        return self.own is not self.first

    @property
    def base(self) -> str:
        """The commit that it was planned from."""
        return "" if self.own is None else self.own.trailer("Base-Oid")


def read_standing(
    repository: Repository, branches: Mapping[str, Sequence[str]], base: str
) -> dict[str, Standing]:
    """Return what is on the branches that exist.

    Args:
        repository: Where they are.
        branches: By name, the versions of the phase that each belongs to, as its trailers say.
        base: The commit that the plan starts from.
    """
    result = {}
    local, remote = _local_refs(repository, branches), _remote_refs(repository, branches)
    for branch, versions in branches.items():
        tip, worktree = local.get(branch, ("", ""))
        others = remote.get(branch, [])
        if not tip and not others:
            continue
        there = _standing(repository, branch, versions, tip or others[0])
        for other in others:
            there = _with_remote(repository, there, versions, other, base)
        merged = is_ancestor(repository, there.tip, base)
        result[branch] = replace(there, local=tip, worktree=worktree, merged=merged)
    return result


def _local_refs(repository: Repository, branches: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Tip and work tree by branch, of those that exist."""
    refs = [f"refs/heads/{branch}" for branch in branches]
    if not refs:
        return {}
    listed = repository.git(
        "for-each-ref", "--format=%(objectname)%00%(refname)%00%(worktreepath)", *refs
    ).stdout
    result = {}
    for line in decode_path(listed).split("\n")[:-1]:
        oid, ref, worktree = line.split("\0")
        if ref in refs:  # A pattern also names what is below it.
            result[ref.removeprefix("refs/heads/")] = oid, worktree
    return result


def _remote_refs(repository: Repository, branches: Iterable[str]) -> dict[str, list[str]]:
    """The tips that branches had at remotes when they were last fetched, `origin` first."""
    wanted = set(branches)
    listed = repository.git(
        "for-each-ref", "--format=%(objectname) %(refname)", "refs/remotes/"
    ).stdout
    found: list[tuple[bool, str, str, str]] = []
    for line in decode_path(listed).split("\n")[:-1]:
        oid, _, ref = line.partition(" ")
        remote, _, branch = ref.removeprefix("refs/remotes/").partition("/")
        if branch in wanted:
            found.append((remote != "origin", remote, branch, oid))
    result: dict[str, list[str]] = {}
    for _, _, branch, oid in sorted(found):
        result.setdefault(branch, []).append(oid)
    return result


def _with_remote(
    repository: Repository, there: Standing, versions: Sequence[str], other: str, base: str
) -> Standing:
    """The branch with what somebody pushed to it that the local one lacks."""
    if there.problem or is_ancestor(repository, other, there.tip):
        return there
    theirs = _standing(repository, there.branch, versions, other)
    if theirs.problem:
        return there
    if is_ancestor(repository, there.tip, other):
        return theirs
    known = {person_key(commit) for commit in there.people}
    more = tuple(
        commit
        for commit in theirs.people
        if person_key(commit) not in known and not is_ancestor(repository, commit.oid, base)
    )
    return replace(
        there,
        people=there.people + more,
        fetched=there.fetched | {commit.oid for commit in more},
    )


def person_key(commit: StoredCommit) -> tuple[str, bytes]:
    """What a person's commit keeps when it is carried onto another one: its author and message."""
    return commit.author, commit.raw_message.strip()


def _standing(repository: Repository, branch: str, versions: Sequence[str], tip: str) -> Standing:
    chain = read_chain(repository, tip, versions)
    if chain.problem or chain.own is None or chain.first is None:
        problem = chain.problem or "no commit on it was made by this tool"
        return Standing(branch, tip, problem=problem)
    onto, merged_base = chain.below()
    return Standing(
        branch,
        tip,
        own=chain.own,
        first=chain.first,
        people=chain.people,
        onto=onto,
        ground=chain.ground,
        merged_base=merged_base,
    )
