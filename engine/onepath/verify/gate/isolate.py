"""Finds the places of a phase with which a gate fails: file by file, then binding by binding."""

from collections.abc import Collection, Iterator, Sequence

from onepath.facts.extract.file import extract
from onepath.facts.scope_name import scope_name
from onepath.model import FileChange, Phase, Withheld
from onepath.progress import Progress, quiet
from onepath.verify.gate.culprits import culprits
from onepath.verify.gate.gates import Gate, Gates, newly_failing
from onepath.verify.landed import Verified
from onepath.verify.regenerate import Places, Regeneration


def isolate(
    regeneration: Regeneration,
    gates: Gates,
    verified: Verified,
    failed: Sequence[Gate],
    progress: Progress = quiet,
) -> Places | None:
    """Find what a phase has to leave alone so that nothing newly fails.

    Each try plans the phase again without some of its places, so that what is run is what would
    land, and runs only what had failed.

    Args:
        regeneration: Plans the phase.
        gates: Runs the commands.
        verified: The phase as it landed.
        failed: The gates that newly fail.
        progress: Told, in words, what goes on.

    Returns:
        The places by version; None if the gates fail without any change of the phase too.
    """
    return _Isolation(regeneration, gates, verified, failed, progress).places()


class _Isolation:
    def __init__(
        self,
        regeneration: Regeneration,
        gates: Gates,
        verified: Verified,
        failed: Sequence[Gate],
        progress: Progress,
    ) -> None:
        self._regeneration = regeneration
        self._gates = gates
        self._verified = verified
        self._failed = failed
        self._progress = progress
        self._phase = regeneration.phase(verified, {})
        self._known: dict[frozenset[Withheld], tuple[str, ...]] = {}

    def places(self) -> Places | None:
        files = [Withheld(path, "", "", "") for path in self._paths()]
        found = culprits(files, self._failing)
        if found is None:
            return None
        chosen = {file._replace(because=test) for file, test in found.items()}
        for file in sorted(chosen):
            chosen = (chosen - {file}) | self._within(file, chosen - {file})
        return {str(version): sorted(chosen) for version in self._phase.versions}

    def _paths(self) -> list[str]:
        """The files that the phase changes; those that it deletes come last."""
        changes = self._phase.changeset.changes
        return [
            change.path
            for change in sorted(changes, key=lambda file_change: file_change.new is None)
        ]

    def _within(self, file: Withheld, others: Collection[Withheld]) -> set[Withheld]:
        """The places of a file that break the gates; the whole file if it has no smaller ones."""
        [change] = [
            file_change
            for file_change in self._phase.changeset.changes
            if file_change.path == file.path
        ]
        places = [*_bindings(change)]
        if len(places) < 2:
            return {file}
        found = culprits(places, lambda left_out: self._failing([*others, *left_out]))
        if not found:
            return {file}
        chosen = {place._replace(because=test) for place, test in found.items()}
        phase = self._planned([*others, *chosen])
        is_left = any(file_change.path == file.path for file_change in phase.changeset.changes)
        return chosen if is_left else {file}

    def _failing(self, left_out: Collection[Withheld]) -> Sequence[str]:
        """What still fails with places left alone."""
        plain = frozenset(place._replace(because="") for place in left_out)
        if plain not in self._known:
            changes = len(self._phase.changeset.changes)
            self._progress(f"a gate without {len(plain)} of {changes} places")
            self._known[plain] = tuple(self._run(plain))
        return self._known[plain]

    def _run(self, left_out: Collection[Withheld]) -> Iterator[str]:
        phase = self._planned(left_out)
        writes = self._regeneration.writes(self._verified, phase)
        assert self._verified.stack is not None
        below = self._verified.stack.top.below
        for gate in self._failed:
            wanted = {failure.test for failure in gate.failures}
            alone = wanted if all(failure.is_test for failure in gate.failures) else ()
            ran = self._gates.commands.run(gate.command, below, writes, only=alone)
            before = self._gates.run(gate.command, below)
            for failure in newly_failing(gate.command, before, ran):
                if failure.test in wanted:
                    yield failure.test

    def _planned(self, left_out: Collection[Withheld]) -> Phase:
        places = sorted(left_out)
        versions = map(str, self._phase.versions)
        return self._regeneration.phase(self._verified, dict.fromkeys(versions, places))


def _bindings(change: FileChange) -> Iterator[Withheld]:
    """The bindings of a file that its edits are about."""
    if change.new is None or change.is_new or not change.path.endswith((".py", ".pyi")):
        return
    facts = extract(change.old)
    spans = [(edit.start, edit.end) for edit in change.edits]

    def is_edited(start: int, end: int) -> bool:
        return any(first < end and start < last for first, last in spans)

    found = [
        (statement.scope, alias.bound)
        for statement in facts.imports
        if is_edited(statement.start, statement.end)
        for alias in statement.names
    ]
    for use in facts.uses:
        if is_edited(use.start, use.chain[-1][1] if use.chain else use.end):
            found.append((use.bound_in, use.name))
    places = {(scope_name(facts, scope), name): None for scope, name in found}
    for scope, name in places:
        yield Withheld(change.path, scope, name, "")
