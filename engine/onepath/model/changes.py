"""Edits, and what they come to: changesets, phases, plans."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from onepath.model.snapshot import Note

RemovedKind = Literal["class", "function", "method", "name"]


class Edit(NamedTuple):
    """Replace `data[start:end]` by `new`."""

    start: int
    end: int
    new: bytes
    kind: str
    """`import`, `name`, `string`, `exports`, `guard`, `document`, `call`, `definition`, `file`,
    or what a codemod calls it"""
    line: int


class Refusal(NamedTuple):
    """A place that was left alone, and why."""

    path: str
    line: int
    code: str
    reason: str


class Withheld(NamedTuple):
    """A place that a version leaves alone, because a gate fails with what it would do there."""

    path: str
    scope: str
    """The dotted name of the function or class in the file; empty for the module itself."""
    name: str
    """The name that is bound there; empty for the whole file."""
    because: str
    """The test that fails, or the command."""


class Review(NamedTuple):
    """What somebody has decided about the hunks of a version, by their keys, each sorted."""

    accepted: tuple[str, ...] = ()
    edited: tuple[tuple[str, str], ...] = ()
    """Hunks that are to be done otherwise, each with the text."""
    skipped: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    """Hunks that were shown, or would have been; they are left out until somebody decides."""
    others: bool = False
    """Whether hunks that nobody knew then are done."""
    asked: str = ""
    """What was asked for when it was reviewed: for anything else it does not count. Empty: always
    the same."""
    changed: tuple[str, ...] = ()
    """Files that are others now: what nobody knew then is left out there all the same."""


class Removed(NamedTuple):
    """A definition that a phase takes away."""

    path: str
    name: str
    """Its qualified name in the file."""
    kind: RemovedKind


class Renamed(NamedTuple):
    """A definition that a phase gives another name."""

    path: str
    name: str
    """Its qualified name in the file as it was."""
    kind: RemovedKind
    new: str
    """Its new one."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file before and after; `new` is None where the file is deleted."""

    path: str
    mode: int
    old_oid: str
    """The blob id of `old`; all zeros where the file is made."""
    old: bytes
    new: bytes | None
    edits: tuple[Edit, ...]

    @classmethod
    def made(cls, path: str, data: bytes, oid_length: int = 40) -> "FileChange":
        """A regular file that was not there before.

        Args:
            path: Where.
            data: What is in it.
            oid_length: How many hex digits the repository's blob ids have.
        """
        return cls(path, 0o100644, "0" * oid_length, b"", data, (Edit(0, 0, data, "file", 1),))

    @property
    def is_new(self) -> bool:
        """Whether there was no such file before."""
        return not self.old_oid.strip("0")

    def new_spans(self, starts: Container[int] | None = None) -> Iterator[tuple[int, int]]:
        """Where the text of the edits is in the new file.

        Args:
            starts: Only of the edits that begin at these offsets; None for all.
        """
        grown = 0
        for edit in self.edits:
            if starts is None or edit.start in starts:
                yield edit.start + grown, edit.start + grown + len(edit.new)
            grown += len(edit.new) - (edit.end - edit.start)


@dataclass(frozen=True, slots=True)
class Changeset:
    """What one phase does: changed files in path order, and every place it left alone."""

    changes: tuple[FileChange, ...]
    refusals: tuple[Refusal, ...]

    @property
    def deleted(self) -> tuple[str, ...]:
        return tuple(change.path for change in self.changes if change.new is None)

    @property
    def edits(self) -> int:
        return sum(len(change.edits) for change in self.changes)


class VersionId(NamedTuple):
    """The identity of a codemod version: pack, number and content, never the file's order."""

    pack: str
    number: int
    name: str
    digest: str
    """SHA-256 of the version's source file, hex."""

    def __str__(self) -> str:
        return f"{self.pack}/v{self.number:04d}_{self.name}"


@dataclass(frozen=True, slots=True)
class Phase:
    """A step of a migration that is shown, landed and reviewed as one."""

    number: int
    """From 1, in the order of the plan."""
    name: str
    """`canonical-imports`"""
    branch: str
    """`migrate/canonical/01-canonical-imports`"""
    title: str
    """The first line of the commit message."""
    versions: tuple[VersionId, ...]
    changeset: Changeset
    before: Mapping[str, int]
    """What there is to do before the phase, by the name of what is counted: a rule's, where it is
    what the rule finds, else one of what the configuration declares (`declared-shim`)."""
    after: Mapping[str, int]
    """The same after the phase."""
    remarks: tuple[str, ...] = ()
    """What the versions found out and a reader should know, as lines."""
    removed: tuple[Removed, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    """The definitions that are not there any more, by file and name."""
    why: str = ""
    """What the phase is for, as a sentence or two."""
    routes: tuple[tuple[str, str, int], ...] = ()
    """Dotted paths that went, where to, and in how many files."""
    waits: tuple[tuple[str, int], ...] = ()
    """What the places that it leaves alone wait for, and how many wait for it."""
    ledger: tuple[FileChange, ...] = ()
    """The ledger's files that land with it, in path order."""
    places: Mapping[str, tuple[tuple[int, ...], ...]] = field(default_factory=dict)
    """Path -> where the places begin that it changes there and can leave alone, those together
    that it can only leave together."""
    declared: tuple[str, ...] = ()
    """The names in `before` and `after` that are no rules: what only the configuration asks for."""

    @property
    def counts(self) -> Mapping[str, tuple[int, int]]:
        """What is counted before and after, by name."""
        names = sorted({*self.before, *self.after})
        return {name: (self.before.get(name, 0), self.after.get(name, 0)) for name in names}

    @property
    def files(self) -> tuple[FileChange, ...]:
        """All files that land: those of the changeset, then those of the ledger."""
        return (*self.changeset.changes, *self.ledger)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a run would do, computed; the dry run, the landing and the report share it."""

    base: str
    """What the snapshot is called: a commit id, `WORKTREE`, or a folder."""
    commit: str | None
    """The commit that the first branch starts from."""
    phases: tuple[Phase, ...]
    notes: tuple[Note, ...]
    unparseable: tuple[Refusal, ...]
    python_files: int
    parsed: int
    asked: str = ""
    """What was asked for: a digest over the configuration; empty if nobody can ask again."""
    configured: str = ""
    """As `asked`, without what was found out later: stamps, places that gates and people left."""
    ledger: str = ""
    """The folder of the ledger's files, which say nothing about whether a branch is right."""

    @property
    def remaining(self) -> Mapping[str, int]:
        """What is left to do after all phases, by the name of what is counted."""
        counts = {name: count for phase in self.phases for name, count in phase.after.items()}
        return {name: count for name, count in sorted(counts.items()) if count}

    @property
    def files_after(self) -> Mapping[str, bytes | None]:
        """What all phases together make of files, by path; None for one that is deleted."""
        return {
            change.path: change.new for phase in self.phases for change in phase.changeset.changes
        }
