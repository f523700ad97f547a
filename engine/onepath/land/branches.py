"""Lands phases as stacked branches, all or none, without a checkout.

The work tree, the index, HEAD, the stash and the hooks take no part in it.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from onepath.errors import InputError, OutsideError
from onepath.land.identity import identity
from onepath.land.locks import may_heal, note_publication, remove_dead_locks
from onepath.land.message import commit_message
from onepath.land.quarantine import exclusive, import_commits, sweep
from onepath.land.standing import check_base, check_names, standing_commits
from onepath.land.stream import Commit, import_stream
from onepath.model import Phase, Plan
from onepath.snapshot.blobs import encode_path
from onepath.snapshot.repository import Repository


@dataclass(frozen=True, slots=True)
class Landed:
    """A phase that has its branch."""

    phase: str
    branch: str
    commit: str
    status: Literal["created", "unchanged"]
    """`unchanged`: the branch was there already, with exactly this change."""


def land(repository: Repository, plan: Plan, phases: Sequence[Phase]) -> list[Landed]:
    """Give each phase a branch with one commit, stacked in the order given.

    The first commit's parent is `plan.commit`. Either all missing branches appear or none.
    A phase that changes no file gets no branch and is not in the result.

    Raises:
        InputError: The plan was not made from a commit, git knows no author, a branch name is
            not one, or a phase was made on top of another that is not landed with it.
        RefusedError: A branch exists with other content, another branch's name stands in the
            way, or another landing is running. Nothing was changed.
        OutsideError: git or the disk failed. No branch was made, unless git itself was killed
            between two of them; the message then says which stand, and the next call goes on.
    """
    base = _base(plan)
    phases = [phase for phase in phases if phase.changeset.changes]
    check_names(repository, phases)
    standing = standing_commits(repository, phases, base)
    new = phases[len(standing) :]
    if not new:
        return _landed(phases, standing, len(standing))
    check_base(repository, phases, base)
    people = identity(repository, "author"), identity(repository, "committer")
    stream = import_stream(_commits(new, base, [base, *standing][-1]), *people)
    try:
        with exclusive(repository) as journal:
            sweep(repository)
            remove_dead_locks(repository, journal)
            made = import_commits(repository, stream)
            said = _publish(repository, journal, new, made)
            is_locked = may_heal(journal)
    except OSError as error:
        place = error.filename or repository.common_dir
        raise OutsideError(f"{place}: {error.strerror}; no branch was made") from error
    if not said:
        return _landed(phases, [*standing, *made], len(standing))
    # Somebody may have made the branches meanwhile: then they stand or are in the way.
    present = standing_commits(repository, phases, base)
    if len(present) < len(phases):
        made_anyway = [phase.branch for phase in phases[len(standing) : len(present)]]
        outcome = f"made: {', '.join(made_anyway)}" if made_anyway else "no branch was made"
        hint = "a landing that was killed left a lock: it is removed ten seconds after it was made"
        raise OutsideError(
            f"git update-ref failed: {said}; {outcome}",
            hint=f"{hint}, so run this again then" if is_locked else "",
        )
    return _landed(phases, present, len(present))


def _base(plan: Plan) -> str:
    if plan.commit is None or plan.base == "WORKTREE":
        what = "uncommitted files" if plan.base == "WORKTREE" else f"the folder {plan.base}"
        raise InputError(
            f"a branch must start from a commit, and this plan was made from {what}",
            hint="commit them and plan from there, or use migrate apply --worktree",
        )
    return plan.commit


def _commits(phases: Sequence[Phase], base: str, parent: str) -> Iterator[Commit]:
    for number, phase in enumerate(phases, 1):
        yield Commit(parent, commit_message(phase, base), phase.changeset)
        parent = f":{number}"


def _publish(
    repository: Repository, journal: Path, phases: Sequence[Phase], commits: Sequence[str]
) -> str:
    """Make all branches in one transaction; return what git said if it made none."""
    refs = (encode_path(f"refs/heads/{phase.branch}") for phase in phases)
    pairs = [(ref, commit.encode()) for ref, commit in zip(refs, commits, strict=True)]
    lines = [b"start", *(b"create %s %s" % pair for pair in pairs), b"prepare", b"commit"]
    with note_publication(repository, journal, pairs):
        done = repository.git(
            *("-c", f"core.hooksPath={os.devnull}", "-c", "core.filesRefLockTimeout=500"),
            *("update-ref", "--no-deref", "--stdin", "-m", "migrate: landed"),
            input=b"".join(b"%s\n" % line for line in lines),
            check=False,
        )
    if not done.returncode:
        return ""
    return done.stderr.decode("utf-8", "replace").strip() or f"exit status {done.returncode}"


def _landed(phases: Sequence[Phase], commits: Sequence[str], unchanged: int) -> list[Landed]:
    return [
        Landed(phase.name, phase.branch, commit, "unchanged" if at < unchanged else "created")
        for at, (phase, commit) in enumerate(zip(phases, commits, strict=True))
    ]
