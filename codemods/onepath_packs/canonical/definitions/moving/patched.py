"""Patches of names that a moving definition reads: they have to be where it reads them then."""

import ast

from onepath.codemod import Needles, World
from onepath.facts.computed.nodes import FunctionNode
from onepath.facts.extract.file import module_tree
from onepath.symbols.find_references.late import Patch, patches, readings, runs_late
from onepath_packs.canonical.definitions.moving.taken import TakenDefinition
from onepath_packs.canonical.definitions.refused import CannotMoveError


def follow_patches(world: World, taken: TakenDefinition, module: str) -> dict[str, bytes | None]:
    """The files whose patches of such names go to the new module.

    `patch("old.helper")` counts for a function of `old` that calls `helper`. Once the function is
    in another module, it reads the name there.

    Args:
        world: The code.
        taken: What moves.
        module: Its new module, dotted.

    Raises:
        CannotMoveError: A patch counts for what stays as well, or can't be rewritten.
    """
    steps = {(taken.path, need.name) for need in taken.needs if need.is_late}
    steps |= {(taken.path, name) for name, _ in taken.starred()}
    edits: dict[str, list[tuple[int, int, bytes]]] = {}
    for path in world.fact_store.mentioning(Needles.of(name for _, name in steps)) if steps else ():
        facts = world.facts(path)
        for patch in () if facts.failure else patches(path, facts, world.resolver, steps):
            if path == taken.path and patch.string < 0:
                continue
            _check(world, taken, patch)
            string = facts.strings[patch.string]
            new = f"{module}.{patch.step[1]}".encode()
            data = world.read([path])[path]
            at = data.index(string.value.encode(), string.start, string.end)
            edits.setdefault(path, []).append((at, at + len(string.value.encode()), new))
    found: dict[str, bytes | None] = {}
    for path, places in edits.items():
        data = world.read([path])[path]
        for start, end, new in sorted(set(places), reverse=True):
            data = data[:start] + new + data[end:]
        found[path] = data
    return found


def _beside(world: World, patch: Patch) -> list[tuple[str, int]]:
    """The places in the file of a patch that read the name while it counts: `mod.helper.called`."""
    facts, data = world.facts(patch.path), world.read([patch.path])[patch.path]
    start = facts.strings[patch.string].start if patch.string >= 0 else patch.at
    line = patch.line or data.count(b"\n", 0, start) + 1
    first, last = _reach(data, line)
    lines = [
        reading.line or data.count(b"\n", 0, reading.at) + 1
        for reading in readings(patch.path, facts, world.resolver, {patch.step})
        if reading.at
    ]
    return [(patch.path, at) for at in lines if first <= at <= last]


def _reach(data: bytes, line: int) -> tuple[int, int]:
    """The first and last line of the test in which a patch is, and counts; else of all lines.

    What a fixture or `setUp` replaces is replaced for others.
    """
    for node in ast.walk(module_tree(data)):
        if isinstance(node, FunctionNode) and node.name.startswith("test"):
            first = min(one.lineno for one in (node, *node.decorator_list))
            if first <= line <= (node.end_lineno or first):
                return first, node.end_lineno or first
    return 1, data.count(b"\n") + 1


def _check(world: World, taken: TakenDefinition, patch: Patch) -> None:
    name = patch.step[1]
    line = patch.line or 1
    facts = world.facts(patch.path)
    stays = [
        node
        for node in taken.reads_that_stay(name)
        if runs_late(taken.facts, taken.tree.scope(node) or 0)
    ]
    others = [
        (user, reading.line)
        for user in world.fact_store.mentioning(Needles.of([name]))
        if user not in (taken.path, patch.path) and not world.facts(user).failure
        for reading in readings(user, world.facts(user), world.resolver, {patch.step})
    ]
    others += _beside(world, patch)
    if stays or others:
        where = f"{taken.path}:{stays[0].lineno}" if stays else f"{others[0][0]}:{others[0][1]}"
        reason = (
            f"'{name}' is replaced here for '{taken.names[0]}', and for {where}, which goes on to "
            f"read it in its old module"
        )
        raise CannotMoveError(patch.path, line, reason)
    if patch.string < 0 or not facts.strings[patch.string].plain:
        reason = f"'{name}' is replaced here in the module that '{taken.names[0]}' leaves"
        raise CannotMoveError(patch.path, line, reason)
