"""The commits of a phase's branch, from the base that it was planned from up to its tip."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from onepath.errors import InputError
from onepath.land.commit.message import APPENDS, BASE, MERGES
from onepath.land.commits import StoredCommit, is_ancestor, read_commits
from onepath.land.tree import FileTree
from onepath.model import Phase
from onepath.plan.on_top import NOTHING_ON_TOP, OnTop
from onepath.snapshot.repository import Repository

_LOOK = 2000


class StackLayer(NamedTuple):
    """A phase in a stack, and what is between it and the next one."""

    phase: str
    own: StoredCommit
    """The phase's newest commit."""
    below: str
    """What that was made on."""
    appended: bool
    """Whether it follows an older commit of the same phase."""
    people: tuple[StoredCommit, ...]
    """People's commits on top of it, the oldest first."""


@dataclass(frozen=True)
class Stack:
    """The commits from a base to a branch's tip, first parents only."""

    base: str
    oids: tuple[str, ...]
    """Every commit after the base, the oldest first."""
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
        return self.oids[: len(self.layers)] == tuple(layer.own.oid for layer in self.layers)

    def on_top(self, repository: Repository) -> OnTop:
        """What lies over each phase when the next one was planned."""
        return NOTHING_ON_TOP if self.is_plain else _AsCommitted(repository, self)


class _AsCommitted:
    """The files as the commit below the next phase has them."""

    def __init__(self, repository: Repository, stack: Stack) -> None:
        self._repository = repository
        self._base = stack.base
        self._next = {
            layer.phase: above.below
            for layer, above in zip(stack.layers, stack.layers[1:], strict=False)
        }
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
    listed = repository.git("rev-list", "--first-parent", "--reverse", f"{base}..{tip}").stdout
    commits = read_commits(repository, listed.decode().split())
    layers = _layers(commits, base, pack, phase_of)
    if isinstance(layers, str):
        return layers
    return Stack(base, tuple(commit.oid for commit in commits), tuple(layers))


def newest_own(repository: Repository, tip: str) -> StoredCommit | None:
    """Return the newest commit of a branch that this tool made; None if none of the last few is."""
    listed = repository.git("rev-list", "--first-parent", f"--max-count={_LOOK}", tip).stdout
    oids = listed.decode().split()
    for end in (20, _LOOK):
        for commit in read_commits(repository, oids[:end]):
            if commit.trailer(BASE):
                return commit
    return None


def _layers(
    commits: Sequence[StoredCommit], base: str, pack: str, phase_of: Mapping[str, str]
) -> list[StackLayer] | str:
    layers: list[StackLayer] = []
    below = base
    for commit in commits:
        is_own = bool(commit.trailer(BASE))
        if not is_own and layers:
            if not commit.trailer(MERGES):
                layers[-1] = layers[-1]._replace(people=(*layers[-1].people, commit))
        else:
            names = {phase_of.get(version) for version in commit.versions}
            name = names.pop() if len(names) == 1 else None
            if name is None:
                versions = ", ".join(commit.versions)
                said = f"of {versions}" if versions else "not made by this tool"
                return f"the commit {commit.oid[:12]} is {said}, so of no phase of {pack}"
            appended = bool(commit.trailer(APPENDS))
            if appended and layers and layers[-1].phase == name:
                layers.pop()
            layers.append(StackLayer(name, commit, below, appended, ()))
        below = commit.oid
    phases = {layer.phase for layer in layers}
    if not phases or len(phases) < len(layers):
        return "its commits are not one for each phase"
    return layers


def longest(stack: Stack, others: Iterable[Stack | str]) -> Stack:
    """The longest stack that begins with this one, so that one plan serves both."""
    found = stack
    for other in others:
        if (
            isinstance(other, Stack)
            and other.base == stack.base
            and other.layers[: len(stack.layers) - 1] == stack.layers[:-1]
            and other.oids[: stack.oids.index(stack.top.own.oid) + 1]
            == stack.oids[: stack.oids.index(stack.top.own.oid) + 1]
            and len(other.layers) > len(found.layers)
        ):
            found = other
    return found
