"""Branches of shards: beside the branch of their phase, made and moved together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from onepath.errors import OutsideError, RefusedError
from onepath.land.commit.identity import commit_identity
from onepath.land.commit.message import commit_message
from onepath.land.commit.signing import wants_signatures
from onepath.land.commits import read_commits
from onepath.land.git_format import canonical_mode
from onepath.land.quarantine import exclusive, import_commits, sweep
from onepath.land.refs import RefMove, move_refs
from onepath.land.stream import Commit, import_stream
from onepath.land.tree import FileWrite, TreeFile, changed_files
from onepath.model import FileChange
from onepath.publish.part import PhasePart
from onepath.publish.shards.planned import Shard
from onepath.snapshot.blobs import blob_id
from onepath.snapshot.repository import Repository

SHARD = "Migrate-Shard"


def shard_branch(phase_branch: str, name: str) -> str:
    """Return the branch of a shard. It can't be below the phase's: git keeps names in folders."""
    return f"{phase_branch}.parts/{name}"


def shard_parts(part: PhasePart, shards: Sequence[Shard]) -> list[PhasePart]:
    """Return the parts that shards of a phase become, not landed yet."""
    return [
        PhasePart(
            phase=shard.phase,
            branch=shard_branch(part.branch, shard.name),
            commit="",
            made="",
            below=shard_branch(part.branch, shard.needs) if shard.needs else part.below,
            base=part.base,
            shard=shard.name,
        )
        for shard in shards
    ]


@dataclass(frozen=True, slots=True)
class _Standing:
    tip: str
    is_right: bool


def land_shards(repository: Repository, parts: Sequence[PhasePart], parent: str) -> list[PhasePart]:
    """Give each shard its branch, all or none; those that are right already are left alone.

    Args:
        repository: Where to.
        parts: Each after the one that it is made on.
        parent: The commit that those are made on which need no other.

    Returns:
        The parts with their commits.

    Raises:
        RefusedError: A branch has commits of people, or another landing is running.
        OutsideError: git or the disk failed; no branch was changed.
    """
    branches = {part.branch for part in parts}
    commits: dict[str, str] = {}
    new: list[tuple[PhasePart, str]] = []
    stream: list[Commit] = []
    for part in parts:
        on = commits[part.below] if part.below in branches else parent
        standing = _standing(repository, part, on)
        if standing.is_right:
            commits[part.branch] = standing.tip
            continue
        stream.append(_commit(repository, part, on))
        commits[part.branch] = f":{len(stream)}"
        new.append((part, standing.tip))
    if new:
        made = _land(repository, new, stream)
        commits |= {part.branch: oid for (part, _), oid in zip(new, made, strict=True)}
    return [replace(part, commit=commits[part.branch], made=commits[part.branch]) for part in parts]


def _standing(repository: Repository, part: PhasePart, parent: str) -> _Standing:
    """What a shard's branch is now: its tip, empty if it is not there, and whether it is right."""
    ref = f"refs/heads/{part.branch}"
    done = repository.git("rev-parse", "--verify", "--quiet", ref, check=False)
    tip = done.stdout.decode().strip()
    if not tip:
        return _Standing("", False)
    [commit] = read_commits(repository, [tip])
    if commit.trailer(SHARD) != part.shard:
        raise RefusedError(
            f"branch {part.branch} exists at {tip[:12]}, and its last commit is not of this tool",
            hint="delete or rename it (git branch -m NAME NEW), then run this again",
        )
    if commit.parents != (parent,):
        return _Standing(tip, False)
    landed = {path: file for path, (_, file) in changed_files(repository, parent, tip).items()}
    wanted = {change.path: _file(change, len(tip)) for change in part.phase.changeset.changes}
    return _Standing(tip, landed == wanted)


def _commit(repository: Repository, part: PhasePart, parent: str) -> Commit:
    titled = replace(part.phase, title=part.title)
    message = f"{commit_message(titled, part.base).rstrip()}\n{SHARD}: {part.shard}\n"
    length = repository.oid_length
    return Commit(
        parent=parent,
        message=message.encode("utf-8", "surrogateescape"),
        author=commit_identity(repository, "author").line,
        committer=commit_identity(repository, "committer").line,
        writes=[
            FileWrite(change.path, _file(change, length), change.new)
            for change in part.phase.changeset.changes
        ],
    )


def _file(change: FileChange, length: int) -> TreeFile | None:
    if change.new is None:
        return None
    return TreeFile(canonical_mode(change.mode), blob_id(change.new, length))


def _land(
    repository: Repository, new: Sequence[tuple[PhasePart, str]], stream: Sequence[Commit]
) -> list[str]:
    try:
        with exclusive(repository) as journal:
            sweep(repository)
            sign = wants_signatures(repository)
            made = import_commits(repository, import_stream(stream), sign=sign)
            moves = [
                RefMove(f"refs/heads/{part.branch}", old, oid)
                for (part, old), oid in zip(new, made, strict=True)
            ]
            said = move_refs(repository, journal, moves, "shards")
    except OSError as error:
        place = error.filename or repository.common_dir
        raise OutsideError(f"{place}: {error.strerror}; no branch was made") from error
    if said:
        raise OutsideError(f"git update-ref failed: {said}; no branch was made")
    return made
