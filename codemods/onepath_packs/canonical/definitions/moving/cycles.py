"""Import cycles that a move would close, told beforehand with what would not close them."""

from collections import deque
from collections.abc import Sequence

from onepath.codemod import World
from onepath.symbols.graph.imports import reachable
from onepath_packs.canonical.definitions.moving.arrival import Arrival
from onepath_packs.canonical.definitions.moving.taken import TakenDefinition
from onepath_packs.canonical.definitions.moving.target import DestinationModule
from onepath_packs.canonical.definitions.refused import CannotMoveError


def check_cycle(
    before: World, after: World, taken: TakenDefinition, arrival: Arrival, target: DestinationModule
) -> None:
    """Refuse a move that closes an import cycle.

    Args:
        before: The code as it is.
        after: The code with the definition at its new place.
        taken: What moves.
        arrival: How it arrives.
        target: Where.

    Raises:
        CannotMoveError: With the chain, and which move would not close it.
    """
    closing = [
        path
        for path in (target.path, taken.path)
        if any(_closes(before, after, path, one, taken.path) for one in after.imports(path))
    ]
    if not closing:
        return
    name, module = taken.names[0], before.modules.name(taken.path)
    needed = arrival.from_source
    defined = {definition.qualname for definition in taken.facts.definitions}
    if needed and all(need.name in defined for need in needed):
        moves = ", ".join(f"`migrate move {module}.{need.name} {target.module}`" for need in needed)
        hint = f"what it reads there can go first: {moves}"
    elif needed:
        names = ", ".join(f"'{need.name}'" for need in needed)
        hint = f"it reads {names} there, which '{module}' imports under a condition"
    else:
        parent = target.module.rpartition(".")[0]
        free = f"{parent}.{name.lower()}" if parent else name.lower()
        hint = f"a module of its own does not close it: `migrate move {module}.{name} {free}`"
    line = needed[0].line if needed else taken.line_of(name)
    shown = " -> ".join(after.modules.name(one) for one in _chain(after, closing[0]))
    raise CannotMoveError(taken.path, line, f"it would close an import cycle: {shown}", hint=hint)


def _closes(before: World, after: World, path: str, target: str, source: str) -> bool:
    """Whether an import closes a cycle that neither its file nor the old module was in before."""

    def leads(world: World, start: str, end: str) -> bool:
        return end in reachable([start], world.imports, world.fact_store.load, until=end)

    if target == path or not leads(after, target, path):
        return False
    was = {path, source} & before.snapshot.entries.keys()
    return not any(target in before.imports(one) and leads(before, target, one) for one in was)


def _chain(world: World, path: str) -> Sequence[str]:
    """The shortest way along imports from a file back to itself."""
    came: dict[str, str] = {}
    waiting = deque([path])
    while waiting:
        at = waiting.popleft()
        for target in world.imports(at):
            if target == path:
                way = [at]
                while way[-1] != path:
                    way.append(came[way[-1]])
                return [*reversed(way), path]
            if target not in came:
                came[target] = at
                waiting.append(target)
    return [path, path]
