"""What a run met that it could not read or migrate."""

from collections.abc import Iterable

from onepath.model import Facts, Keep, Note, Refusal
from onepath.symbols.world import World

MISSING = "missing-object"
"""The kind of a note on a file whose content is not in this clone."""
SET_ASIDE = "set-aside"
"""The kind of a note on a file that ended every process that read it."""


def notes_of(world: World) -> tuple[Note, ...]:
    """What was met that can't be migrated, blobs that are not here among it."""
    notes = list(world.snapshot.notes())
    store = world.fact_store
    for path in store.files_of(store.missing):
        notes.append(Note(path, MISSING, "its content is not here; it was not read"))
    for path in store.files_of(store.set_aside):
        notes.append(Note(path, SET_ASIDE, "reading it ends the worker; it was not read"))
    return tuple(sorted(set(notes)))


def is_whole(notes: Iterable[Note]) -> bool:
    """Whether everything was read: else another run may come to more, and it is not kept."""
    return not any(note.kind in (MISSING, SET_ASIDE) for note in notes)


def keeps_of(world: World) -> dict[str, tuple[Keep, ...]]:
    """The comments that keep places as they are, of the files that were met."""
    read = ((path, facts.keeps) for path, facts in world.fact_store.read_files())
    return {path: comments for path, comments in read if comments}


def unparseable_of(world: World) -> tuple[Refusal, ...]:
    """The files that were met and can't be read as Python."""
    found = (unparseable(path, facts) for path, facts in world.fact_store.read_files())
    return tuple(refusal for refusal in found if refusal is not None)


def unparseable(path: str, facts: Facts) -> Refusal | None:
    """That a file can't be read as Python; None if it can."""
    failure = facts.failure
    return failure and Refusal(path, failure.line, "unparseable", failure.reason)
