"""Import cycles are opened by moving imports that nobody needs while modules are imported."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial

from onepath.codemod.left_out import LeftOut
from onepath.codemod.outcome import Outcome, Proposal, file_changes, settle
from onepath.config.codemod_tables import CyclesConfig
from onepath.config.globs import Globs
from onepath.config.migrate_toml import Config
from onepath.model import Refusal
from onepath.proof.changes import Declared
from onepath.symbols.graph.cuts import Edge, smallest_cut
from onepath.symbols.graph.cycles import components, shortest_cycle
from onepath.symbols.graph.imports import reachable
from onepath.symbols.world import World
from onepath_packs.canonical.cycles.movable import Bound, Movable

_SHOWN = 6

Imports = Mapping[str, Sequence[str]]
"""File -> the files that it imports while it runs."""


def plan_cycles(world: World, config: Config) -> Outcome:
    """Open the import cycles that a file of `[cycles]` is in, as far as it allows.

    Args:
        world: The code as it is; what these files import is read, and what that imports.
        config: Whose imports may move and whether into functions; which files never change.
    """
    cycles = config.cycles or CyclesConfig()
    return settle(world, partial(_propose, cycles=cycles), config.exclude)


def _propose(world: World, left_out: LeftOut, cycles: CyclesConfig) -> Proposal:
    graph, circles = _circles(world, Globs(cycles.paths))
    movable = Movable(world, cycles, left_out, circles)
    while True:
        chosen = smallest_cut(graph, movable.places, movable.costs()).gone
        moves = movable.moves(chosen)
        edits = {path: movable.edits(path, found) for path, found in moves.items()}
        if all(edits.values()):
            break
        # What turned out to have no place to go stays, and another choice is made.
    after = _without(graph, _edges_gone(movable.places, chosen))
    left = components(after)
    return Proposal(
        file_changes(world, edits),
        tuple(_refusals(movable, after, left)),
        Declared(frozenset(movable.freed(chosen)), frozenset({("typing.TYPE_CHECKING", "")})),
        {"import-cycle": len(circles)},
        {"import-cycle": len(left)},
        tuple(_remarks(world, circles, after, left)),
        movable.changed(moves),
    )


def _circles(world: World, allowed: Globs) -> tuple[Imports, list[frozenset[str]]]:
    """The circles that one of the allowed files is in, and the imports inside of them.

    A circle holds nothing but what each of its files leads to, so no other file need be read.
    """
    start = [path for path in world.book.python if allowed.match(path)]
    met = reachable(start, world.imports, world.book.load).union(start)
    graph = {path: world.imports(path) for path in sorted(met)}
    circles = [one for one in components(graph) if any(map(allowed.match, one))]
    return _inside(graph, circles), circles


def _inside(graph: Imports, circles: Iterable[frozenset[str]]) -> Imports:
    """The parts of a graph that are circles."""
    return {
        path: [to for to in graph[path] if to in circle]
        for circle in circles
        for path in sorted(circle)
    }


def _edges_gone(makers: Mapping[Edge, Sequence[Bound]], gone: Iterable[Bound]) -> frozenset[Edge]:
    moved = frozenset(gone)
    return frozenset(edge for edge, made in makers.items() if moved.issuperset(made))


def _without(graph: Imports, gone: Collection[Edge]) -> dict[str, list[str]]:
    """The graph without some of its edges."""
    return {path: [to for to in graph[path] if (path, to) not in gone] for path in graph}


def _remarks(
    world: World, before: Sequence[frozenset[str]], after: Imports,
    left: Sequence[frozenset[str]],
) -> Iterator[str]:  # fmt: skip
    if before:
        yield (
            f"modules in a circle at import time: {sum(map(len, before))} in {len(before)} before, "
            f"{sum(map(len, left))} in {len(left)} after"
        )
    for circle in left:
        cycle = shortest_cycle(after, circle)
        names = [world.modules.name(path) for path in cycle[:_SHOWN]]
        more = [f"{len(cycle) - _SHOWN} more"] if len(cycle) > _SHOWN else []
        way = " -> ".join([*names, *more, names[0]])
        count = "1 module is" if len(circle) == 1 else f"{len(circle)} modules are"
        yield f"{count} still in a circle: {way}"


def _refusals(
    movable: Movable, after: Imports, left: Iterable[frozenset[str]]
) -> Iterator[Refusal]:
    """The smallest set of imports that would open what is left, and why they have to stay."""
    for circle in left:
        inside = _inside(after, [circle])
        every = {
            one: 1
            for path, targets in inside.items()
            for to in targets
            for one in movable.places[path, to]
        }
        cut = smallest_cut(inside, movable.places, dict.fromkeys(sorted(every), 1))
        size = f"{'' if cut.is_smallest else 'about '}{len(cut.gone)}"
        for one in cut.gone:
            yield movable.left(one, size, circle)
