"""Places with which a gate fails: what a version would do there is refused before any proof."""

from collections.abc import Iterator, Sequence

from onepath.codemod.outcome import Proposal
from onepath.codemod.refusals.left_out import LeftOut, Location
from onepath.facts.scope_name import scope_name
from onepath.model import Facts, Refusal, Withheld
from onepath.symbols.world import World

CODE = "gate-failed"


def withheld_places(
    world: World, proposal: Proposal, withheld: Sequence[Withheld]
) -> Iterator[tuple[Location, Refusal]]:
    """The places of a proposal that are withheld, each with its refusal.

    Args:
        world: The code as it is.
        proposal: What a codemod would do.
        withheld: The names with which a gate fails; a file as a whole has none.
    """
    for one in withheld:
        for location in proposal.places.get(one.path, ()):
            if (one.scope, one.name) in _bindings_at(world.facts(one.path), location):
                reason = f"with this change '{one.because}' fails"
                yield location, Refusal(one.path, location.line, CODE, reason)


def withheld_files(
    proposal: Proposal, withheld: Sequence[Withheld], left_out: LeftOut
) -> Iterator[Refusal]:
    """The refusals of the files that a proposal changes and that are withheld whole."""
    because = {one.path: one.because for one in withheld if not one.name}
    for change in proposal.changes:
        if change.path in because and change.path not in left_out:
            line = change.edits[0].line if change.edits else 1
            reason = f"with its changes '{because[change.path]}' fails"
            yield Refusal(change.path, line, CODE, reason)


def _bindings_at(facts: Facts, location: Location) -> Iterator[tuple[str, str]]:
    """The names that stand at a place, each with the dotted scope that binds it."""
    found = [location.binding] if location.binding is not None else []
    if location.binding is None:
        at = location.start
        found += [(use.bound_in, use.name) for use in facts.uses if use.start == at]
        found += [
            (statement.scope, alias.bound)
            for statement in facts.imports
            if statement.start <= at < statement.end
            for alias in statement.names
        ]
    return ((scope_name(facts, scope), name) for scope, name in found)
