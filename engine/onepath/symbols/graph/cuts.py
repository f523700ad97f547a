"""Which imports to take out of a graph so that its cycles open: as few as can be.

A feedback edge set, with two differences. An edge is held by everything that makes it (three
imports of one module from one file are one edge), and some of that can't go: what is in a cycle
of such edges stays in it, and nothing is given up for it.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import Generic, NamedTuple, TypeVar

from onepath.symbols.graph.cycles import Graph, components, shortest_cycle

CutEdge = tuple[str, str]
Unit = TypeVar("Unit", bound=Hashable)
MOST_STEPS = 20_000
"""How far the search goes, in choices that are tried: about two seconds."""


class Cut(NamedTuple, Generic[Unit]):
    """What has to go."""

    gone: tuple[Unit, ...]
    """In the order of preference."""
    is_smallest: bool
    """Whether it is known that nothing cheaper would do. Each of them is needed in any case."""


class _TooLong(Exception):  # noqa: N818 - the search ends, that is all
    """The search was given up."""


def smallest_cut(
    graph: Graph,
    makers: Mapping[CutEdge, Iterable[Unit]],
    costs: Mapping[Unit, int],
    most_steps: int = MOST_STEPS,
) -> Cut[Unit]:
    """The cheapest set whose loss opens every cycle that can be opened.

    Args:
        graph: Node -> where it leads.
        makers: Edge -> what makes it; it is gone when all of them are.
        costs: What may go, and what that costs; of equals the first ones go first.
        most_steps: How far to look before the answer may be dearer than the cheapest.
    """
    every = {
        (node, to): frozenset(makers.get((node, to), ())) for node in graph for to in graph[node]
    }
    loose = {edge: made for edge, made in every.items() if made and made <= costs.keys()}
    core = _cores(graph, loose)
    places = {unit: at for at, unit in enumerate(costs)}
    prices = tuple(costs.values())
    arcs: dict[CutEdge, int] = {}
    """Edge between cores -> the units that make it, as bits; 0 if it stays."""
    forced = 0
    for (node, to), made in every.items():
        start, end = core.get(node, node), core.get(to, to)
        bits = sum(1 << places[unit] for unit in made) if (node, to) in loose else 0
        if start != end:
            known = arcs.get((start, end))
            arcs[start, end] = bits if known is None else bits and known and bits | known
        elif node == to and node not in core:
            forced |= bits
    found = forced
    is_smallest = True
    for component in components(_adjacent(arcs, found)):
        inside = {arc: bits for arc, bits in arcs.items() if component.issuperset(arc)}
        try:
            found |= _Search(prices, most_steps).smallest(inside, forced)
        except _TooLong:
            found |= _pruned(prices, inside, forced)
            is_smallest = False
    return Cut(tuple(unit for unit, at in places.items() if found >> at & 1), is_smallest)


def _cores(graph: Graph, loose: Collection[CutEdge]) -> dict[str, str]:
    """The nodes of cycles that can't be opened, each with the first one of its cycle."""
    fixed = {node: [to for to in graph[node] if (node, to) not in loose] for node in graph}
    return {node: min(component) for component in components(fixed) for node in component}


def _adjacent(arcs: Mapping[CutEdge, int], gone: int) -> dict[str, list[str]]:
    """The graph of the arcs that are left when some units go."""
    found: dict[str, list[str]] = {node: [] for arc in arcs for node in arc}
    for (start, end), bits in arcs.items():
        if not bits or bits & ~gone:
            found[start].append(end)
    return found


def _pruned(prices: tuple[int, ...], arcs: Mapping[CutEdge, int], forced: int) -> int:
    """All units less those that are not needed, the dearest and last ones tried first."""
    kept = forced
    for bits in arcs.values():
        kept |= bits
    units = [at for at in range(len(prices)) if (kept & ~forced) >> at & 1]
    for at in sorted(units, key=lambda at: (-prices[at], -at)):
        if not components(_adjacent(arcs, kept & ~(1 << at))):
            kept &= ~(1 << at)
    return kept


class _Search:
    """Finds the cheapest set that hits the cycles known so far, until there are no others.

    Args:
        prices: Of each unit.
        most_steps: How many choices may be tried.
    """

    def __init__(self, prices: tuple[int, ...], most_steps: int) -> None:
        self._prices = prices
        self._steps = most_steps
        self._known: dict[int, tuple[int, int]] = {0: (0, 0)}
        self._cycles: list[tuple[int, ...]] = []
        self._best: tuple[int, int] | None = None

    def smallest(self, arcs: Mapping[CutEdge, int], forced: int) -> int:
        """The units to give up, besides those that go anyhow.

        Raises:
            _TooLong: There are too many choices.
        """
        gone = forced
        while met := self._met(arcs, gone):
            self._cycles += met
            self._cycles.sort(key=len)
            self._best = None
            self._choose(forced, 0)
            gone = self._best[1] if self._best is not None else gone
        return gone

    def _met(self, arcs: Mapping[CutEdge, int], gone: int) -> list[tuple[int, ...]]:
        """Cycles that are left and share no unit: the choices that would open each of them."""
        found = []
        while left := components(_adjacent(arcs, gone)):
            graph = _adjacent(arcs, gone)
            for component in left:
                cycle = shortest_cycle(graph, component)
                choices = {arcs[arc] for arc in zip(cycle, (*cycle[1:], cycle[0]), strict=True)}
                choices.discard(0)
                found.append(tuple(sorted(choices, key=self._price)))
                for bits in choices:
                    gone |= bits
        return found

    def _price(self, bits: int) -> tuple[int, int]:
        """What some units cost; of equals those with the smaller number come first."""
        known = self._known.get(bits)
        if known is None:
            total = sum(price for at, price in enumerate(self._prices) if bits >> at & 1)
            known = self._known[bits] = (total, bits)
        return known

    def _choose(self, gone: int, cost: int) -> None:
        """Try all that might be cheaper than the best so far."""
        self._steps -= 1
        if self._steps < 0:
            raise _TooLong
        shut = [cycle for cycle in self._cycles if all(bits & ~gone for bits in cycle)]
        least, used = cost, 0
        for choices in shut:
            if not any(bits & used for bits in choices):
                least += min(self._price(bits & ~gone)[0] for bits in choices)
                for bits in choices:
                    used |= bits
        if self._best is not None and least >= self._best[0]:
            return
        if not shut:
            self._best = cost, gone
            return
        for needed in sorted((bits & ~gone for bits in shut[0]), key=self._price):
            self._choose(gone | needed, cost + self._price(needed)[0])
