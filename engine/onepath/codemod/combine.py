"""Squash several phases into one changeset."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from onepath.model import Changeset, Edit, FileChange, Phase, Refusal


def combined(phases: Iterable[Phase]) -> Changeset:
    """Return what the phases, in this order, do together, with their files of the ledger."""
    changesets = [replace(phase.changeset, changes=phase.files) for phase in phases]
    return combined_changesets(changesets)


def combined_changesets(changesets: Sequence[Changeset]) -> Changeset:
    """Return what the changesets, in this order, do together.

    A file that several of them change has one edit that replaces it whole.
    """
    if len(changesets) == 1:
        return changesets[0]
    changes: dict[str, FileChange] = {}
    refusals: list[Refusal] = []
    for changeset in changesets:
        refusals += changeset.refusals
        for change in changeset.changes:
            first = changes.get(change.path)
            changes[change.path] = change if first is None else _joined(first, change)
    changed = (changes[path] for path in sorted(changes))
    return Changeset(
        changes=tuple(change for change in changed if _does_something(change)),
        refusals=tuple(sorted(refusals)),
    )


def _does_something(change: FileChange) -> bool:
    return change.new is not None if change.is_new else change.new != change.old


def _joined(first: FileChange, last: FileChange) -> FileChange:
    if last.new is None:
        return replace(first, new=None, edits=())
    kind = last.edits[0].kind if last.edits else "import"
    return replace(first, new=last.new, edits=(Edit(0, len(first.old), last.new, kind, 1),))
