"""How phases came into the base, as its history and its files tell."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from onepath.land.commit.message import APPENDS, BASE, VERSION
from onepath.land.commits import StoredCommit, is_ancestor, read_commits
from onepath.land.tree import changed_files
from onepath.snapshot.repository import Repository
from onepath.state.branches.standing import Standing
from onepath.state.model import How, Merged

_VERSION_LINE = re.compile(rf"^{VERSION}: (\S+)", re.MULTILINE)
_REVERTS = re.compile(r"This reverts commit ([0-9a-f]{7,64})")
_PICKED = re.compile(r"\(cherry picked from commit ([0-9a-f]{7,64})\)")


@dataclass
class PhaseHistory:
    """The commits of the base's history that speak of phases, the newest first."""

    repository: Repository
    base: str
    applied: list[StoredCommit] = field(default_factory=list)
    reverts: list[tuple[StoredCommit, str]] = field(default_factory=list)
    """A commit that says it reverts another, and the id of that one as it is written there."""

    def merged(self, versions: Sequence[str], standing: Standing | None) -> Merged | None:
        """How the versions of a phase came into the base; None if no trailer there says so."""
        reverted: Merged | None = None
        for commit in self.applied:
            if not set(versions) & set(_versions(commit)):
                continue
            how = self._how(commit, versions, standing)
            before = tuple(self._appended_to(commit))
            revert = self._revert_of(commit)
            if revert is None:
                return Merged(how, commit.oid, before=before)
            reverted = reverted or Merged(how, commit.oid, revert.oid, before)
        return reverted

    def _appended_to(self, commit: StoredCommit) -> Iterator[str]:
        """The commits that one was appended to, or their copies, the newest first."""
        wanted = commit.trailer(APPENDS)
        for older in self.applied:
            picked = _PICKED.search(older.message)
            if wanted and wanted in (older.oid, picked[1] if picked else ""):
                yield older.oid
                wanted = older.trailer(APPENDS)

    # ------------------------------------------------------------------- how

    def _how(self, commit: StoredCommit, versions: Sequence[str], standing: Standing | None) -> How:
        picked = _PICKED.search(commit.message)
        if picked is not None:
            return "cherry-pick"
        if set(_versions(commit)) - set(versions) or not commit.is_ours:
            return "squash"  # Several phases in one, or the trailers inside a longer text.
        own = None if standing is None else standing.own
        if own is None:
            made_here = commit.trailer(BASE) in commit.parents
        else:
            made_here = own.oid == commit.oid
        if made_here:
            return "fast-forward" if self._is_first_parent(commit) else "merge"
        if own is None:
            return self._by_parent(commit)
        # A rebase drops an appended commit: it is a merge.
        is_same = own.raw_message.strip() == commit.raw_message.strip()
        is_rebased = is_same and standing is not None and not standing.appended
        return "rebase" if is_rebased else "squash"

    def _by_parent(self, commit: StoredCommit) -> How:
        """How a commit came in whose branch is gone, and that is not on the base it was made on."""
        parents = read_commits(self.repository, commit.parents)
        stacked = any(
            parent.is_ours and parent.trailer(BASE) == commit.trailer(BASE) for parent in parents
        )
        if stacked:
            return "fast-forward" if self._is_first_parent(commit) else "merge"
        return "squash" if re.search(r"\(#\d+\)$", commit.title) else "rebase"

    def _is_first_parent(self, commit: StoredCommit) -> bool:
        below = [f"^{parent}" for parent in commit.parents]
        listed = self.repository.git("rev-list", "--first-parent", self.base, *below).stdout
        return commit.oid.encode() in listed.split()

    # ---------------------------------------------------------------- reverts

    def _revert_of(self, commit: StoredCommit) -> StoredCommit | None:
        """The commit that took this one back, if none took that one back again."""
        for revert, oid in self.reverts:
            names_it = commit.oid.startswith(oid) or self._brought_in(oid, commit)
            if names_it and self._revert_of(revert) is None:
                return revert
        return None

    def _brought_in(self, oid: str, commit: StoredCommit) -> bool:
        """Whether `oid` is a merge that brought the commit in."""
        done = self.repository.git("rev-parse", "-q", "--verify", f"{oid}^2", check=False)
        if done.returncode:
            return False
        return is_ancestor(self.repository, commit.oid, oid) and not is_ancestor(
            self.repository, commit.oid, f"{oid}^1"
        )


def read_history(repository: Repository, base: str) -> PhaseHistory:
    """Look through the history of `base` for commits of phases, and for those that revert any."""
    listed = repository.git(
        "-c",
        "log.showSignature=false",
        "log",
        "--no-show-signature",
        "--no-color",
        "--format=%H",
        "--fixed-strings",
        f"--grep={VERSION}: ",
        "--grep=This reverts commit ",
        base,
        "--",
    ).stdout
    history = PhaseHistory(repository, base)
    for commit in read_commits(repository, listed.decode().split()):
        reverted = _REVERTS.findall(commit.message)
        is_revert = commit.title.startswith(("Revert ", "Reapply ")) or not _versions(commit)
        if reverted and is_revert:
            history.reverts += ((commit, oid) for oid in reverted)
        elif _versions(commit):
            history.applied.append(commit)
    return history


def _versions(commit: StoredCommit) -> list[str]:
    """The versions that a message names, wherever: a squash puts whole messages into one."""
    return _VERSION_LINE.findall(commit.message)


def added_by(repository: Repository, base: str, path: str) -> str:
    """The commit of the history that brought a file as it is; empty if none did."""
    done = repository.git(
        "-c",
        "log.showSignature=false",
        "log",
        "-1",
        "--no-show-signature",
        "--no-color",
        "--format=%H",
        base,
        "--",
        f":(literal){path}",
    )
    return done.stdout.decode().strip()


def is_contained(
    repository: Repository, standing: Standing, base: str, ignored: Iterable[str]
) -> bool:
    """Whether the base has all files of a phase's commit just as the commit left them.

    So does a squash that dropped the trailers.

    Args:
        repository: Where both are.
        standing: The phase's branch.
        base: A commit.
        ignored: Beginnings of paths that say nothing: the ledger's.
    """
    own = standing.own
    if own is None or not standing.ground:
        return False
    skipped = tuple(ignored)
    changed = {
        path
        for path in changed_files(repository, standing.ground, own.oid)
        if not path.startswith(skipped)
    }
    return bool(changed) and not changed & changed_files(repository, own.oid, base).keys()
