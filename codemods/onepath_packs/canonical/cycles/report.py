"""What is said of import cycles: each named module's own shortest one, with its edges."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from onepath.snapshot.asked import paths_of_kind
from onepath.symbols.graph.cycles import components
from onepath.symbols.graph.imports import import_edges
from onepath.symbols.world import World

_SHOWN = 6
"""How many modules of one cycle are shown."""
_LINES = 12
"""How many cycles are shown."""

Imports = Mapping[str, Sequence[str]]
"""File -> the files that it imports."""


def own_cycles(
    graph: Imports, cycle: Collection[str], named: Callable[[str], bool]
) -> list[tuple[str, ...]]:
    """The shortest cycle of each named module, each cycle once, short ones first.

    Args:
        graph: Module -> what it imports.
        cycle: A strongly connected component of it.
        named: Whether a module is one that the configuration names.

    Returns:
        Files in the order of the imports; the last one imports the first.
    """
    found: dict[frozenset[str], tuple[str, ...]] = {}
    for path in sorted(filter(named, cycle)):
        way = _way_back(graph, path, cycle)
        if way:
            found.setdefault(frozenset(way), way)
    return sorted(found.values(), key=lambda one: (len(one), one))


def _way_back(graph: Imports, start: str, cycle: Collection[str]) -> tuple[str, ...]:
    """The shortest way from a module back to itself; empty if there is none."""
    before: dict[str, str] = {}
    waiting = deque([start])
    while waiting:
        path = waiting.popleft()
        for to in graph.get(path, ()):
            if to == start:
                way = [path]
                while way[-1] != start:
                    way.append(before[way[-1]])
                return tuple(reversed(way))
            if to in cycle and to not in before:
                before[to] = path
                waiting.append(to)
    return ()


def left_lines(
    world: World, graph: Imports, left: Iterable[frozenset[str]], named: Callable[[str], bool]
) -> Iterator[str]:
    """What is left of each strongly connected component, in words.

    Args:
        world: The code.
        graph: The imports that run while modules are imported, as they are afterwards.
        left: Its components that a named module is in.
        named: Whether a module is one that the configuration names.
    """
    for cycle in left:
        own = own_cycles(graph, cycle, named)
        count = "1 module is" if len(cycle) == 1 else f"{len(cycle)} modules are"
        yield f"{count} still in a cycle: {_shown(world, own[0]) if own else '?'}"
        for one in own[1:_LINES]:
            yield f"  and {_shown(world, one)}"
        if len(own) > _LINES:
            yield f"  and {len(own) - _LINES} more of this kind"


def opened_lines(
    world: World,
    graph: Imports,
    cycles: Iterable[frozenset[str]],
    left: Iterable[frozenset[str]],
    named: Callable[[str], bool],
) -> Iterator[str]:
    """The cycles of named modules that are closed no more, each by its own way.

    Args:
        world: The code.
        graph: The imports that run while modules are imported, as they were.
        cycles: Its components that a named module is in.
        left: Those that are there afterwards.
        named: Whether a module is one that the configuration names.
    """
    closed = {path for one in left for path in one}
    opened = [
        way
        for cycle in cycles
        for way in own_cycles(graph, cycle, lambda path: named(path) and path not in closed)
    ]
    for way in opened[:_LINES]:
        yield f"opened: {_shown(world, way)}"
    if len(opened) > _LINES:
        yield f"and {len(opened) - _LINES} more opened"


def _shown(world: World, way: Sequence[str]) -> str:
    names = [world.modules.name(path) for path in way[:_SHOWN]]
    more = [f"{len(way) - _SHOWN} more"] if len(way) > _SHOWN else []
    return " -> ".join([*names, *more, names[0]])


def deferred_lines(world: World, named: Callable[[str], bool]) -> Iterator[str]:
    """The cycles among named modules that are open at import time, because an import is deferred.

    Args:
        world: The code as it is.
        named: Whether a module is one that the configuration names.
    """
    paths = paths_of_kind(world.fact_store.python, named)
    world.fact_store.load(paths)
    inside = frozenset(paths)
    at_once: dict[str, list[str]] = {}
    every: dict[str, list[str]] = {}
    lines: dict[tuple[str, str], int] = {}
    for path in paths:
        for edge in import_edges(path, world.facts(path), world.modules):
            if edge.target in inside and edge.target != path and not edge.for_types:
                every.setdefault(path, []).append(edge.target)
                if edge.deferred:
                    lines.setdefault((path, edge.target), edge.line)
                else:
                    at_once.setdefault(path, []).append(edge.target)
    graph = {path: sorted(set(every.get(path, ()))) for path in paths}
    running = {path: sorted(set(at_once.get(path, ()))) for path in paths}
    closed = {path for component in components(running) for path in component}
    found: dict[tuple[str, ...], None] = {}
    for component in components(graph):
        for way in own_cycles(graph, component, lambda path: path not in closed):
            found.setdefault(way)
    if found:
        count = "1 cycle" if len(found) == 1 else f"{len(found)} cycles"
        yield f"{count} among these modules open already, by imports in functions:"
    for way in list(found)[:_LINES]:
        yield f"  {_with_lines(world, way, running, lines)}"
    if len(found) > _LINES:
        yield f"  and {len(found) - _LINES} more"


def _with_lines(
    world: World, way: Sequence[str], running: Imports, lines: Mapping[tuple[str, str], int]
) -> str:
    """A cycle as a person would follow it; deferred imports with their lines."""
    said = world.modules.name(way[0])
    for path, to in zip(way, (*way[1:], way[0]), strict=True):
        how = "" if to in running[path] else f" (deferred, line {lines[path, to]})"
        said += f" ->{how} {world.modules.name(to)}"
    return said
