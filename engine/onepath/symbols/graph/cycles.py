"""Cycles in a directed graph: strongly connected components, and the shortest cycle of each."""

from collections import deque
from collections.abc import Iterable, Mapping

Graph = Mapping[str, Iterable[str]]


def components(graph: Graph) -> list[frozenset[str]]:
    """The strongly connected components of more than one node, or of one that leads to itself.

    Tarjan's algorithm without recursion, so that long chains of imports do no harm; sorted by
    their smallest node.
    """
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[frozenset[str]] = []
    for root in sorted(graph):
        if root in index:
            continue
        work = [(root, iter(graph.get(root, ())))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, successors = work[-1]
            following = next((successor for successor in successors if successor in graph), None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    found += _popped(node, stack, on_stack, graph)
            elif following not in index:
                index[following] = low[following] = len(index)
                stack.append(following)
                on_stack.add(following)
                work.append((following, iter(graph.get(following, ()))))
            elif following in on_stack:
                low[node] = min(low[node], index[following])
    return sorted(found, key=min)


def _popped(node: str, stack: list[str], on_stack: set[str], graph: Graph) -> list[frozenset[str]]:
    members = []
    while True:
        member = stack.pop()
        on_stack.discard(member)
        members.append(member)
        if member == node:
            break
    circular = len(members) > 1 or node in set(graph.get(node, ()))
    return [frozenset(members)] if circular else []


def levels(graph: Graph) -> dict[str, int]:
    """How high each node stands: above all that it leads to, except those of its own component.

    What nothing leads to is above everything else.
    """
    holder = {node: node for node in graph}
    for component in components(graph):
        holder.update(dict.fromkeys(component, min(component)))
    below: dict[str, set[str]] = {one: set() for one in holder.values()}
    led_to: dict[str, set[str]] = {one: set() for one in below}
    for node, successors in graph.items():
        for following in successors:
            if following in holder and holder[following] != holder[node]:
                below[holder[node]].add(holder[following])
                led_to[holder[following]].add(holder[node])
    level = dict.fromkeys(below, 0)
    missing = {one: len(lower) for one, lower in below.items()}
    ready = [one for one, count in missing.items() if not count]
    while ready:
        one = ready.pop()
        for above in led_to[one]:
            level[above] = max(level[above], level[one] + 1)
            missing[above] -= 1
            if not missing[above]:
                ready.append(above)
    top = max(level.values(), default=0) + 1
    return {node: level[one] if led_to[one] else top for node, one in holder.items()}


def shortest_cycle(graph: Graph, component: frozenset[str]) -> tuple[str, ...]:
    """The shortest cycle in a component, first in the order of names where several are shortest.

    Returns:
        Its nodes in order, the smallest first; the last leads back to the first.
    """
    inside = {node: sorted(set(graph[node]) & component) for node in component}
    best: tuple[str, ...] = ()
    for start in sorted(component):
        if start in inside[start]:
            return (start,)
        cycle = _cycle_through(start, inside, len(best) or len(component) + 1)
        if cycle and (not best or len(cycle) < len(best)):
            best = cycle
            if len(best) == 2:  # nothing is shorter, and smaller names have had their turn
                break
    return best


def _cycle_through(
    start: str, inside: Mapping[str, list[str]], shorter_than: int
) -> tuple[str, ...]:
    """The shortest cycle through a node, if it is shorter than a bound."""
    before: dict[str, str] = {}
    depth = {start: 1}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        if depth[node] >= shorter_than:
            return ()
        for following in inside[node]:
            if following == start:
                cycle = [node]
                while cycle[-1] != start:
                    cycle.append(before[cycle[-1]])
                return tuple(reversed(cycle))
            if following not in depth:
                depth[following] = depth[node] + 1
                before[following] = node
                waiting.append(following)
    return ()
