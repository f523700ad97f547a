"""Pushes branches: all or none, each only if the remote has what was expected, and only ours.

A branch at the remote is ours if nothing would be lost: every commit on it that the pushed one
lacks was made by this tool, which makes it again from its base. Hooks and settings of the
repository that do something else on a push take no part.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from onepath.errors import OutsideError, RefusedError
from onepath.land.commit.message import MERGES
from onepath.land.commits import StoredCommit, read_commits
from onepath.land.merge_files import ChangedFile, merge_changes
from onepath.land.tree import FileTree, changed_files
from onepath.publish.forges.remote import without_credentials
from onepath.publish.part import PhasePart
from onepath.report.text import printable
from onepath.snapshot.blobs import decode_path
from onepath.snapshot.repository import Repository
from onepath.state.branches.standing import person_key

_QUIET = (
    "-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "push.gpgSign=false",
    "-c", "push.recurseSubmodules=no", "-c", "fetch.recurseSubmodules=no",
    "-c", "push.autoSetupRemote=false",
    # A connection that stands still ends instead of keeping the terminal.
    "-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=60",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did."""

    branches: tuple[str, ...]
    """Those that were moved or made."""


def remote_tips(repository: Repository, remote: str) -> dict[str, str]:
    """Return the branches of a remote and their commits.

    Raises:
        OutsideError: The remote can't be reached.
    """
    done = repository.git(*_QUIET, "ls-remote", "--heads", "--", remote, check=False)
    if done.returncode:
        raise _failed(remote, "can't be read", done.stderr)
    pairs = (line.split("\t") for line in decode_path(done.stdout).split("\n")[:-1])
    return {ref.removeprefix("refs/heads/"): commit for commit, ref in pairs}


def bring_in(repository: Repository, remote: str, commits: Sequence[str]) -> None:
    """Get the objects of commits at a remote; no reference changes.

    Raises:
        OutsideError: The remote can't be reached, or lacks one of them.
    """
    missing = [oid for oid in commits if not _has(repository, oid)]
    if not missing:
        return
    done = repository.git(
        *_QUIET,
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-write-fetch-head",
        "--no-auto-gc",
        "--no-recurse-submodules",
        "--refmap=",
        "--",
        remote,
        *missing,
        check=False,
    )
    if done.returncode:
        raise _failed(remote, "can't be read", done.stderr)


def check_base(repository: Repository, remote: str, target: str, tip: str, base: str) -> None:
    """Check that the commit a migration starts from is on the branch it is to be merged into.

    Raises:
        RefusedError: It is not, so a pull request would bring in other commits too.
    """
    if repository.git("merge-base", "--is-ancestor", base, tip, check=False).returncode:
        raise RefusedError(
            f"the base {base[:12]} is not on {target} of {remote}, so the pull requests would "
            "bring in commits that are not of the migration",
            hint=f"push it there first, or run `migrate apply` from a commit of {target}",
        )


def check_ours(
    repository: Repository, parts: Sequence[PhasePart], tips: Mapping[str, str], target: str
) -> None:
    """Check that no push would lose a commit of somebody else.

    Args:
        repository: It has the objects of all these commits.
        parts: What shall be pushed.
        tips: Branch -> the commit that it has at the remote.
        target: The branch that all of it is merged into; what is on it can't be lost.

    Raises:
        RefusedError: A branch has commits that this tool did not make. All of them are named.
    """
    problems = []
    for part in parts:
        tip = tips.get(part.branch)
        if tip is None or tip == part.commit:
            continue
        lost = lost_commit(repository, tip, [part.commit], tips[target], part.dropped)
        if lost is not None:
            problems.append(
                f"{part.branch} at the remote has the commit {lost.oid[:12]} of somebody"
            )
    if problems:
        raise RefusedError(
            "\n".join(map(printable, problems)),
            hint="`git fetch` first: then such commits are taken over",
        )


