"""Verifies landed phases: plans them again from their base and compares byte for byte."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from onepath.codemod.packs import Pack
from onepath.config.migrate_toml import Config
from onepath.errors import InputError
from onepath.land.git_format import canonical_mode
from onepath.land.message import Trailer, read_trailers, trailers
from onepath.land.tree import TreeFile, changed_files
from onepath.model import Phase, Plan
from onepath.snapshot.blobs import blob_id, decode_path
from onepath.snapshot.repository import Repository

Planner = Callable[[str, Sequence[str]], Plan]
"""Plans the named phases at a commit."""


class Difference(NamedTuple):
    """Where a branch is not what its phase gives."""

    path: str
    """The file; empty where the commit as a whole is meant."""
    text: str


@dataclass(frozen=True, slots=True)
class Verified:
    """A landed phase, compared with the same phase planned again."""

    phase: str
    branch: str
    commit: str
    """The tip of the branch."""
    base: str
    """The commit it was planned from; empty if the branch does not say."""
    files: int
    """How many files it changes."""
    differences: tuple[Difference, ...]
    """By path; empty if it is the same."""


class _Commit(NamedTuple):
    oid: str
    parents: tuple[str, ...]
    trailers: tuple[Trailer, ...]


class _Stack(NamedTuple):
    """The commits of a branch from its base on, and the phases they are of."""

    base: str
    commits: tuple[_Commit, ...]
    phases: tuple[str, ...]


def verify_landed(
    repository: Repository, config: Config, pack: Pack, planner: Planner,
    phases: Sequence[str] | None = None,
) -> list[Verified]:  # fmt: skip
    """Compare the branches of landed phases with what their phases give at their base.

    The base is what the commit says in its trailer `Base-Oid`, wherever other branches have
    moved since. Nothing is written.

    Args:
        repository: Where the branches are.
        config: Has the first part of their names, and how versions are grouped into phases.
        pack: Its versions make the phases.
        planner: Plans phases at a commit.
        phases: Names of the phases wanted; None for all that have a branch.

    Returns:
        One result for each branch, by name.

    Raises:
        InputError: A wanted phase, or every phase, has no branch; or a base is not here.
    """
    prefix = config.branch_prefix
    tips = _chosen(_tips(repository, prefix), prefix, phases)
    phase_of = {
        str(pack.identify(version)): name
        for name, versions in pack.phases(config).items()
        for version in versions
    }
    stacks = {b: _stack(repository, tip, pack.name, phase_of) for b, tip in tips.items()}
    plans: dict[tuple[str, tuple[str, ...]], Plan] = {}
    result = []
    for branch, stack in stacks.items():
        name = _phase_name(branch)
        if isinstance(stack, str):
            result.append(Verified(name, branch, tips[branch], "", 0, (Difference("", stack),)))
            continue
        whole = _longest(stack, stacks.values())
        key = whole.base, whole.phases
        if key not in plans:
            plans[key] = planner(*key)
        planned = {phase.name: phase for phase in plans[key].phases}
        phase = planned[stack.phases[-1]]
        found = list(_differences(repository, phase, stack))
        if phase.name != name:
            found.insert(0, Difference("", f"its commit is of the phase {phase.name}"))
        files = len(_wanted_files(phase, len(stack.base))) - len(phase.ledger)
        result.append(Verified(name, branch, tips[branch], stack.base, files, tuple(found)))
    return result


def phase_of_branch(prefix: str, branch: str) -> str:
    """Return the name of the phase that a branch is of.

    Args:
        prefix: The first part of the names of phases' branches.
        branch: `migrate/websocket/01-canonical-imports`; also as a remote has it, behind its name.

    Raises:
        InputError: It is not the name of a phase's branch.
    """
    folder, _, _ = branch.rpartition("/")
    name = _phase_name(branch)
    if not name or not f"/{folder}".endswith(f"/{prefix}"):
        raise InputError(
            f"{branch} is not the branch of a phase", hint=f"those are called {prefix}/NN-PHASE"
        )
    return name


def _tips(repository: Repository, prefix: str) -> dict[str, str]:
    listed = repository.git(
        "for-each-ref", "--format=%(objectname) %(refname)", f"refs/heads/{prefix}/"
    ).stdout
    pairs = (line.partition(" ") for line in decode_path(listed).splitlines())
    found = {ref.removeprefix("refs/heads/"): commit for commit, _, ref in pairs}
    return {branch: commit for branch, commit in found.items() if _phase_name(branch)}


def _phase_name(branch: str) -> str:
    """`canonical-imports` of `migrate/websocket/01-canonical-imports`; empty if not like that."""
    number, _, name = branch.rpartition("/")[2].partition("-")
    return name if number.isdigit() else ""


def _chosen(tips: Mapping[str, str], prefix: str, phases: Sequence[str] | None) -> dict[str, str]:
    landed = ", ".join(map(_phase_name, tips))
    if not tips:
        raise InputError(
            f"there is no branch {prefix}/NN-PHASE, so nothing has landed",
            hint="`migrate apply` makes the branches",
        )
    missing = [name for name in phases or () if name not in map(_phase_name, tips)]
    if missing:
        raise InputError(
            f"no branch {prefix}/NN-{missing[0]}", hint=f"phases with a branch: {landed}"
        )
    return {b: tip for b, tip in tips.items() if not phases or _phase_name(b) in phases}


def _stack(
    repository: Repository, tip: str, pack: str, phase_of: Mapping[str, str]
) -> _Stack | str:
    """The commits below a branch's tip down to its base, or why they are not those of phases."""
    top = _commit(repository, tip)
    base = dict(top.trailers).get("Base-Oid", "")
    if not base:
        return f"the commit {tip[:12]} was not made by this tool: it has no Base-Oid trailer"
    try:
        base = repository.resolve(base)
    except InputError as error:
        raise InputError(
            f"the commit {tip[:12]} was planned from {base}, which this repository lacks",
            hint="fetch it; in a shallow clone, git fetch --unshallow",
        ) from error
    if repository.git("merge-base", "--is-ancestor", base, tip, check=False).returncode:
        return f"it does not come after its base {base[:12]}"
    listed = repository.git("rev-list", "--first-parent", "--reverse", f"{base}..{tip}").stdout
    commits = tuple(_commit(repository, oid) for oid in listed.decode().split())
    phases = []
    for commit in commits:
        versions = [value for key, value in commit.trailers if key == "Migrate-Version"]
        names = {phase_of.get(version) for version in versions}
        name = names.pop() if len(names) == 1 else None
        if name is None:
            said = f"of {', '.join(versions)}" if versions else "not made by this tool"
            return f"the commit {commit.oid[:12]} is {said}, so of no phase of {pack}"
        phases.append(name)
    if not phases or len(set(phases)) < len(phases):
        return "its commits are not one for each phase"
    return _Stack(base, commits, tuple(phases))


