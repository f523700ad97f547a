"""Patches of names that a moving definition reads: they have to be where it reads them then."""

from onepath.codemod import Needles, World
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
