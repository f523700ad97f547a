"""A codemod that does what somebody accepted of it, and leaves the rest alone."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from onepath.codemod.outcome import Proposal, Propose
from onepath.codemod.refusals.left_out import LeftOut, Location, without_excluded
from onepath.codemod.refusals.waiting import NOT_REVIEWED, SKIPPED
from onepath.codemod.review.edited import Spans, own_texts, steps_meant, with_texts
from onepath.codemod.review.hunks import Hunk, hunks_of, whole_file
from onepath.codemod.review.places import PlaceSet, place_sets
from onepath.model import FileChange, Refusal, Review
from onepath.symbols.world import World

_ROUNDS = 10


class ReviewDecisions:
    """What was decided, to be asked hunk by hunk.

    Args:
        review: The decisions.
    """

    def __init__(self, review: Review) -> None:
        self._done = {*review.accepted, *(key for key, _ in review.edited)}
        self._left = {*review.skipped, *review.undecided}
        self._alike = {key.partition("/")[0] for key in self._left}
        """Digests: of hunks that look alike nobody can say which was meant where they are more, or
        fewer, than they were."""
        self._skipped = {*review.skipped}
        self._texts = dict(review.edited)
        self._others = review.others
        self._changed = {*review.changed}
        self._keys: dict[tuple[str, int], str] = {}
        """(path, offset) -> the key of the hunk that begins there."""

    def leaves(self, hunk: Hunk) -> bool:
        """Whether a hunk of the code as it is is to be left out."""
        key = self._key(hunk)
        keys = (key, whole_file(hunk.path))
        if not self._done.isdisjoint(keys):
            return False
        if not self._left.isdisjoint(keys) or key.partition("/")[0] in self._alike:
            return True
        return not self._others or hunk.path in self._changed

    def own_text(self, hunk: Hunk) -> str | None:
        """What somebody wrote instead of a hunk of the code as it is; None for nothing."""
        return self._texts.get(self._key(hunk))

    def _key(self, hunk: Hunk) -> str:
        """The key under which a place was first asked for.

        Those of hunks that look alike count them, and when one is left out the others have other
        keys.
        """
        place = hunk.path, hunk.edits[0].start if hunk.starts else -1
        return self._keys.setdefault(place, hunk.key)

    def why(self, hunk: Hunk) -> Refusal:
        """The refusal of a hunk that is left out."""
        if not self._skipped.isdisjoint((self._key(hunk), whole_file(hunk.path))):
            return Refusal(hunk.path, hunk.line, SKIPPED, "it was skipped in the review")
        return Refusal(hunk.path, hunk.line, NOT_REVIEWED, "nobody has accepted it yet")


class UnwantedHunk(NamedTuple):
    """A hunk that is to be left out."""

    hunk: Hunk
    locations: tuple[Location, ...]
    """By what the codemod is told so; none: the file is left as a whole."""
    is_last: bool
    """Whether nothing of its file is wanted but what would follow from it."""


def unwanted_hunks(
    change: FileChange, sets: Sequence[PlaceSet], leaves: Callable[[Hunk], bool]
) -> Iterator[UnwantedHunk]:
    """The hunks of a file that are to be left out.

    Args:
        change: What is done to the file.
        sets: Its places.
        leaves: Whether a hunk is to be left out.
    """
    hunks = hunks_of(change, [place_set.starts for place_set in sets]).hunks
    unwanted = [hunk for hunk in hunks if leaves(hunk)]
    for hunk in unwanted:
        own = [place_set for place_set in sets if not {*place_set.starts}.isdisjoint(hunk.starts)]
        locations = tuple(at for place_set in own for at in place_set.locations)
        # Strings follow the names of a file, and would change without any of them.
        is_named = any(at.binding is not None for at in locations)
        yield UnwantedHunk(hunk, locations, is_named and len(unwanted) == len(hunks))


class Reviewed:
    """Wraps a codemod's `propose`; the driver asks and proves it like any other.

    Args:
        propose: The codemod.
        review: What was decided.
    """

    def __init__(self, propose: Propose, review: Review) -> None:
        self._propose = propose
        self._decided = ReviewDecisions(review)
        self._first: World | None = None
        self._left: set[str] = set()
        """Digests of what was left out: on the result they are left out again."""
        self._bindings: dict[str, dict[Location, Refusal]] = {}
        """Path -> the names among them, which are the same names on the result."""
        self._own: dict[str, Spans] = {}
        """Path -> where in the result the text is somebody's own, and is not changed again."""

    def __call__(self, world: World, left_out: LeftOut) -> Proposal:
        """The proposal without what was not accepted, which is refused."""
        self._first = self._first or world
        if world is not self._first:
            for path, places in self._bindings.items():
                left_out = left_out.also(path, places)
        refusals: dict[str, set[Refusal]] = {}
        for _ in range(_ROUNDS):
            proposal = self._propose(world, left_out)
            unwanted = list(self._unwanted(world, proposal))
            for part in unwanted:
                path = part.hunk.path
                self._left.add(part.hunk.digest)
                why = self._decided.why(part.hunk)
                refusals.setdefault(path, set()).add(why)
                places = dict.fromkeys(part.locations, why)
                bindings = {location: why for location in places if location.binding is not None}
                self._bindings.setdefault(path, {}).update(bindings)
                if places:
                    left_out = left_out.also(path, places)
                if not places or part.is_last:
                    left_out = left_out.also_files([path])
            if not unwanted:
                break
        others = without_excluded(proposal.refusals, refusals)
        told = {*others, *(why for whys in refusals.values() for why in whys)}
        proposal = proposal._replace(refusals=tuple(sorted(told)))
        return self._with_edits(world, proposal) if world is self._first else proposal

    def _unwanted(self, world: World, proposal: Proposal) -> Iterator[UnwantedHunk]:
        for change in proposal.changes:
            sets = place_sets(change, world, proposal.places.get(change.path, ()))
            yield from unwanted_hunks(change, sets, lambda hunk: self._leaves(world, hunk))

    def _leaves(self, world: World, hunk: Hunk) -> bool:
        if world is self._first:
            return self._decided.leaves(hunk)
        return hunk.digest in self._left or self._is_own(hunk)

    def _is_own(self, hunk: Hunk) -> bool:
        spans = self._own.get(hunk.path, ())
        return any(start <= edit.start <= end for edit in hunk.edits for start, end in spans)

    # ----------------------------------------------------------------- edits

    def _with_edits(self, world: World, proposal: Proposal) -> Proposal:
        """The proposal with the texts that somebody wrote instead."""
        self._own = {}
        changes = []
        for change in proposal.changes:
            sets = place_sets(change, world, proposal.places.get(change.path, ()))
            hunks = hunks_of(change, [place_set.starts for place_set in sets]).hunks
            put = own_texts(change, hunks, self._decided.own_text)
            if put:
                change, self._own[change.path] = with_texts(change, put)
            changes.append(change)
        if not self._own:
            return proposal
        after = world.after({file_change.path: file_change.new for file_change in changes})
        meant = {
            step for path, spans in self._own.items() for step in steps_meant(after, path, spans)
        }
        declared = replace(proposal.declared, introduced=proposal.declared.introduced | meant)
        return proposal._replace(changes=tuple(changes), declared=declared)


def reviewed(propose: Propose, review: Review | None) -> Propose:
    """A codemod's proposals as somebody decided; as they are, if nobody has reviewed them."""
    return propose if review is None else Reviewed(propose, review)