def _commit(repository: Repository, oid: str) -> _Commit:
    content = repository.git("cat-file", "commit", oid).stdout.decode("utf-8", "replace")
    header, _, message = content.partition("\n\n")
    parents = (line[7:] for line in header.split("\n") if line.startswith("parent "))
    return _Commit(oid, tuple(parents), tuple(read_trailers(message)))


def _longest(stack: _Stack, others: Iterable[_Stack | str]) -> _Stack:
    """The longest stack that begins with this one, so that one plan serves both."""
    found = stack
    for other in others:
        if (
            isinstance(other, _Stack)
            and other.base == stack.base
            and other.commits[: len(stack.commits)] == stack.commits
            and len(other.commits) > len(found.commits)
        ):
            found = other
    return found


def _differences(repository: Repository, phase: Phase, stack: _Stack) -> Iterator[Difference]:
    commit = stack.commits[-1]
    parent = [stack.base, *(one.oid for one in stack.commits)][-2]
    if commit.parents != (parent,):
        made_on = " and ".join(oid[:12] for oid in commit.parents) or "nothing"
        yield Difference("", f"it is made on {made_on}, not on {parent[:12]}")
    for trailer in trailers(phase, stack.base):
        if trailer not in commit.trailers:
            yield Difference("", f"it is from another version: no {': '.join(trailer)}")
    landed = {
        path: after for path, (_, after) in changed_files(repository, parent, commit.oid).items()
    }
    wanted = _wanted_files(phase, len(stack.base))
    for path in sorted(landed.keys() | wanted.keys()):
        if path not in landed or path not in wanted or landed[path] != wanted[path]:
            yield Difference(path, _text(path, landed, wanted))


def _wanted_files(phase: Phase, length: int) -> dict[str, TreeFile | None]:
    return {
        change.path: None
        if change.new is None
        else TreeFile(canonical_mode(change.mode), blob_id(change.new, length))
        for change in phase.files
        if change.new != change.old or change.is_new
    }


def _text(
    path: str, landed: Mapping[str, TreeFile | None], wanted: Mapping[str, TreeFile | None]
) -> str:
    here, there = landed.get(path), wanted.get(path)
    if here is None or there is None:
        return f"{_done(path, landed)} in the branch, {_done(path, wanted)} by the phase"
    return "other content" if here.oid != there.oid else f"mode {here.mode}, not {there.mode}"


def _done(path: str, files: Mapping[str, TreeFile | None]) -> str:
    if path not in files:
        return "left alone"
    return "deleted" if files[path] is None else "changed"
