"""Import cycles are opened by moving imports that nobody needs while modules are imported."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from onepath.codemod.outcome import Proposal, file_changes
from onepath.codemod.refusals.left_out import LeftOut
from onepath.config.globs import Globs
from onepath.model import Refusal
from onepath.proof.declared import Declared
from onepath.snapshot.asked import paths_of_kind
from onepath.symbols.graph.cuts import CutEdge, smallest_cut
from onepath.symbols.graph.cycles import components
from onepath.symbols.graph.imports import reachable
from onepath.symbols.world import World
from onepath_packs.canonical.cycles.movable import ImportedName, Movable
from onepath_packs.canonical.cycles.new_module import proposal
from onepath_packs.canonical.cycles.report import (
    Imports,
    deferred_lines,
    left_lines,
    opened_lines,
)
from onepath_packs.canonical.cycles.table import Cycles

COUNTED = "cycle-in-paths"
"""Groups of modules in a cycle at import time that a file of `paths` in `[cycles]` is in."""


def propose_moves(world: World, left_out: LeftOut, table: Cycles) -> Proposal:
    """Open the import cycles that a file of `[cycles]` is in, as far as it allows.

    Args:
        world: The code as it is; what these files import is read, and what that imports.
        left_out: Files and places that must not change.
        table: Whose imports may move, and whether into functions.
    """
    graph, cycles = _cycles(world, Globs(table.paths))
    movable = Movable(world, table, left_out, cycles)
    while True:
        chosen = smallest_cut(graph, movable.places, movable.costs()).gone
        moves = movable.moves(chosen)
        edits = {path: movable.edits(path, names) for path, names in moves.items()}
        if all(edits.values()):
            break
        # What turned out to have no place to go stays, and another choice is made.
    after = _without(graph, _edges_gone(movable.places, chosen))
    allowed = Globs(table.paths).match
    left = [component for component in components(after) if any(map(allowed, component))]
    return Proposal(
        file_changes(world, edits),
        tuple(_refusals(movable, after, left)),
        Declared(frozenset(movable.freed(chosen)), frozenset({("typing.TYPE_CHECKING", "")})),
        {COUNTED: len(cycles)},
        {COUNTED: len(left)},
        (
            *_remarks(world, (graph, cycles), (after, left), allowed),
            *_new_modules(world, movable, after, left),
        ),
        movable.changed(moves),
        mends=("import-cycle",),
    )


def _cycles(world: World, allowed: Globs) -> tuple[Imports, list[frozenset[str]]]:
    """The cycles that one of the allowed files is in, and the imports inside of them.

    A cycle holds nothing but what each of its files leads to, so no other file need be read.
    """
    start = paths_of_kind(world.fact_store.python, allowed.match)
    met = reachable(start, world.imports, world.fact_store.load).union(start)
    graph = {path: world.imports(path) for path in sorted(met)}
    cycles = [component for component in components(graph) if any(map(allowed.match, component))]
    return _inside(graph, cycles), cycles


def _inside(graph: Imports, cycles: Iterable[frozenset[str]]) -> Imports:
    """The parts of a graph that are cycles."""
    return {
        path: [to for to in graph[path] if to in cycle]
        for cycle in cycles
        for path in sorted(cycle)
    }


def _edges_gone(
    makers: Mapping[CutEdge, Sequence[ImportedName]], gone: Iterable[ImportedName]
) -> frozenset[CutEdge]:
    moved = frozenset(gone)
    return frozenset(edge for edge, made in makers.items() if moved.issuperset(made))


def _without(graph: Imports, gone: Collection[CutEdge]) -> dict[str, list[str]]:
    """The graph without some of its edges."""
    return {path: [to for to in graph[path] if (path, to) not in gone] for path in graph}


def _remarks(
    world: World,
    before: tuple[Imports, Sequence[frozenset[str]]],
    after: tuple[Imports, Sequence[frozenset[str]]],
    named: Callable[[str], bool],
) -> Iterator[str]:
    cycles, left = before[1], after[1]
    if cycles:
        yield (
            f"modules in a cycle at import time: {sum(map(len, cycles))} in {len(cycles)} before, "
            f"{sum(map(len, left))} in {len(left)} after"
        )
        inside = sum(map(named, (path for cycle in cycles for path in cycle)))
        if inside < sum(map(len, cycles)):
            rest = sum(map(named, (path for one in left for path in one)))
            yield f"of these in the paths that are named: {inside} before, {rest} after"
            # How many modules a cycle has says little of the part that is named.
            yield from opened_lines(world, *before, left, named)
    yield from left_lines(world, *after, named)
    yield from deferred_lines(world, named)


def _refusals(
    movable: Movable, after: Imports, left: Iterable[frozenset[str]]
) -> Iterator[Refusal]:
    """The smallest set of imports that would open what is left, and why they have to stay.

    It is sought among the imports of the files that the configuration names: no others may be
    touched, and each cycle that one of these files is in has one.
    """
    for cycle in left:
        inside = _inside(after, [cycle])
        every = {
            name: 1
            for path, targets in inside.items()
            for to in targets
            for name in movable.places[path, to]
            if movable.may_touch(path)
        }
        together = smallest_cut(inside, movable.places, dict.fromkeys(sorted(every), 1)).gone
        for name in together:
            yield movable.left(name, together, cycle)


def _new_modules(
    world: World, movable: Movable, after: Imports, left: Iterable[frozenset[str]]
) -> Iterator[str]:
    """The smallest set of new modules that would help to open what is left, with their names."""
    for cycle in left:
        inside = _inside(after, [cycle])
        edges = [(path, to) for path in inside for to in inside[path] if movable.may_touch(path)]
        lines = {
            edge: line
            for edge in edges
            if (line := proposal(world, *edge, movable.places[edge], cycle))
        }
        names = sorted({name for edge in lines for name in movable.places[edge]})
        gone = smallest_cut(inside, movable.places, dict.fromkeys(names, 1)).gone
        chosen = _edges_gone(movable.places, gone) & lines.keys()
        if chosen:
            rest = sum(map(len, components(_without(inside, chosen))))
            yield (
                f"of {len(cycle)} modules in a cycle {rest} would be left if names that need "
                "nothing of it were moved, by hand, into small modules of their own:"
            )
            yield from (lines[edge] for edge in sorted(chosen))
