"""Verifies landed phases: plans them again from their base and compares byte for byte."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from onepath.codemod.packs.pack import Pack
from onepath.config.migrate_toml import Config
from onepath.errors import InputError
from onepath.land.commit.message import BASE, HASH, trailers
from onepath.land.commits import StoredCommit, is_ancestor
from onepath.land.git_format import canonical_mode
from onepath.land.tree import TreeFile, changed_files, files_of_commit
from onepath.model import Phase, Plan
from onepath.plan.on_top import OnTop
from onepath.snapshot.blobs import blob_id, decode_path
from onepath.snapshot.repository import Repository
from onepath.state.branches.people import PeopleOnTop
from onepath.state.branches.standing import Standing
from onepath.verify.earlier import as_landed, earlier_digests
from onepath.verify.stacks import Stack, longest, newest_own, read_stack

PlanAgain = Callable[[str, Sequence[str], OnTop, str], Plan]
"""Plans the named phases at a base, with what lies over each; the last argument is the commit
whose ledger says what they leave alone."""


class BranchDifference(NamedTuple):
    """Where a branch is not what its phase produces."""

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
    differences: tuple[BranchDifference, ...]
    """By path; empty if it is the same."""
    stack: Stack | None = None
    """Its commits; None if they are not those of phases."""
    is_stale: bool = False
    """Whether the base of today is not in its history."""

    @property
    def people(self) -> tuple[StoredCommit, ...]:
        """People's commits on top, which are not compared with anything."""
        return () if self.stack is None else self.stack.top.people


