"""A codemod that does what somebody accepted of it, and leaves the rest alone."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from onepath.codemod.outcome import Proposal, Propose
from onepath.codemod.refusals.left_out import LeftOut, Location, starts_of, without_excluded
from onepath.codemod.review.hunks import Hunk, hunks_of, whole_file
from onepath.edit.edits import apply
from onepath.model import Edit, FileChange, Refusal, Review
from onepath.proof.changes import definition_meant
from onepath.proof.meaning import MeaningReader
from onepath.symbols.resolve import Step
from onepath.symbols.world import World

_SKIPPED, _UNDECIDED = "skipped", "not-reviewed"
_ROUNDS = 10


class ReviewDecisions:
    """What was decided, to be asked hunk by hunk.

    Args:
        review: The decisions.
    """

    def __init__(self, review: Review) -> None:
        self._done = {*review.accepted, *(key for key, _ in review.edited)}
        self._left = {*review.skipped, *review.undecided}
        self._skipped = {key.partition("/")[0] for key in review.skipped}
        self._others = review.others

    def leaves(self, hunk: Hunk) -> bool:
        """Whether a hunk is to be left out."""
        keys = (hunk.key, whole_file(hunk.path))
        if not self._done.isdisjoint(keys):
            return False
        return not self._others or not self._left.isdisjoint(keys)

    def why(self, hunk: Hunk) -> Refusal:
        """The refusal of a hunk that is left out."""
        if hunk.digest in self._skipped or whole_file(hunk.path) in self._left:
            return Refusal(hunk.path, hunk.line, _SKIPPED, "it was skipped in the review")
        return Refusal(hunk.path, hunk.line, _UNDECIDED, "nobody has accepted it yet")


class Reviewed:
    """Wraps a codemod's `propose`; the driver asks and proves it like any other.

    Args:
        propose: The codemod.
        review: What was decided.
    """

    def __init__(self, propose: Propose, review: Review) -> None:
        self._propose = propose
        self._edited = dict(review.edited)
        self._decided = ReviewDecisions(review)
        self._first: World | None = None
        self._left: set[str] = set()
        """Digests of what was left out: on the result they are left out again."""
        self._own: dict[str, list[tuple[int, int]]] = {}
        """Path -> where in the result the text is somebody's own, and is not changed again."""

    def __call__(self, world: World, left_out: LeftOut) -> Proposal:
        """The proposal without what was not accepted, which is refused."""
        self._first = self._first or world
        refusals: dict[str, set[Refusal]] = {}
        for _ in range(_ROUNDS):
            proposal = self._propose(world, left_out)
            unwanted = list(self._unwanted(world, proposal))
            for hunk in unwanted:
                self._left.add(hunk.digest)
                why = self._decided.why(hunk)
                refusals.setdefault(hunk.path, set()).add(why)
                if hunk.starts:
                    places = [Location(start, hunk.line) for start in hunk.starts]
                    left_out = left_out.also(hunk.path, dict.fromkeys(places, why))
                else:
                    left_out = left_out.also_files([hunk.path])
            if not unwanted:
                break
        others = without_excluded(proposal.refusals, refusals)
        told = {*others, *(why for whys in refusals.values() for why in whys)}
        proposal = proposal._replace(refusals=tuple(sorted(told)))
        return self._with_edits(world, proposal) if world is self._first else proposal

    def _unwanted(self, world: World, proposal: Proposal) -> Iterator[Hunk]:
        for change in proposal.changes:
            for hunk in hunks_of(change, _starts(proposal, change.path)).hunks:
                if world is self._first:
                    if self._decided.leaves(hunk):
                        yield hunk
                elif hunk.digest in self._left or self._is_own(hunk):
                    yield hunk

    def _is_own(self, hunk: Hunk) -> bool:
        spans = self._own.get(hunk.path, ())
        return any(start <= edit.start <= end for edit in hunk.edits for start, end in spans)

    # ----------------------------------------------------------------- edits

    def _with_edits(self, world: World, proposal: Proposal) -> Proposal:
        """The proposal with the texts that somebody wrote instead."""
        self._own = {}
        changes = []
        for change in proposal.changes:
            hunks = hunks_of(change, _starts(proposal, change.path)).hunks
            put = {
                hunk.edits[0]: self._edited[hunk.key].encode()
                for hunk in hunks
                if hunk.key in self._edited and len(hunk.edits) == 1
            }
            changes.append(_edited(change, put) if put else change)
            if put:
                self._own[change.path] = list(changes[-1].new_spans({one.start for one in put}))
        if not self._own:
            return proposal
        after = world.after({one.path: one.new for one in changes})
        meant = {step for path in self._own for step in self._meant(after, path)}
        declared = replace(proposal.declared, introduced=proposal.declared.introduced | meant)
        return proposal._replace(changes=tuple(changes), declared=declared)

    def _meant(self, after: World, path: str) -> Iterator[Step]:
        """What the names of somebody's own text mean: whoever writes them asks for them."""
        facts = after.facts(path)
        meanings = MeaningReader(after.resolver).open(path, facts)
        for use in facts.uses:
            if any(start <= use.start < end for start, end in self._own[path]):
                for meaning in meanings.meaning(use):
                    if meaning[0] != "unresolved":
                        yield definition_meant(meaning)


def reviewed(propose: Propose, review: Review | None) -> Propose:
    """A codemod's proposals as somebody decided; as they are, if nobody has reviewed them."""
    return propose if review is None else Reviewed(propose, review)


def _edited(change: FileChange, put: Mapping[Edit, bytes]) -> FileChange:
    edits = tuple(
        edit._replace(new=put[edit], kind="edited") if edit in put else edit
        for edit in change.edits
    )
    return replace(change, new=apply(change.old, edits), edits=edits)


def _starts(proposal: Proposal, path: str) -> list[int]:
    return starts_of(proposal.places.get(path, ()))
