"""Several steps as one changeset: what they come to, and the proof over the sum."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType

from onepath.codemod import FileChange, Location, Outcome, World
from onepath.edit.differences import differences
from onepath.edit.edits import composed_edits
from onepath.importing.loaded.loading import unloaded
from onepath.importing.loaded.newly_needed import newly_needed
from onepath.importing.order import ImportOrder
from onepath.proof.changes import newly_undefined
from onepath.proof.meaning import MeaningReader
from onepath.proof.structure import ImportGraph, newly_unresolved
from onepath.snapshot.asked import plain_entries
from onepath_packs.canonical.definitions.refused import CannotMoveError

_PYTHON = (".py", ".pyi")


class Sum:
    """What several steps come to.

    Args:
        before: The code as it is.
    """

    def __init__(self, before: World) -> None:
        self._before = before
        self._contents: dict[str, bytes | None] = {}
        self._exact: dict[str, FileChange] = {}
        """Path -> what is done to a file, where all edits are known."""
        self._places: dict[str, list[Location]] = {}

    def put(self, contents: Mapping[str, bytes | None]) -> None:
        """Add files of which only the content is known; None for one that goes."""
        self._contents |= contents
        for path in contents:
            self._exact.pop(path, None)

    def add(self, outcome: Outcome) -> None:
        """Add a step on what those before it make."""
        for change in outcome.changeset.changes:
            path, places = change.path, [*outcome.places.get(change.path, ())]
            if path not in self._contents:
                self._exact[path], self._places[path] = change, places
            elif (first := self._exact.pop(path, None)) is not None and _is_edited(first, change):
                edits = composed_edits(first.old, first.edits, change.edits)
                self._exact[path] = replace(first, new=change.new, edits=edits)
                # An offset speaks of the text that one step has read, a binding of all of them.
                self._places[path] = [
                    location
                    for location in (*self._places[path], *places)
                    if location.binding is not None
                ]
            self._contents[path] = change.new

    def content(self, path: str) -> bytes | None:
        """What becomes of a file that is changed; None if it goes."""
        return self._contents[path]

    @property
    def contents(self) -> Mapping[str, bytes | None]:
        """What becomes of all files that are changed."""
        return self._contents

    def changes(self) -> tuple[FileChange, ...]:
        """The changes that lead from the code as it is to that, in path order."""
        rest = {path: new for path, new in self._contents.items() if path not in self._exact}
        exact = (
            file_change
            for file_change in self._exact.values()
            if file_change.new != file_change.old
        )
        return tuple(
            sorted((*together(self._before, rest), *exact), key=lambda change: change.path)
        )

    def places(self) -> dict[str, list[Location]]:
        """The places that can be left alone, of the files whose edits are known."""
        return {path: self._places[path] for path in self._exact if self._places[path]}


def _is_edited(*changes: FileChange) -> bool:
    return all(change.new is not None and not change.is_new for change in changes)


def together(before: World, contents: Mapping[str, bytes | None]) -> tuple[FileChange, ...]:
    """The changes that lead from the code as it is to some contents, in path order.

    Args:
        before: The code.
        contents: By path; None for a file that goes.
    """
    entries = before.snapshot.entries
    old = before.read([path for path in contents if path in entries])
    length = next((len(entry.oid) for entry in plain_entries(entries).values()), 40)
    changes = []
    for path, new in sorted(contents.items()):
        if path not in entries:
            changes += [] if new is None else [FileChange.made(path, new, length)]
        elif new != old[path]:
            entry = entries[path]
            edits = () if new is None else differences(old[path], new, "definition")
            changes.append(FileChange(path, entry.mode, entry.oid, old[path], new, edits))
    return tuple(changes)


def prove_sum(
    before: World,
    after: World,
    changes: tuple[FileChange, ...],
    *,
    cycles: bool = True,
    moved: Collection[str] = (),
    origins: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Check that everything still parses, is bound, leads somewhere and can be imported first.

    Args:
        before: The code as it is.
        after: The code as it would be.
        changes: What leads from one to the other.
        cycles: Whether no file may close an import cycle; False where that is known already.
        moved: Files whose content is in others now: what they loaded, these load.
        origins: File that gets text -> the file that it comes from. What nothing defines there,
            like a built-in name of another Python, need not be defined here.

    Raises:
        CannotMoveError: Names the first place where that is not so.
    """
    after.fact_store.load(
        [file_change.path for file_change in changes if file_change.new is not None]
    )
    was, now = MeaningReader(before.resolver), MeaningReader(after.resolver)
    graph = ImportGraph(before, after)
    for change in changes:
        if change.new is None or not change.path.endswith(_PYTHON):
            continue
        path = change.path
        old, new = before.fact_store.facts(path), after.fact_store.facts(path)
        if new.failure is not None:
            raise CannotMoveError(
                path, new.failure.line, f"it would not parse: {new.failure.reason}"
            )
        line = change.edits[0].line if change.edits else 1
        origin = origins.get(path, path)
        source = before.fact_store.facts(origin)
        problem = newly_undefined([old, source], new)
        problem = problem or (graph.creates_a_cycle(path) if cycles else "")
        problem = problem or graph.not_loaded(path, new)
        problem = problem or graph.newly_used(path, source if origin in moved else old, new)
        if not change.is_new:
            problem = problem or newly_unresolved(
                was.open(path, old), now.open(path, new), was.open(origin, source)
            )
        if problem:
            raise CannotMoveError(path, line, problem)
    _check_imports(before, after, changes, origins, moved)


def _without_new_lines(reason: str, moved: Collection[str]) -> str:
    """A reason that names no lines of old files as they would be: nobody can look at them."""
    for path in moved:
        reason = re.sub(
            rf"(?<![\w/]){re.escape(path)}:\d+", f"{path}, which would pass its names on", reason
        )
    return reason


def _check_imports(
    before: World,
    after: World,
    changes: tuple[FileChange, ...],
    origins: Mapping[str, str],
    moved: Collection[str],
) -> None:
    """Check that everything can be imported first, needs no more than before and loads as much.

    Raises:
        CannotMoveError: Names the first place where that is not so.
    """
    of_modules = {new: old for new, old in origins.items() if old in moved}
    for broken in ImportOrder(before, after, changes, origins=of_modules).broken():
        line = 1 if broken.path in moved else broken.line
        raise CannotMoveError(broken.path, line, _without_new_lines(broken.reason, moved))
    known = [
        file_change.path
        for file_change in changes
        if file_change.path.endswith(".py") and file_change.new and not file_change.is_new
    ]
    for needed in newly_needed(before, after, known):
        raise CannotMoveError(needed.path, 1, needed.reason)
    for missed in unloaded(before, after, changes):
        if missed.path not in moved:
            raise CannotMoveError(missed.path, 1, missed.reason)
