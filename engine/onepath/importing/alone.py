"""What becomes of a module as it is when it is imported, as far as its own statements tell."""

import re
from typing import NamedTuple

from onepath.importing.machine import Machine
from onepath.importing.removals import FRAME
from onepath.importing.sources import Sources
from onepath.importing.values import ImportFailed
from onepath.symbols.world import World

_REMOVES = re.compile(rb"\bdel\b|\bdelattr\b|\.pop\b")


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


def removed_names(world: World, path: str) -> frozenset[str]:
    """Return the names that a module binds and certainly no longer has once it is imported.

    Its own statements are followed, and those of the modules that it imports, whose functions may
    take names out of its namespace. All others count as complete.

    Args:
        world: The code.
        path: The module's file.
    """
    followed = {path, *(one for one in world.imports(path) if not one.endswith("/"))}
    texts = world.read(sorted(followed))
    if not _REMOVES.search(texts.get(path, b"")) and not any(
        FRAME in text for text in texts.values()
    ):
        return frozenset()
    module = world.modules.name(path)
    missing: frozenset[str] | None = None
    for takes_branches in (True, False):
        machine = Machine(Sources(world, followed, followed), takes_branches=takes_branches)
        try:
            machine.start(module)
        except ImportFailed:
            return frozenset()
        there = machine.modules[module]
        gone = {
            name for owner, name in machine.removed
            if owner == module and machine.attribute(there, name) is None
        }  # fmt: skip
        missing = frozenset(gone) if missing is None else missing & gone
    return missing or frozenset()
