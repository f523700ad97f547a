"""What is in the repository already: branches of an earlier landing, and names in the way."""

from collections.abc import Sequence

from onepath.errors import InputError, RefusedError
from onepath.land.git_format import canonical_mode
from onepath.land.message import read_trailers, trailers
from onepath.model import Phase
from onepath.snapshot.blobs import blob_id, decode_path
from onepath.snapshot.repository import Repository

_GONE = "000000"
_SHOWN = 3


def check_names(repository: Repository, phases: Sequence[Phase]) -> None:
    """Raise InputError if git would not take a phase's branch name."""
    for phase in phases:
        ref = f"refs/heads/{phase.branch}"
        if "\0" in ref or repository.git("check-ref-format", ref, check=False).returncode:
            raise InputError(f"phase {phase.name}: {phase.branch!r} is no name for a branch")


def check_base(repository: Repository, phases: Sequence[Phase], base: str) -> None:
    """Raise InputError if the phases, in this order, do not fit on the files of `base`."""
    listed = repository.git("ls-tree", "-r", "-z", "--full-tree", base).stdout
    files: dict[str, str] = {}
    for line in listed.split(b"\0")[:-1]:
        meta, _, path = line.partition(b"\t")
        files[decode_path(path)] = meta.split()[2].decode()
    for phase in phases:
        for change in phase.changeset.changes:
            there = None if change.is_new else blob_id(change.old, len(base))
            if files.get(change.path) != there:
                raise InputError(
                    f"phase {phase.name} does not fit on {base}: {change.path} differs there",
                    hint="land it together with the phases before it",
                )
            if change.new is None:
                del files[change.path]
            else:
                files[change.path] = blob_id(change.new, len(base))


def standing_commits(repository: Repository, phases: Sequence[Phase], base: str) -> list[str]:
    """Return the commits of the leading phases whose branches exist with exactly their change.

    Raises:
        RefusedError: A branch exists with something else, or its name can't exist beside a
            branch that does. All of them are named.
    """
    tips = _tips(repository, phases)
    commits: list[str] = []
    problems: list[str] = []
    for number, phase in enumerate(phases):
        problems += _name_conflicts(phase.branch, tips)
        tip = tips.get(phase.branch)
        if tip is None:
            continue
        parent = [base, *commits][-1] if len(commits) == number else None
        difference = _difference(repository, phase, base, parent, tip)
        if difference:
            problems.append(f"branch {phase.branch} exists at {tip}, and {difference}")
        else:
            commits.append(tip)
    if problems:
        raise RefusedError(
            "\n".join(problems),
            hint="delete such a branch (git branch -D NAME) or rename it (git branch -m NAME "
            "NEW), then run this again",
        )
    return commits


def _tips(repository: Repository, phases: Sequence[Phase]) -> dict[str, str]:
    """Return the branches that share the first part of their name with a phase's branch."""
    patterns = sorted({f"refs/heads/{phase.branch.partition('/')[0]}" for phase in phases})
    if not patterns:
        return {}
    listed = repository.git("for-each-ref", "--format=%(objectname) %(refname)", *patterns).stdout
    pairs = (line.partition(" ") for line in decode_path(listed).split("\n")[:-1])
    return {ref.removeprefix("refs/heads/"): commit for commit, _, ref in pairs}


def _name_conflicts(branch: str, tips: dict[str, str]) -> list[str]:
    return [
        f"branch {branch} can't exist beside branch {other}, which is at {commit}"
        for other, commit in tips.items()
        if branch.startswith(f"{other}/") or other.startswith(f"{branch}/")
    ]


def _difference(
    repository: Repository, phase: Phase, base: str, parent: str | None, tip: str
) -> str:
    """Say in what the commit `tip` is not what the phase would land; empty if it is just that."""
    if parent is None:
        return "the branch that it would be stacked on is missing"
    header, _, message = (
        repository.git("cat-file", "commit", tip).stdout.decode("utf-8", "replace")
    ).partition("\n\n")
    parents = [line[7:] for line in header.split("\n") if line.startswith("parent ")]
    if parents != [parent]:
        return f"it is made on {' and '.join(parents) or 'nothing'}, this plan on {parent}"
    written = read_trailers(message)
    for trailer in trailers(phase, base):
        if trailer not in written:
            return f"it is from another version of the migration: no {': '.join(trailer)}"
    found, wanted = _changed_files(repository, parent, tip), _wanted_files(phase, len(base))
    paths = sorted(
        path for path in found.keys() | wanted.keys() if found.get(path) != wanted.get(path)
    )
    if not paths:
        return ""
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return f"this plan on {parent} has other content in {', '.join(paths[:_SHOWN])}{more}"


def _changed_files(repository: Repository, parent: str, tip: str) -> dict[str, tuple[str, str]]:
    """Return the mode and blob of each file in which two commits differ."""
    listed = repository.git("diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames",
                            parent, tip).stdout  # fmt: skip
    fields = listed.split(b"\0")[:-1]
    result: dict[str, tuple[str, str]] = {}
    for meta, path in zip(fields[::2], fields[1::2], strict=True):
        _, mode, _, oid, _ = meta.decode().split()
        result[decode_path(path)] = mode, "" if mode == _GONE else oid
    return result


def _wanted_files(phase: Phase, length: int) -> dict[str, tuple[str, str]]:
    return {
        change.path: (_GONE, "")
        if change.new is None
        else (canonical_mode(change.mode), blob_id(change.new, length))
        for change in phase.changeset.changes
        if change.new != change.old or change.is_new
    }