def lost_commit(
    repository: Repository,
    tip: str,
    kept: Sequence[str],
    target: str,
    dropped: Collection[str] = (),
) -> StoredCommit | None:
    """Return a commit of somebody that would be lost with a tip; None if there is none.

    Args:
        repository: It has the objects of all these commits.
        tip: What would go.
        kept: The tips that stay instead of it.
        target: What is on it can't be lost.
        dropped: Ids of commits that are known to have nothing left to do.
    """
    known = f"^{target}"
    people = (
        {person_key(stored_commit) for stored_commit in _commits(repository, *kept, known)}
        if kept
        else set()
    )
    for stored_commit in _commits(repository, tip, *(f"^{commit}" for commit in kept), known):
        ours = stored_commit.versions or stored_commit.trailer(MERGES)
        if ours or stored_commit.oid in dropped or person_key(stored_commit) in people:
            continue
        if not _is_contained(repository, stored_commit, target):
            return stored_commit
    return None


def _is_contained(repository: Repository, commit: StoredCommit, target: str) -> bool:
    """Whether a branch has what a commit did, as after a squash of what that was on."""
    if len(commit.parents) != 1:
        return False
    tree = FileTree(repository, target)
    before = dict(tree.files)
    changed = changed_files(repository, commit.parents[0], commit.oid)
    conflicts = merge_changes(
        repository, tree, [ChangedFile(path, *sides) for path, sides in changed.items()]
    )
    return bool(changed) and not conflicts and tree.files == before


def push(
    repository: Repository, remote: str, wanted: Mapping[str, str], tips: Mapping[str, str]
) -> Pushed:
    """Give branches of a remote their commits, in one transaction.

    Args:
        repository: Has the commits.
        remote: Its name.
        wanted: Branch -> commit.
        tips: What the branches were seen to have; they must still have it.

    Raises:
        RefusedError: A branch has moved meanwhile; none was changed.
        OutsideError: The remote can't be reached or does not take them; none was changed.
    """
    moved = {branch: commit for branch, commit in wanted.items() if tips.get(branch) != commit}
    if not moved:
        return Pushed(())
    _push(repository, remote, moved, tips)
    return Pushed(tuple(moved))


def delete(repository: Repository, remote: str, tips: Mapping[str, str]) -> None:
    """Delete branches of a remote, in one transaction, if they still have their commits.

    Raises:
        RefusedError: A branch has moved meanwhile; none was deleted.
        OutsideError: The remote can't be reached or does not do it; none was deleted.
    """
    if tips:
        _push(repository, remote, dict.fromkeys(tips, ""), tips)


def _push(
    repository: Repository, remote: str, wanted: Mapping[str, str], tips: Mapping[str, str]
) -> None:
    leases = [f"--force-with-lease=refs/heads/{one}:{tips.get(one, '')}" for one in wanted]
    done = repository.git(
        *_QUIET,
        "push",
        "--quiet",
        "--porcelain",
        "--atomic",
        "--no-verify",
        "--no-follow-tags",
        "--no-signed",
        *leases,
        "--",
        remote,
        *(f"{commit}:refs/heads/{branch}" for branch, commit in wanted.items()),
        check=False,
    )
    if done.returncode:
        said = done.stdout + done.stderr
        if b"(stale info)" in said or b"cannot lock ref" in said:
            raise RefusedError(
                f"a branch of {remote} was moved by somebody else meanwhile; none was pushed",
                hint="run this again",
            )
        raise _failed(remote, "does not take the branches; none was pushed", said)


def _commits(repository: Repository, *revisions: str) -> list[StoredCommit]:
    listed = repository.git("rev-list", *revisions).stdout.decode().split()
    return read_commits(repository, listed)


def _has(repository: Repository, oid: str) -> bool:
    return not repository.git("cat-file", "-e", f"{oid}^{{commit}}", check=False).returncode


def _failed(remote: str, what: str, said: bytes) -> OutsideError:
    text = without_credentials(said.decode("utf-8", "replace"))
    lines = [line for line in map(printable, text.splitlines()) if line and line != "Done"]
    reason = "; ".join(line for line in lines if not line.startswith(("hint:", "To ")))
    hint = ""
    if re.search(r"could not read (Username|Password)|Permission denied|Authentication", text):
        hint = f"git needs access of its own: `git push --dry-run {remote}` shows whether it has"
    return OutsideError(f"the remote {remote} {what}: {reason or 'git gives no reason'}", hint=hint)
