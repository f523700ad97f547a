"""Whether a module as it is can be imported, as far as its own statements tell."""

from typing import NamedTuple

from onepath.importing.machine import Machine
from onepath.importing.sources import Sources
from onepath.importing.values import ImportFailed
from onepath.symbols.world import World


class OwnFailure(NamedTuple):
    """Why importing a module fails, or may fail."""

    reason: str
    line: int
    is_certain: bool
    """Whether it fails in every case that is followed."""


def own_failure(world: World, path: str) -> OwnFailure | None:
    """Return why a module can't be imported because a name is not bound in it by then.

    What it imports counts as complete: only its own statements, and the functions that they call,
    are followed. None if nothing of the kind is seen.

    Args:
        world: The code.
        path: The module's file.
    """
    found: list[ImportFailed] = []
    certain = True
    for takes_branches in (True, False):
        machine = Machine(Sources(world, {path}, {path}), takes_branches=takes_branches)
        try:
            machine.start(world.modules.name(path))
            certain = False
        except ImportFailed as failed:
            found.append(failed)
            certain = certain and failed.kind == "NameError"
        found += machine.doubtful
    unbound = next((one for one in found if one.kind == "NameError"), None)
    if unbound is None:
        return None
    line = unbound.frames[-1].place.line if unbound.frames else 1
    return OwnFailure(unbound.text, line, certain)
