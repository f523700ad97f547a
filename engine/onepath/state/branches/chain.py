"""The commits of one phase on a branch: the tool's own, people's on top, and what is below."""

from collections.abc import Sequence
from functools import partial

from onepath.land.commit.message import APPENDS, MERGES
from onepath.land.commits import StoredCommit, read_commits
from onepath.snapshot.repository import Repository

_FIRST_LOOK, _LAST_LOOK = 30, 2000
"""How many commits of a branch are read: nearly always the first few have what is looked for."""


class PhaseChain:
    """The first parents of a tip, down to a phase's oldest commit.

    Args:
        commits: The first parents, the newest first.
        versions: Those of the phase, as trailers say them; empty for any phase.
    """

    def __init__(self, commits: Sequence[StoredCommit], versions: Sequence[str] = ()) -> None:
        self.own: StoredCommit | None = None
        """The phase's newest commit."""
        self.first: StoredCommit | None = None
        """The phase's oldest commit; another than `own` where commits were appended."""
        self.problem = ""
        """Why these are not the commits of the phase."""
        self.ground = ""
        """What the phase is made on: the commit below its oldest one, or, where commits were
        appended, what the last of those merged in."""
        self._people: list[StoredCommit] = []
        self._rest: Sequence[StoredCommit] = ()
        self._read(commits, versions)

    def _read(self, commits: Sequence[StoredCommit], versions: Sequence[str]) -> None:
        wanted = ""
        for at, commit in enumerate(commits):
            if not commit.is_ours or (wanted and commit.oid != wanted):
                self._people.append(commit)
                continue
            if self.own is None:
                if versions and not set(versions) & set(commit.versions):
                    self.problem = (
                        f"its commit {commit.oid[:12]} is of {', '.join(commit.versions)}"
                    )
                    return
                self.own = commit
            self.first = commit
            self._rest = commits[at + 1 : at + 2]
            wanted = commit.trailer(APPENDS)
            if wanted and len(commit.parents) > 1:
                self.ground = self.ground or commit.parents[1]
            if not wanted:
                self.ground = self.ground or "".join(commit.parents[:1])
                return
        if wanted:
            self.problem = f"the commit {wanted[:12]} that it follows is not on it"

    @property
    def people(self) -> tuple[StoredCommit, ...]:
        """What people put on the phase's commits and between them, the oldest first."""
        return tuple(reversed(self._people))

    @property
    def is_complete(self) -> bool:
        """Whether more commits would say nothing else."""
        return bool(self.ground) and not self.problem

    def below(self) -> tuple[str, str]:
        """What the phase's oldest commit is on, and the base that the tool merged in there."""
        assert self.first is not None
        onto = self.first.parents[0] if self.first.parents else ""
        for commit in self._rest:
            if commit.trailer(MERGES) and len(commit.parents) > 1:
                return commit.parents[0], commit.parents[1]
        return onto, ""


def read_chain(repository: Repository, tip: str, versions: Sequence[str] = ()) -> PhaseChain:
    """Return the commits of the phase that a branch ends with.

    Args:
        repository: Has the branch.
        tip: Its tip.
        versions: Those of the phase, as trailers say them; empty for any phase.
    """
    for depth in (_FIRST_LOOK, _LAST_LOOK):
        ask = partial(_first_parents, repository, tip, depth)
        commits = repository.once(("first parents", tip, depth), ask)
        chain = PhaseChain(commits, versions)
        if chain.is_complete or len(commits) < depth:
            break
    return chain


def _first_parents(repository: Repository, tip: str, depth: int) -> list[StoredCommit]:
    listed = repository.git("rev-list", "--first-parent", f"--max-count={depth}", tip).stdout
    return read_commits(repository, listed.decode().split())
