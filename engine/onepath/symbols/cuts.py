"""Which edges to take out of a graph so that its circles open: as few as can be found."""

from collections.abc import Hashable, Iterable, Mapping
from itertools import combinations

from onepath.symbols.cycles import Graph, components

Edge = tuple[str, str]
_MOST_READ = 60_000
"""How many edges are read in trying before the answer may be more than the smallest."""


def smallest_cut(graph: Graph, costs: Mapping[Edge, Hashable]) -> tuple[tuple[Edge, ...], bool]:
    """The cheapest edges whose loss opens every circle that can be opened.

    A circle that holds on after all the edges have gone can't be opened, and no edge is given up
    for it.

    Args:
        graph: Node -> where it leads.
        costs: Edges that may go, each with its cost; costs can be compared with each other. Fewer
            edges win over cheaper ones.

    Returns:
        The edges, sorted, and whether no smaller set would do. In a graph where that would take
        too long each of them is needed, but another choice might be smaller.
    """
    ordered = sorted(costs, key=lambda edge: (costs[edge], edge))
    best = _left(graph, ordered)
    if _left(graph, ()) == best:
        return (), True
    size = max(1, sum(len([*following]) for following in graph.values()))
    tried = 0
    for count in range(1, len(ordered) + 1):
        for chosen in combinations(ordered, count):
            tried += 1
            if tried * size > _MOST_READ:
                return _pruned(graph, ordered, best), False
            if _left(graph, chosen) == best:
                return tuple(sorted(chosen)), True
    return tuple(sorted(ordered)), True


def _pruned(graph: Graph, ordered: list[Edge], best: list[frozenset[str]]) -> tuple[Edge, ...]:
    """All edges less those that are not needed, the dearest ones tried first."""
    kept = list(ordered)
    for edge in reversed(ordered):
        fewer = [one for one in kept if one != edge]
        if _left(graph, fewer) == best:
            kept = fewer
    return tuple(sorted(kept))


def _left(graph: Graph, gone: Iterable[Edge]) -> list[frozenset[str]]:
    """The circles that hold on when some edges go."""
    return components(without(graph, gone))


def without(graph: Graph, gone: Iterable[Edge]) -> dict[str, list[str]]:
    """The graph without some of its edges."""
    out = frozenset(gone)
    return {
        node: [following for following in successors if (node, following) not in out]
        for node, successors in graph.items()
    }
