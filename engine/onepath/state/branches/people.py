"""People's commits on phase branches, carried onto what phases produce now; writes nothing."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from onepath.errors import InputError
from onepath.land.commits import StoredCommit, is_ancestor
from onepath.land.merge_files import REGULAR, ChangedFile, merge_changes
from onepath.land.tree import FileTree, FileWrite, TreeFile, changed_files, file_of
from onepath.model import Phase
from onepath.snapshot.blobs import blob_id, decode_path
from onepath.snapshot.repository import Repository
from onepath.state.branches.standing import Standing


class CarriedCommit(NamedTuple):
    """A commit of a person, as it would be on top of what the phase produces now."""

    commit: StoredCommit
    writes: tuple[FileWrite, ...]
    merges: tuple[str, ...] = ()
    """Its parents beside the first, where it merged another branch."""


@dataclass(frozen=True, slots=True)
class PeopleLayer:
    """What a phase and the people on its branch do to the files."""

    before: Mapping[str, TreeFile]
    planned: Mapping[str, TreeFile]
    """The files after the phase."""
    writes: tuple[FileWrite, ...]
    """What the phase does to `before`."""
    after: Mapping[str, TreeFile]
    """The files after people's commits too."""
    content: Mapping[str, bytes] = field(repr=False)
    """By blob id, of the blobs that may be new to the repository."""
    people: tuple[CarriedCommit, ...] = ()
    dropped: tuple[StoredCommit, ...] = ()
    """Commits of people that have nothing left to do: the base has what they did."""
    conflicts: tuple[str, ...] = ()
    """Files in which people's commits conflict; then `people` is empty."""


class PeopleOnTop:
    """The files of a base with phase after phase, and people's commits, on top.

    Args:
        repository: Where everything is.
        base: The commit that the first phase starts from.
        standing: The branches of phases as they are.
    """

    def __init__(self, repository: Repository, base: str, standing: Mapping[str, Standing]) -> None:
        self._repository = repository
        self._base = base
        self._standing = standing
        self._tree: FileTree | None = None

    @property
    def key(self) -> str:
        """A name for all of people's commits; empty if there are none."""
        parts = [
            f"{branch} {commit.oid}"
            for branch, there in sorted(self._standing.items())
            for commit in there.people
            if not there.merged
        ]
        if not parts:
            return ""
        return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()

    @property
    def tree(self) -> FileTree:
        """All files as they are by now."""
        if self._tree is None:
            self._tree = FileTree(self._repository, self._base)
        return self._tree

    def after(self, phase: Phase) -> Mapping[str, bytes | None]:
        """What people's commits make of the files that a phase gives."""
        if not self.key:
            return {}
        layer = self.layer(phase)
        changed = [
            path
            for path in sorted(layer.planned.keys() | layer.after.keys())
            if layer.planned.get(path) != layer.after.get(path)
        ]
        files = {path: layer.after.get(path) for path in changed}
        data = self.tree.read(
            file.oid for file in files.values() if file is not None and file.mode in REGULAR
        )
        return {path: file and data.get(file.oid) for path, file in files.items()}

    def layer(self, phase: Phase) -> PeopleLayer:
        """Put a phase, and the people's commits of its branch, on top of the files.

        Raises:
            InputError: The phase was planned from other files.
        """
        before = dict(self.tree.files)
        self._check(phase)
        self.tree.apply(phase.files)
        planned = dict(self.tree.files)
        writes = self.tree.writes_since(before)
        content = self.tree.content
        there = self._standing.get(phase.branch)
        if there is None or there.problem or there.merged or not phase.changeset.changes:
            return PeopleLayer(before, planned, writes, planned, content)
        try:
            carried, dropped = self._carry(there)
        except _ConflictError as error:
            self.tree.files = planned.copy()
            return PeopleLayer(before, planned, writes, planned, content, conflicts=error.paths)
        return PeopleLayer(
            before, planned, writes, dict(self.tree.files), content, carried, dropped
        )

    def _check(self, phase: Phase) -> None:
        for change in phase.files:
            file = self.tree.files.get(change.path)
            there = None if change.is_new else blob_id(change.old, len(self._base))
            if (None if file is None else file.oid) != there:
                raise InputError(
                    f"phase {phase.name} does not fit on {self._base}: {change.path} differs there",
                    hint="land it together with the phases before it",
                )

    def _carry(self, there: Standing) -> tuple[tuple[CarriedCommit, ...], tuple[StoredCommit, ...]]:
        carried: list[CarriedCommit] = []
        dropped: list[StoredCommit] = []
        for commit in there.people:
            if not commit.parents:
                raise _ConflictError([])
            others = commit.parents[1:]
            if others and all(is_ancestor(self._repository, one, self._base) for one in others):
                self._check_plain_merge(commit)
                dropped.append(commit)
                continue
            changes = changes_of(self._repository, commit)
            before = dict(self.tree.files)
            conflicts = merge_changes(self._repository, self.tree, changes)
            if conflicts:
                raise _ConflictError(conflicts)
            writes = self.tree.writes_since(before)
            if changes and not writes and not others:
                dropped.append(commit)
            else:
                carried.append(CarriedCommit(commit, writes, others))
        return tuple(carried), tuple(dropped)

    def _check_plain_merge(self, commit: StoredCommit) -> None:
        """Raise if a merge of the base holds more than git's own merge: a resolved conflict."""
        first, other = commit.parents[:2]
        done = self._repository.git("merge-base", first, other, check=False)
        fork = done.stdout.decode().strip()
        tree = FileTree(self._repository, first)
        changes = (
            [
                ChangedFile(path, before, after)
                for path, (before, after) in changed_files(self._repository, fork, other).items()
            ]
            if fork
            else []
        )
        conflicts = merge_changes(self._repository, tree, changes)
        landed = FileTree(self._repository, commit.oid).files
        differing = [
            path
            for path in sorted(tree.files.keys() | landed.keys())
            if tree.files.get(path) != landed.get(path)
        ]
        if conflicts or differing:
            raise _ConflictError(conflicts or differing)


class _ConflictError(Exception):
    def __init__(self, paths: list[str]) -> None:
        super().__init__(paths)
        self.paths = tuple(sorted(set(paths)))


def changes_of(repository: Repository, commit: StoredCommit) -> list[ChangedFile]:
    """What a commit does to its first parent, renames followed."""
    listed = repository.git(
        "diff-tree",
        "-r",
        "-z",
        "--raw",
        "--no-abbrev",
        "--find-renames",
        commit.parents[0],
        commit.oid,
    ).stdout
    fields = iter(listed.split(b"\0")[:-1])
    changes = []
    for meta in fields:
        old_mode, mode, old_oid, oid, kind = meta.decode().lstrip(":").split()
        path = decode_path(next(fields))
        before, after = file_of(old_mode, old_oid), file_of(mode, oid)
        if kind.startswith("R"):
            changes.append(ChangedFile(decode_path(next(fields)), before, after, source=path))
        else:
            changes.append(ChangedFile(path, before, after))
    return changes
