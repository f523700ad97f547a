"""Nodes of a directed graph that one node leads to."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence


def meeting(
    graph: Mapping[str, Iterable[str]], groups: Sequence[Sequence[str]]
) -> list[frozenset[str]]:
    """Those of each group that some node leads to, while it leads to another of the group as well.

    A node leads to itself.

    Args:
        graph: Node -> the nodes after it.
        groups: The nodes that are asked for.
    """
    bits = {node: 1 << at for at, node in enumerate(sorted({n for one in groups for n in one}))}
    sets = set(_reached(graph, bits).values())
    found = []
    for group in groups:
        whole = 0
        for node in group:
            whole |= bits[node]
        met = 0
        for reached in {one & whole for one in sets}:
            if reached & (reached - 1):  # more than one bit
                met |= reached
        found.append(frozenset(node for node in group if bits[node] & met))
    return found


def _reached(graph: Mapping[str, Iterable[str]], bits: Mapping[str, int]) -> Mapping[str, int]:
    """Node -> the bits of all that it leads to."""
    before: dict[str, list[str]] = {}
    for node, following in graph.items():
        for one in following:
            before.setdefault(one, []).append(node)
    reached = dict(bits)
    # First come, first served, and each once: what is behind a node has mostly come together by
    # the time it is its turn.
    waiting, is_waiting = deque(bits), set(bits)
    while waiting:
        node = waiting.popleft()
        is_waiting.discard(node)
        own = reached[node]
        for one in before.get(node, ()):
            known = reached.get(one, 0)
            if known | own != known:
                reached[one] = known | own
                if one not in is_waiting:
                    is_waiting.add(one)
                    waiting.append(one)
    return reached