def verify_landed(
    repository: Repository,
    config: Config,
    pack: Pack,
    planner: PlanAgain,
    phases: Sequence[str] | None = None,
    today: str = "",
) -> list[Verified]:
    """Compare the branches of landed phases with what their phases give at their base.

    The base is what the commit says in its trailer `Base-Oid`, wherever other branches have
    moved since or are gone. A phase's own commit is compared with the phase planned on what is
    below it; where commits were appended to a branch, its tip is compared with the phase and
    people's commits put together again on what the last one merged in. Nothing is written.

    Args:
        repository: Where the branches are.
        config: Has the first part of their names, and how versions are grouped into phases.
        pack: Its versions make the phases.
        planner: Plans phases at a commit.
        phases: Names of the phases wanted; None for all that have a branch.
        today: The commit that phases would start from now; empty if there is none.

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
    stacks = {b: read_stack(repository, tip, pack.name, phase_of) for b, tip in tips.items()}
    comparing = _Comparing(repository, config, pack, planner, list(stacks.values()))
    result = []
    for branch, stack in stacks.items():
        name, tip = _phase_name(branch), tips[branch]
        if isinstance(stack, str):
            result.append(Verified(name, branch, tip, "", 0, (BranchDifference("", stack),)))
            continue
        files, differences = comparing.compare(name, stack, tip)
        stale = bool(today) and not is_ancestor(repository, today, tip)
        result.append(Verified(name, branch, tip, stack.base, files, differences, stack, stale))
    return result


class _Comparing:
    """Compares branches, and plans stacks that begin alike only once."""

    def __init__(
        self,
        repository: Repository,
        config: Config,
        pack: Pack,
        planner: PlanAgain,
        stacks: Sequence[Stack | str],
    ) -> None:
        self._repository = repository
        self._config = config
        self._pack = pack
        self._planner = planner
        self._stacks = stacks
        self._earlier = earlier_digests(pack)
        self._plans: dict[tuple[str, tuple[str, ...], str], Plan] = {}

    def compare(
        self, name: str, stack: Stack, tip: str
    ) -> tuple[int, tuple[BranchDifference, ...]]:
        """How many files a phase changes, and where its branch differs."""
        whole = longest(stack, self._stacks)
        key = whole.base, whole.phases, whole.top.below
        if key not in self._plans:
            self._plans[key] = self._planner(
                whole.base, whole.phases, whole.on_top(self._repository), whole.top.own.oid
            )
        planned = {phase.name: phase for phase in self._plans[key].phases}
        phase = self._as_landed(planned[stack.top.phase], stack)
        compare = self._appended if stack.top.appended else self._plain
        differences = [*self._versions(phase, stack), *compare(phase, stack, tip)]
        if phase.name != name:
            differences.insert(0, BranchDifference("", f"its commit is of the phase {phase.name}"))
        files = len(_wanted_files(phase, len(stack.base))) - len(phase.ledger)
        return files, tuple(differences)

    def _as_landed(self, phase: Phase, stack: Stack) -> Phase:
        """The phase under the digests that the commits of a branch name."""
        landed = {
            value for layer in stack.layers for key, value in layer.own.trailers if key == HASH
        }
        return as_landed(phase, landed, self._earlier)

    def _versions(self, phase: Phase, stack: Stack) -> Iterator[BranchDifference]:
        """The trailers that a phase's commit lacks."""
        for trailer in trailers(phase, stack.base):
            if trailer not in stack.top.own.trailers:
                yield BranchDifference("", f"it is from another version: no {': '.join(trailer)}")

    def _plain(self, phase: Phase, stack: Stack, _: str) -> Iterator[BranchDifference]:
        """Where a phase's own commit is not what the phase gives on what is below it."""
        commit, parent = stack.top.own, stack.top.below
        if commit.parents != (parent,):
            made_on = " and ".join(oid[:12] for oid in commit.parents) or "nothing"
            yield BranchDifference("", f"it is made on {made_on}, not on {parent[:12]}")
        changed = changed_files(self._repository, parent, commit.oid)
        landed = {path: after for path, (_, after) in changed.items()}
        wanted = _wanted_files(phase, len(stack.base))
        for path in sorted(landed.keys() | wanted.keys()):
            if path not in landed or path not in wanted or landed[path] != wanted[path]:
                yield BranchDifference(path, _text(path, landed, wanted))

    def _appended(self, phase: Phase, stack: Stack, tip: str) -> Iterator[BranchDifference]:
        """Where a tip is not what the phase and people's commits give on what is below."""
        top = stack.top
        there = Standing(phase.branch, tip, own=top.own, people=top.people)
        people = PeopleOnTop(self._repository, top.below, {phase.branch: there})
        layer = people.layer(phase)
        if layer.conflicts:
            yield BranchDifference("", "people's commits conflict with what the phase gives")
            return
        landed, wanted = files_of_commit(self._repository, tip), layer.after
        for path in sorted(landed.keys() | wanted.keys()):
            if landed.get(path) != wanted.get(path):
                yield BranchDifference(path, _text(path, landed, wanted))


def landed_branches(
    repository: Repository, prefix: str, phases: Sequence[str] | None = ()
) -> dict[str, str]:
    """Return the tips of landed phases by branch.

    Args:
        repository: Where the branches are.
        prefix: The first part of their names.
        phases: Those wanted, which must have a branch; none for all there are.

    Raises:
        InputError: A wanted phase has no branch.
    """
    tips = _tips(repository, prefix)
    return _chosen(tips, prefix, phases) if phases else tips


def base_of_branch(repository: Repository, tip: str) -> str:
    """Return the full id of the commit that a branch was planned from; empty if not known here."""
    own = newest_own(repository, tip)
    try:
        return "" if own is None else repository.resolve(own.trailer(BASE))
    except InputError:
        return ""


def phase_of_branch(prefix: str, branch: str) -> str:
    """Return the name of the phase that a branch is of.

    Args:
        prefix: The first part of the names of phases' branches.
        branch: `migrate/canonical/01-canonical-imports`; also as a remote has it, behind its name.

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
    """`canonical-imports` of `migrate/canonical/01-canonical-imports`; empty if not like that."""
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
