"""What a version comes to, and what it proposes before that is proven."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from onepath.codemod.left_out import LeftOut, Location
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
    places: Mapping[str, Collection[Location]] = field(default_factory=dict)
    """Path -> the places that it changes there, each of which could be left alone by itself."""


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
    places: Mapping[str, Collection[Location]] = {}
    """Path -> the places that it changes there, each of which it can leave alone by itself. A file
    without any is changed or left as a whole."""


Propose = Callable[[World, LeftOut], Proposal]
"""A codemod: what it would do in a world, if it must not touch some files and places.

It says in its refusals what it leaves alone in left out files, but need not say why: the driver
does, and for places it does all of it.
"""


def settle(world: World, propose: Propose, exclude: Sequence[str] = ()) -> Outcome:
    """Ask a codemod until everything that it proposes passes the proof.

    What fails is taken back place by place: of a file that fails, as many places as pass are kept
    and the others are refused with what the proof says of them. A file of which no place passes
    is left alone whole. The codemod is asked again each time, because what it does elsewhere may
    rest on what was taken back.

    Args:
        world: The code as it is.
        propose: The codemod.
        exclude: Globs of files that the configuration never changes.
    """
    globs = Globs(exclude)
    left_out = LeftOut([path for path in world.snapshot.entries if globs.match(path)])
    failed: dict[str, Refusal] = {}
    while True:
        proposal = propose(world, left_out)
        failures = _failures(world, propose, proposal, left_out)
        if not failures:
            break
        if not failures.keys() - {*left_out}:
            raise ValueError(
                f"{min(failures)}: the codemod touched a file that it was to leave alone"
            )
        for path, refusal in failures.items():
            narrowed = _narrowed(world, propose, proposal, left_out, path)
            if narrowed is None:
                failed[path] = _whole(refusal)
                left_out = left_out.also_files([path])
            else:
                left_out = narrowed
    told = (why for places in left_out.places.values() for why in places.values())
    refusals = {*proposal.refusals, *failed.values(), *told}
    return Outcome(
        Changeset(proposal.changes, tuple(sorted(refusals))),
        proposal.before, proposal.after, proposal.remarks, proposal.places,
    )  # fmt: skip


def _failures(
    world: World, propose: Propose, proposal: Proposal, left_out: LeftOut
) -> Mapping[str, Refusal]:
    """The files of a proposal that fail the proof, or that a second run would change again."""
    failures = prove_changes(world, proposal.changes, proposal.declared)
    if failures or not proposal.changes:
        return failures
    after = world.after({change.path: change.new for change in proposal.changes})
    again = propose(after, left_out.after(proposal.changes)).changes
    return {change.path: _not_idempotent(change) for change in again}


def _narrowed(
    world: World, propose: Propose, proposal: Proposal, left_out: LeftOut, path: str
) -> LeftOut | None:
    """Leave out those places of a file that fail, found by halves; None if no place passes."""
    named = sorted({*proposal.places.get(path, ())})
    places = [one for one in named if not left_out.holds(path, one.start)]
    culprits: dict[int, Refusal] = {}

    def failure(kept: Collection[Location]) -> Refusal | None:
        """What fails in the file if only some of its places change."""
        others = {one.start: Refusal(path, one.line, "", "") for one in places if one not in kept}
        tried = left_out.also(path, others)
        attempt = propose(world, tried)
        if all(change.path != path for change in attempt.changes):
            return None
        return _failures(world, propose, attempt, tried).get(path)

    def grown(kept: list[Location], more: Sequence[Location]) -> list[Location]:
        """The places that pass together, of those that do and some more."""
        problem = failure([*kept, *more])
        if problem is None:
            return [*kept, *more]
        if len(more) == 1:
            (culprit,) = more
            culprits[culprit.start] = problem._replace(line=culprit.line)
            return kept
        half = len(more) // 2
        return grown(grown(kept, more[:half]), more[half:])

    if places:
        grown([], places)
    return left_out.also(path, culprits) if culprits else None


def _whole(refusal: Refusal) -> Refusal:
    return refusal._replace(reason=f"the whole file is left as it is: {refusal.reason}")


def _not_idempotent(change: FileChange) -> Refusal:
    line = change.edits[0].line if change.edits else 1
    return Refusal(change.path, line, "proof-not-idempotent", "a second run would change it again")


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
