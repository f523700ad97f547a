"""The propose-prove loop: a codemod is asked until everything that it proposes passes the proof."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from onepath.codemod.combine import combined_changesets
from onepath.codemod.outcome import Outcome, Proposal, Propose
from onepath.codemod.refusals.kept import kept_places, kept_whole
from onepath.codemod.refusals.left_out import LeftOut, LeftOutPlace, Location, without_excluded
from onepath.codemod.refusals.withheld import withheld_files, withheld_places
from onepath.config.globs import Globs
from onepath.importing.order import AsItIs
from onepath.model import Changeset, Facts, FileChange, Refusal, Withheld
from onepath.proof.changes import Proof
from onepath.proof.failure import Failure
from onepath.proof.meaning import BindingKey
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
    places that the proof names, or else as few as are found by halves. They are refused with what
    the proof says. A file of which no place passes is left alone whole. The codemod is asked again
    each time, because what it does elsewhere may rest on what was taken back.

    Args:
        world: The code as it is.
        propose: The codemod.
        exclude: Globs of files that the configuration never changes.
        withheld: Places that it leaves alone because a gate fails with them.
        left_alone: Path -> places that it leaves alone, each with why.
    """
    globs = Globs(exclude)
    left_out = LeftOut([path for path in world.snapshot.entries if globs.match(path)], left_alone)
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
            for failure in failures.values():
                if not proposal.other_form(failure):
                    self._take_back(proposal, failure)
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

    def _take_back(self, proposal: Proposal, failure: Failure) -> None:
        """Leave out what is at fault, or else the whole file."""
        path, refusal = failure.path, failure.refusal
        every = sorted({*proposal.places.get(path, ())})
        places = [one for one in every if not self._left_out.holds(path, one.place)]
        culprits = {
            location: refusal._replace(line=location.line)
            for location in places
            if not (
                location.makes.isdisjoint(failure.keys) and location.names.isdisjoint(failure.names)
            )
        }
        culprits = culprits or self._by_halves(path, places)
        if culprits:
            self._left_out = self._left_out.also(path, culprits)
        else:
            self._leave_whole(refusal)

    def _leave_whole(self, refusal: Refusal) -> None:
        reason = f"the whole file is left as it is: {refusal.reason}"
        self._whole[refusal.path] = refusal._replace(reason=reason)
        self._left_out = self._left_out.also_files([refusal.path])

    def _by_halves(self, path: str, places: Sequence[Location]) -> dict[Location, Refusal]:
        """Those places of a file that fail; none if no place passes."""
        culprits: dict[Location, Refusal] = {}

        def failure(kept: Collection[Location]) -> Failure | None:
            """What fails in the file if only some of its places change."""
            others = {
                location: Refusal(path, location.line, "", "")
                for location in places
                if location not in kept
            }
            tried = self._left_out.also(path, others)
            attempt = self._propose(self._world, tried)
            if all(change.path != path for change in attempt.changes):
                return None
            return self._failures(attempt, tried).get(path)

        def grown(kept: list[Location], more: Sequence[Location]) -> list[Location]:
            """The places that pass together, of those that do and some more."""
            problem = failure([*kept, *more])
            if problem is None:
                return [*kept, *more]
            if len(more) == 1:
                (culprit,) = more
                culprits[culprit] = problem.refusal._replace(line=culprit.line)
                return kept
            half = len(more) // 2
            return grown(grown(kept, more[:half]), more[half:])

        if places:
            grown([], places)
        return culprits


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
