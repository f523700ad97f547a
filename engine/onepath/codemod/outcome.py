"""What a version comes to, and what it proposes before that is proven."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from onepath.codemod.refusals.left_out import LeftOut, Location
from onepath.edit.edits import apply_edits
from onepath.model import Changeset, Edit, FileChange, Refusal
from onepath.proof.declared import Declared
from onepath.proof.failure import Failure
from onepath.snapshot.asked import plain_entries
from onepath.symbols.world import World


@dataclass(frozen=True)
class Outcome:
    """What a version does to a repository, proven."""

    changeset: Changeset
    before: Mapping[str, int]
    """What there is to do in the code as it is, by the name of what is counted."""
    after: Mapping[str, int]
    """The same in the code as it would be."""
    remarks: tuple[str, ...] = ()
    """What a reader should know besides, as lines."""
    places: Mapping[str, Collection[Location]] = field(default_factory=dict)
    """Path -> the places that it changes there, each of which could be left alone by itself."""


def no_other_form(_: Failure) -> bool:
    """Of a codemod that does a thing in one way, or not at all."""
    return False


class Proposal(NamedTuple):
    """What a codemod would do, before the proof."""

    changes: tuple[FileChange, ...]
    """In path order."""
    refusals: tuple[Refusal, ...] = ()
    declared: Declared = Declared()
    """What may go, and what inserted text may mean."""
    before: Mapping[str, int] = {}
    """What there is to do, by the name of what is counted. The name of a rule is for what that rule
    finds, no more and no less; what the configuration declares has names of its own."""
    after: Mapping[str, int] = {}
    """The same in the code that it makes; without, what it counts there when it is asked again."""
    remarks: tuple[str, ...] = ()
    places: Mapping[str, Collection[Location]] = {}
    """Path -> the places that it changes there, each of which it can leave alone by itself. A file
    without any is changed or left as a whole."""
    other_form: Callable[[Failure], bool] = no_other_form
    """Asked of each failure first: whether the codemod knows another form for what fails. Then it
    is asked again, and nothing is left out for this."""
    mends: Collection[str] = ()
    """The rules whose findings it mends, besides those in `before`: what a comment keeps of one of
    them is left alone."""


Propose = Callable[[World, LeftOut], Proposal]
"""A codemod: what it would do in a world, if it must not touch some files and places.

It says in its refusals what it leaves alone in left out files, but need not say why: the driver
does, and for places it does all of it.
"""


def file_changes(
    world: World,
    edits: Mapping[str, Iterable[Edit]],
    deleted: Collection[str] = (),
    made: Mapping[str, bytes] | None = None,
) -> tuple[FileChange, ...]:
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
            path,
            entries[path].mode,
            entries[path].oid,
            data[path],
            apply_edits(data[path], by_path[path]),
            by_path[path],
        )
        for path in wanted
    ]
    length = next((len(entry.oid) for entry in plain_entries(entries).values()), 40)
    changes += [FileChange.made(path, text, length) for path, text in (made or {}).items()]
    return tuple(sorted(changes, key=lambda change: change.path))
