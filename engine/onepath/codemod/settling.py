"""The propose-prove loop: a codemod is asked until everything that it proposes passes the proof."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from onepath.codemod.combine import combined_changesets
from onepath.codemod.outcome import Outcome, Proposal, Propose
from onepath.codemod.refusals.kept import kept_places, kept_whole
from onepath.codemod.refusals.left_out import LeftOut, LeftOutPlace, Location, without_excluded
from onepath.codemod.refusals.withheld import withheld_files, withheld_places
from onepath.config.globs import Globs
from onepath.importing.order import AsItIs
from onepath.model import BindingKey, Changeset, Facts, FileChange, Refusal, Withheld
from onepath.proof.changes import Proof
from onepath.proof.failure import Failure
from onepath.snapshot.asked import entries_of_kind
from onepath.symbols.world import World


def settle(
    world: World,
    propose: Propose,
    exclude: Sequence[str] = (),
    withheld: Sequence[Withheld] = (),
    left_alone: Mapping[str, Mapping[LeftOutPlace, Refusal]] | None = None,
) -> Outcome:
    """Ask a codemod until everything that it proposes passes the proof.

    What fails is done in another form, if the codemod knows one, or taken back place by place: the
    places that the proof names, or else as few as are found by halves, in all the files together
    that the proof blames for one problem. They are refused with what the proof says. A file without
    places, or of which no place passes, is left alone whole. The codemod is asked again each time,
    because what it does elsewhere may rest on what was taken back.

    Args:
        world: The code as it is.
        propose: The codemod.
        exclude: Globs of files that the configuration never changes.
        withheld: Places that it leaves alone because a gate fails with them.
        left_alone: Path -> places that it leaves alone, each with why.
    """
    globs = Globs(exclude)
    excluded = [entry.path for entry in entries_of_kind(world.snapshot.entries, globs.match)]
    left_out = LeftOut(excluded, left_alone)
    return _Loop(world, propose, withheld).outcome(left_out)


def settle_steps(
    world: World,
    steps: Iterable[Propose],
    exclude: Sequence[str] = (),
    withheld: Sequence[Withheld] = (),
) -> Outcome:
    """Settle several proposals in turn, each on what the one before it produces, as one outcome."""
    outcomes: list[Outcome] = []
    for propose in steps:
        outcome = settle(world, propose, exclude, withheld)
        world = world.after({change.path: change.new for change in outcome.changeset.changes})
        outcomes.append(outcome)
    if len(outcomes) == 1:
        return outcomes[0]
    changes = combined_changesets([one.changeset for one in outcomes])
    return Outcome(
        replace(changes, refusals=tuple(sorted({*changes.refusals}))),
        {rule: count for one in reversed(outcomes) for rule, count in one.before.items()},
        {rule: count for one in outcomes for rule, count in one.after.items()},
        tuple(line for one in outcomes for line in one.remarks),
    )


class _Unit(NamedTuple):
    """Something that is changed or left alone by itself: a place of a file, or a file."""

    path: str
    location: Location | None = None
    """None for all that changes in the file."""

    def left_out_of(self, left_out: LeftOut) -> LeftOut:
        """What must not be touched, and this."""
        if self.location is None:
            return left_out.also_files([self.path])
        why = Refusal(self.path, self.location.line, "", "")
        return left_out.also(self.path, {self.location: why})


class _Loop:
    def __init__(self, world: World, propose: Propose, withheld: Sequence[Withheld]) -> None:
        self._world = world
        self._propose = propose
        self._withheld = withheld
        self._left_out = LeftOut()
        self._whole: dict[str, Refusal] = {}
        self._proven: Mapping[str, bytes | None] | None = None
        """The content of the files that the last proof has seen."""
        self._after: Mapping[str, int] = {}
        self._as_it_is: AsItIs = {}

    def outcome(self, left_out: LeftOut) -> Outcome:
        """What is left once nothing fails, beginning with some files left out."""
        self._left_out = left_out
        while True:
            self._world.fact_store.progress.round()
            proposal = self._propose(self._world, self._left_out)
            if self._withhold(proposal):
                continue
            failures = self._failures(proposal, self._left_out, self._suspected(proposal))
            if not failures:
                break
            if not failures.keys() - {*self._left_out}:
                raise ValueError(
                    f"{min(failures)}: the codemod touched a file that it was to leave alone"
                )
            rest = [one for one in failures.values() if not proposal.other_form(one)]
            certain = [failure for failure in rest if not failure.is_shared]
            before = self._left_out
            for failure in certain:
                self._take_back(proposal, failure, before)
            if rest and not certain and len(rest) == len(failures):
                self._take_back_shared(proposal, rest)
        told = without_excluded(proposal.refusals, self._whole)
        refusals = {*told, *self._whole.values(), *self._left_out.refusals}
        return Outcome(
            Changeset(proposal.changes, tuple(sorted(refusals))),
            proposal.before,
            proposal.after or self._after,
            proposal.remarks,
            proposal.places,
        )

    # ----------------------------------------------------------------- what fails

    def _suspected(self, proposal: Proposal) -> set[str] | None:
        """The files that are not as the last proof has seen them; None for all."""
        content = {change.path: change.new for change in proposal.changes}
        last, self._proven = self._proven, content
        if last is None:
            return None
        return {
            path
            for path in last.keys() | content.keys()
            if path not in last or path not in content or last[path] != content[path]
        }

    def _failures(
        self, proposal: Proposal, left_out: LeftOut, touched: Collection[str] | None = None
    ) -> Mapping[str, Failure]:
        """The files of a proposal that fail the proof, or that a second run would change again.

        Args:
            proposal: What is proposed.
            left_out: Without what.
            touched: The files that are not as they were when the rest passed; None for all.
        """
        self._after = proposal.before
        if not proposal.changes or proposal.declared.is_proven:
            return {}
        proof = Proof(self._world, proposal.changes, proposal.declared, self._as_it_is)
        suspects = None if touched is None else proof.concerned_by(touched)
        failures = proof.failures(suspects)
        if failures:
            return failures
        again = self._propose(proof.after, left_out.after(proposal.changes))
        self._after = again.before
        return {
            change.path: _not_idempotent(change, proof.after.facts(change.path))
            for change in again.changes
        }

    # --------------------------------------------------------------- taking back

    def _withhold(self, proposal: Proposal) -> bool:
        """Leave out what is withheld or kept; whether there is any of it in a proposal."""
        before = self._left_out
        for location, why in withheld_places(self._world, proposal, self._withheld):
            self._left_out = self._left_out.also(why.path, {location: why})
        for why in withheld_files(proposal, self._withheld, self._left_out):
            self._leave_whole(why)
        for change, comments, kept in kept_places(self._world, proposal):
            new = {
                location: why
                for location, why in kept
                if not self._left_out.holds(change.path, location.place)
            }
            if new:
                self._left_out = self._left_out.also(change.path, new)
                continue
            refusal = kept_whole(change, comments, self._left_out)
            if refusal is not None:
                self._leave_whole(refusal)
        return self._left_out is not before

    def _take_back(self, proposal: Proposal, failure: Failure, before: LeftOut) -> None:
        """Leave out what is at fault in a file, or else the whole file.

        Args:
            proposal: What fails.
            failure: How the file fails.
            before: What was left out when it did: with more left out it may pass.
        """
        units = self._units(proposal, failure.path)
        places = [unit for unit in units if unit.location is not None]
        named = {
            unit: failure.refusal
            for unit in places
            if unit.location is not None and _is_at_fault(unit.location, failure)
        }
        culprits = named or self._by_halves([failure.path], places)
        if culprits:
            self._leave(culprits)
        elif not places or self._left_out is before:
            self._leave_whole(failure.refusal)

    def _take_back_shared(self, proposal: Proposal, failures: Sequence[Failure]) -> None:
        """Leave out what is at fault for the first of some problems that files share.

        Each of the files taken by itself would lose all that it changes, as the problem is still
        there without it. What else fails is seen again once this is gone, if it fails then.
        """
        first = failures[0].refusal
        blamed = [failure for failure in failures if failure.refusal.reason == first.reason]
        units = [unit for failure in blamed for unit in self._units(proposal, failure.path)]
        culprits = self._by_halves([failure.path for failure in blamed], units)
        self._leave(culprits or {unit: first._replace(path=unit.path) for unit in units})

    def _units(self, proposal: Proposal, path: str) -> list[_Unit]:
        """What of a file can be left out by itself: its places, or else the file."""
        places = sorted({*proposal.places.get(path, ())})
        free = [place for place in places if not self._left_out.holds(path, place.place)]
        return [_Unit(path, place) for place in free] or [_Unit(path)]

    def _leave(self, culprits: Mapping[_Unit, Refusal]) -> None:
        for unit, refusal in culprits.items():
            if unit.location is None:
                self._leave_whole(refusal)
            else:
                why = refusal._replace(line=unit.location.line)
                self._left_out = self._left_out.also(unit.path, {unit.location: why})

    def _leave_whole(self, refusal: Refusal) -> None:
        reason = f"the whole file is left as it is: {refusal.reason}"
        self._whole[refusal.path] = refusal._replace(reason=reason)
        self._left_out = self._left_out.also_files([refusal.path])

    def _by_halves(self, paths: Sequence[str], units: Sequence[_Unit]) -> dict[_Unit, Refusal]:
        """Those parts of some files with which one of them fails; none if no part passes alone.

        Args:
            paths: The files.
            units: All that changes in them and is not left out yet.
        """
        culprits: dict[_Unit, Refusal] = {}

        def failure(kept: Collection[_Unit]) -> Failure | None:
            """What fails in the files if only some of it changes."""
            tried = self._left_out
            for unit in units:
                if unit not in kept:
                    tried = unit.left_out_of(tried)
            attempt = self._propose(self._world, tried)
            if not any(change.path in paths for change in attempt.changes):
                return None
            failures = self._failures(attempt, tried)
            return next((failures[path] for path in paths if path in failures), None)

        def grown(kept: list[_Unit], more: Sequence[_Unit]) -> list[_Unit]:
            """What passes together, of what does and some more."""
            problem = failure([*kept, *more])
            if problem is None:
                return [*kept, *more]
            if len(more) == 1:
                (culprit,) = more
                culprits[culprit] = problem.refusal._replace(path=culprit.path, line=1)
                return kept
            half = len(more) // 2
            return grown(grown(kept, more[:half]), more[half:])

        if units:
            grown([], units)
        return culprits


def _is_at_fault(location: Location, failure: Failure) -> bool:
    """Whether a place is one that the proof names."""
    return not (
        location.makes.isdisjoint(failure.keys) and location.names.isdisjoint(failure.names)
    )


def _not_idempotent(change: FileChange, facts: Facts) -> Failure:
    """The failure of a file that a second run would change again.

    Args:
        change: What it would do.
        facts: Of the file that the first run makes.
    """
    line = change.edits[0].line if change.edits else 1
    why = Refusal(change.path, line, "proof-not-idempotent", "a second run would change it again")
    return Failure(why, frozenset(_edited(change, facts)))


def _edited(change: FileChange, facts: Facts) -> Iterable[BindingKey]:
    """The bindings whose imports or uses some edits touch."""

    def is_touched(start: int, end: int) -> bool:
        return any(edit.start <= end and start <= edit.end for edit in change.edits)

    for statement in facts.imports:
        if is_touched(statement.start, statement.end):
            yield from ((statement.scope, alias.bound) for alias in statement.names)
    yield from ((use.bound_in, use.name) for use in facts.uses if is_touched(use.start, use.end))
