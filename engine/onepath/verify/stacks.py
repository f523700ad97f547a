"""The commits of a phase's branch, from the base that it was planned from up to its tip."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from onepath.errors import InputError
from onepath.land.commit.message import BASE, MERGES
from onepath.land.commits import StoredCommit, is_ancestor, read_commits
from onepath.land.tree import FileTree
from onepath.model import Phase
from onepath.plan.on_top import NOTHING_ON_TOP, OnTop
from onepath.snapshot.repository import Repository
from onepath.state.branches.chain import PhaseChain

_LOOK = 2000


class StackLayer(NamedTuple):
    """A phase in a stack, and what is between it and the next one."""

    phase: str
    own: StoredCommit
    """The phase's newest commit."""
    below: str
    """What that was made on; for an appended commit, what it merged in."""
    appended: bool
    """Whether it follows an older commit of the same phase."""
    people: tuple[StoredCommit, ...]
    """People's commits on top of it, and between it and older ones; the oldest first."""


@dataclass(frozen=True)
class Stack:
    """The phases from a base to a branch's tip."""

    base: str
    layers: tuple[StackLayer, ...]
    """From the bottom up; the last one is the branch's own phase."""

    @property
    def top(self) -> StackLayer:
        return self.layers[-1]

    @property
    def phases(self) -> tuple[str, ...]:
        return tuple(layer.phase for layer in self.layers)

    @property
    def is_plain(self) -> bool:
        """Whether nothing but the phases' own commits is below the last of them."""
        below = [self.base, *(layer.own.oid for layer in self.layers[:-1])]
        people = any(layer.people for layer in self.layers[:-1])
        return not people and [layer.below for layer in self.layers] == below

    def on_top(self, repository: Repository) -> OnTop:
        """What lies over each phase when the next one was planned."""
        return NOTHING_ON_TOP if self.is_plain else _AsCommitted(repository, self)


class _AsCommitted:
    """The files as the commit below the next phase has them."""

    def __init__(self, repository: Repository, stack: Stack) -> None:
        self._repository = repository
        self._base = stack.base
        self._next = {layer.phase: above.below for layer, above in pairwise(stack.layers)}
        self.key = " ".join(self._next.values())

    @cached_property
    def _tree(self) -> FileTree:
        return FileTree(self._repository, self._base)

    def after(self, phase: Phase) -> Mapping[str, bytes | None]:
        """New content by path."""
        self._tree.apply(phase.files)
        commit = self._next.get(phase.name)
        if commit is None:
            return {}
        files = FileTree(self._repository, commit).files
        there = self._tree.files
        changed = [
            path for path in files.keys() | there.keys() if files.get(path) != there.get(path)
        ]
        data = self._tree.read(file.oid for path in changed if (file := files.get(path)))
        self._tree.files = files
        return {
            path: None if path not in files else data.get(files[path].oid)
            for path in sorted(changed)
        }


def read_stack(
    repository: Repository, tip: str, pack: str, phase_of: Mapping[str, str]
) -> Stack | str:
    """Return the commits of a branch down to its base, or why they are not those of phases.

    Args:
        repository: Has them.
        tip: The branch's tip.
        pack: What the pack is called.
        phase_of: Phase by version.

    Raises:
        InputError: The base is not here.
    """
    newest = newest_own(repository, tip)
    if newest is None:
        return f"the commit {tip[:12]} was not made by this tool: it has no {BASE} trailer"
    base = newest.trailer(BASE)
    try:
        base = repository.resolve(base)
    except InputError as error:
        raise InputError(
            f"the commit {newest.oid[:12]} was planned from {base}, which this repository lacks",
            hint="fetch it; in a shallow clone, git fetch --unshallow",
        ) from error
    if not is_ancestor(repository, base, tip):
        return f"it does not come after its base {base[:12]}"
    layers: list[StackLayer] = []
    for chain in _chains(repository, base, tip):
        layer = _layer(chain, pack, phase_of)
        if isinstance(layer, str):
            return layer
        layers.insert(0, layer)
    stack = Stack(base, tuple(layers))
    if len(set(stack.phases)) < len(layers):
        return "its commits are not one for each phase"
    return stack


def _chains(repository: Repository, base: str, tip: str) -> Iterator[PhaseChain]:
    """The commits of phase after phase, from the top down to the base."""
    commits: list[StoredCommit] = []
    at = tip
    while True:
        oids = [commit.oid for commit in commits]
        if at in oids:
            commits = commits[oids.index(at) :]
        else:
            listed = repository.git("rev-list", "--first-parent", f"{base}..{at}").stdout
            commits = read_commits(repository, listed.decode().split())
        if not commits:
            return
        if commits[0].trailer(MERGES):
            at = commits[0].parents[0]
            continue
        chain = PhaseChain(commits)
        yield chain
        if not chain.ground:
            return
        at = chain.ground


def _layer(chain: PhaseChain, pack: str, phase_of: Mapping[str, str]) -> StackLayer | str:
    """A phase in the stack, or why these commits are not those of one."""
    if chain.problem:
        return chain.problem
    if chain.own is None or chain.first is None:
        return f"the commit {chain.people[0].oid[:12]} is not made by this tool, so of no phase"
    names = {phase_of.get(version) for version in chain.own.versions}
    name = names.pop() if len(names) == 1 else None
    if name is None:
        said = f"of {', '.join(chain.own.versions)}, so of no phase of {pack}"
        return f"the commit {chain.own.oid[:12]} is {said}"
    appended = chain.own is not chain.first
    return StackLayer(name, chain.own, chain.ground, appended, chain.people)


def newest_own(repository: Repository, tip: str) -> StoredCommit | None:
    """Return the newest commit of a branch that this tool made; None if none of the last few is."""
    listed = repository.git("rev-list", "--first-parent", f"--max-count={_LOOK}", tip).stdout
    oids = listed.decode().split()
    for end in (20, _LOOK):
        for commit in read_commits(repository, oids[:end]):
            if commit.trailer(BASE):
                return commit
    return None


def longest(stack: Stack, others: Iterable[Stack | str]) -> Stack:
    """The longest stack that begins with this one, so that one plan serves both."""
    height = len(stack.layers)
    found = stack
    for other in others:
        if (
            isinstance(other, Stack)
            and len(other.layers) > len(found.layers)
            and other.base == stack.base
            and [(layer.own.oid, layer.below) for layer in other.layers[:height]]
            == [(layer.own.oid, layer.below) for layer in stack.layers]
        ):
            found = other
    return found
