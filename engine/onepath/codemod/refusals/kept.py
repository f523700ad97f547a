"""Places that a comment keeps as they are: `# migrate: keep[rule] reason`.

A comment that names a rule is for the audit, and for the codemod that mends what the rule finds.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from onepath.codemod.outcome import Proposal
from onepath.codemod.refusals.left_out import LeftOut, Location
from onepath.model import Facts, FileChange, Keep, Refusal
from onepath.symbols.world import World

CODE = "kept"


def kept_places(
    world: World, proposal: Proposal
) -> Iterator[tuple[FileChange, Sequence[Keep], Sequence[tuple[Location, Refusal]]]]:
    """What comments keep of the files that a proposal changes.

    Args:
        world: The code as it is.
        proposal: What a codemod would do; it says which rules' findings it mends.

    Yields:
        A changed file, the comments in it that are about it, and the places that they keep, each
        with its refusal.
    """
    mended = {*proposal.mends, *proposal.before}
    for change in proposal.changes:
        if change.is_new or change.path not in world.modules.files:
            continue
        facts = world.facts(change.path)
        comments = [keep for keep in facts.keeps if not mended.isdisjoint(keep.rules)]
        if comments:
            places = proposal.places.get(change.path, ())
            yield change, comments, list(_kept(change, facts, comments, places))


def kept_whole(change: FileChange, comments: Sequence[Keep], left_out: LeftOut) -> Refusal | None:
    """The refusal of a file of which a comment keeps something that is no place by itself."""
    if change.path in left_out:
        return None
    for comment in comments:
        if change.new is None or any(
            comment.first <= edit.line <= comment.last for edit in change.edits
        ):
            return _refusal(change.path, comment.line, comment)
    return None


def _kept(
    change: FileChange, facts: Facts, comments: Sequence[Keep], places: Collection[Location]
) -> Iterator[tuple[Location, Refusal]]:
    starts = [0, *(match.end() for match in re.finditer(rb"\n", change.old)), len(change.old) + 1]
    last = len(starts) - 2
    spans = [
        (starts[min(keep.first - 1, last)], starts[min(keep.last, last + 1)], keep)
        for keep in comments
    ]
    for location in places:
        offsets = [*_offsets(facts, location)]
        for start, end, comment in spans:
            if any(start <= offset < end for offset in offsets):
                yield location, _refusal(change.path, location.line, comment)
                break


def _offsets(facts: Facts, location: Location) -> Iterator[int]:
    """Where a place is: that of an import is also wherever the file uses what it binds."""
    yield location.start
    if location.binding is not None:
        scope, name = location.binding
        yield from (use.start for use in facts.uses if (use.bound_in, use.name) == (scope, name))


def _refusal(path: str, line: int, comment: Keep) -> Refusal:
    reason = f": {comment.reason}" if comment.reason else ""
    return Refusal(path, line, CODE, f"a comment keeps it as it is{reason}")
