"""Import cycles that a move would close, told beforehand with what would not close them."""

from collections import deque
from collections.abc import Sequence

from onepath.codemod import World
from onepath.proof.structure import ImportGraph
from onepath_packs.canonical.definitions.destination import Arrival, Target
from onepath_packs.canonical.definitions.refused import CannotMoveError
from onepath_packs.canonical.definitions.taken import Taken


def check_cycle(
    before: World, after: World, taken: Taken, arrival: Arrival, target: Target
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
    graph = ImportGraph(before, after)
    closing = [path for path in (target.path, taken.path) if graph.creates_a_cycle(path)]
    if not closing:
        return
    name, module = taken.names[0], before.modules.name(taken.path)
    needed = arrival.from_source
    if needed:
        moves = ", ".join(f"`migrate move {module}.{one.name} {target.module}`" for one in needed)
        hint = f"what it reads there can go first: {moves}"
    else:
        parent = target.module.rpartition(".")[0]
        free = f"{parent}.{name.lower()}" if parent else name.lower()
        hint = f"a module of its own does not close it: `migrate move {module}.{name} {free}`"
    line = needed[0].line if needed else taken.line_of(name)
    shown = " -> ".join(after.modules.name(one) for one in _chain(after, closing[0]))
    raise CannotMoveError(taken.path, line, f"it would close an import cycle: {shown}", hint=hint)


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
