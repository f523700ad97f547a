"""What becomes of a module as it is when it is imported, as far as its own statements tell."""

import re
from collections.abc import Collection
from typing import NamedTuple

from onepath.importing.machine import Machine
from onepath.importing.removals import FRAME
from onepath.importing.sources import Sources
from onepath.importing.values import ImportFailed
from onepath.model import Guard
from onepath.symbols.binders import Binder
from onepath.symbols.world import World

_HANDS_OVER = re.compile(rb"(?<!ogger)\(\s*__name__\b|,\s*__name__\b|\bsys\.modules\b")
"""What may give a module names from outside: it tells another one how it is called."""
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
    faileds: list[ImportFailed] = []
    certain = True
    for takes_branches in (True, False):
        machine = Machine(Sources(world, {path}, {path}), takes_branches=takes_branches)
        try:
            machine.start(world.modules.name(path))
            certain = False
        except ImportFailed as failed:
            faileds.append(failed.kept())
            certain = certain and failed.kind == "NameError"
        faileds += machine.doubtful
    unbound = next(
        (import_failed for import_failed in faileds if import_failed.kind == "NameError"), None
    )
    if unbound is None:
        return None
    line = unbound.frames[-1].place.line if unbound.frames else 1
    return OwnFailure(unbound.text, line, certain)


def missing_names(world: World, path: str) -> dict[str, str]:
    """Return the names that a module seems to have, and has not once it is imported, with why.

    It removes them, or binds them for type checkers alone. Its own statements are followed, and
    those of the modules that it imports, whose functions may take names out of its namespace. All
    others count as complete.

    Args:
        world: The code.
        path: The module's file.
    """
    table = world.resolver.table(path).names
    typed = {name for name, binders in table.items() if all(map(_is_for_types, binders))}
    followed = {path, *(one for one in world.imports(path) if not one.endswith("/"))}
    texts = world.read(sorted(followed))
    own, reaches = texts.get(path, b""), any(FRAME in text for text in texts.values())
    if not typed and not _REMOVES.search(own) and not reaches:
        return {}
    facts = world.facts(path)
    is_open = bool(facts.dynamic or world.resolver.table(path).stars or _HANDS_OVER.search(own))
    found: list[dict[str, str]] = []
    for takes_branches in (True, False):
        machine = Machine(
            Sources(world, followed, followed), takes_branches=takes_branches, finds_cached=False
        )
        try:
            machine.start(world.modules.name(path))
            found.append(_missing(machine, world.modules.name(path), typed))
        except ImportFailed:
            return {}
    always = {name: why for name, why in found[0].items() if name in found[1]}
    if not facts.has_getattr and (is_open or reaches):
        return {name: why for name, why in always.items() if name not in typed}
    return always


def conditional_names(world: World, path: str) -> frozenset[str]:
    """Return the names that a module binds under a condition, and may not have once it is imported.

    Args:
        world: The code.
        path: The module's file.
    """
    facts, table = world.facts(path), world.resolver.table(path)
    names = {name for name, binders in table.names.items() if all(map(_is_conditional, binders))}
    if not names or facts.has_getattr or facts.dynamic or table.stars:
        return frozenset()
    found: set[str] = set()
    for takes_branches in (True, False):
        machine = Machine(Sources(world, {path}, {path}), takes_branches=takes_branches)
        try:
            machine.start(world.modules.name(path))
        except ImportFailed:
            return frozenset()
        there = machine.modules[world.modules.name(path)]
        found |= {name for name in names if machine.attribute(there, name) is None}
    return frozenset(found)


_MAY_BIND_NOTHING = frozenset(("annotation", "other"))
"""`X: int` binds nothing, and a loop does not where there is nothing to go through."""


def _is_conditional(binder: Binder) -> bool:
    definition = binder.definition
    return bool(binder.guard & (Guard.BRANCH | Guard.TRY | Guard.HANDLER)) or (
        definition is not None and definition.kind in _MAY_BIND_NOTHING
    )


def _missing(machine: Machine, module: str, typed: Collection[str]) -> dict[str, str]:
    there = machine.modules[module]
    removed = {name for owner, name in machine.removed if owner == module}
    whys = {
        **dict.fromkeys(typed, "its module has the name for type checkers alone"),
        **dict.fromkeys(removed, "its module removes the name while it is imported"),
    }
    return {name: why for name, why in whys.items() if machine.attribute(there, name) is None}


def _is_for_types(binder: Binder) -> bool:
    return bool(binder.guard & Guard.TYPE_CHECKING)
