"""What a version comes to, and what it proposes before that is proven."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from onepath.config.globs import Globs
from onepath.edit.edits import apply
from onepath.model import Changeset, Edit, FileChange, Refusal
from onepath.proof.changes import Declared, prove_changes
from onepath.symbols.world import World


@dataclass(frozen=True)
class Outcome:
    """What a version does to a repository, proven."""

    changeset: Changeset
    before: Mapping[str, int]
    """Findings by rule in the code as it is."""
    after: Mapping[str, int]
    """Findings by rule in the code as it would be."""
    remarks: tuple[str, ...] = ()
    """What a reader should know besides, as lines."""


class Proposal(NamedTuple):
    """What a codemod would do, before the proof."""

    changes: tuple[FileChange, ...]
    """In path order."""
    refusals: tuple[Refusal, ...] = ()
    declared: Declared = Declared()
    """What may go, and what inserted text may mean."""
    before: Mapping[str, int] = {}
    after: Mapping[str, int] = {}
    remarks: tuple[str, ...] = ()


Propose = Callable[[World, Collection[str]], Proposal]
"""A codemod: what it would do in a world, if it must not touch some files (the second argument).

It says in its refusals what it leaves alone in them, but need not say why: the driver does.
"""


def settle(world: World, propose: Propose, exclude: Sequence[str] = ()) -> Outcome:
    """Ask a codemod until everything that it proposes passes the proof.

    What fails is left alone whole, and the codemod is asked again without it, because what it
    does elsewhere may rest on it. So is a file that a second run would change again.

    Args:
        world: The code as it is.
        propose: The codemod.
        exclude: Globs of files that the configuration never changes.
    """
    globs = Globs(exclude)
    excluded = frozenset(path for path in world.snapshot.entries if globs.match(path))
    failed: dict[str, Refusal] = {}
    while True:
        left_out = excluded | failed.keys()
        proposal = propose(world, left_out)
        found = prove_changes(world, proposal.changes, proposal.declared)
        if not found and proposal.changes:
            after = world.after({change.path: change.new for change in proposal.changes})
            again = propose(after, left_out).changes
            found = {change.path: _not_idempotent(change) for change in again}
        if not found:
            break
        if not found.keys() - left_out:
            raise ValueError(f"{min(found)}: the codemod touched a file that it was to leave alone")
        failed |= found
    refusals = {*proposal.refusals, *failed.values()}
    return Outcome(
        Changeset(proposal.changes, tuple(sorted(refusals))),
        proposal.before, proposal.after, proposal.remarks,
    )  # fmt: skip


def _not_idempotent(change: FileChange) -> Refusal:
    line = change.edits[0].line if change.edits else 1
    reason = "the whole file is left as it is: a second run would change it again"
    return Refusal(change.path, line, "proof-not-idempotent", reason)


def file_changes(
    world: World, edits: Mapping[str, Iterable[Edit]], deleted: Collection[str] = (),
    made: Mapping[str, bytes] | None = None,
) -> tuple[FileChange, ...]:  # fmt: skip
    """The changes of files, in path order.

    Args:
        world: The code as it is.
        edits: By path, not overlapping; a path without any is left out.
        deleted: Files that go.
        made: New files with their content.
    """
    entries = world.snapshot.entries
    by_path = {path: tuple(sorted(set(found))) for path, found in edits.items()}
    wanted = sorted({path for path, found in by_path.items() if found} | set(deleted))
    data = world.read(wanted)
    changes = [
        FileChange(path, entries[path].mode, entries[path].oid, data[path], None, ())
        if path in deleted
        else FileChange(
            path, entries[path].mode, entries[path].oid, data[path],
            apply(data[path], by_path[path]), by_path[path],
        )
        for path in wanted
    ]  # fmt: skip
    length = next((len(entry.oid) for entry in entries.values()), 40)
    changes += [FileChange.made(path, text, length) for path, text in (made or {}).items()]
    return tuple(sorted(changes, key=lambda change: change.path))
