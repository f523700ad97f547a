"""The cheapest set of imports that opens cycles: compared with trying all of them."""

from collections.abc import Collection, Mapping, Sequence
from itertools import chain, combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from onepath.symbols.graph.cuts import CutEdge, smallest_cut
from onepath.symbols.graph.cycles import components

Unit = tuple[str, int]
NODES = "abcde"
Graph = Mapping[str, Sequence[str]]


def left(
    graph: Graph, makers: Mapping[CutEdge, Collection[Unit]], gone: Collection[Unit]
) -> list[frozenset[str]]:
    """The cycles that hold on."""
    return components(
        {
            node: [
                to
                for to in targets
                if not makers[node, to] or not set(makers[node, to]) <= set(gone)
            ]
            for node, targets in graph.items()
        }
    )


@st.composite
def worlds(
    draw: st.DrawFn,
) -> tuple[Graph, dict[CutEdge, list[Unit]], dict[Unit, int]]:
    edges = draw(st.sets(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=11))
    graph = {node: [to for at, to in sorted(edges) if at == node] for node in NODES}
    numbers = st.lists(st.integers(0, 1), max_size=2, unique=True)
    makers = {edge: [(edge[0], one) for one in draw(numbers)] for edge in sorted(edges)}
    units = sorted({unit for made in makers.values() for unit in made})
    costs = {unit: draw(st.integers(0, 3)) for unit in units}
    return graph, makers, {unit: cost for unit, cost in costs.items() if cost}


@given(world=worlds())
@settings(max_examples=150, deadline=None)
def test_nothing_cheaper_opens_as_much(
    world: tuple[Graph, dict[CutEdge, list[Unit]], dict[Unit, int]],
) -> None:
    graph, makers, costs = world
    best = left(graph, makers, costs)
    cut = smallest_cut(graph, makers, costs)
    assert cut.is_smallest
    assert left(graph, makers, cut.gone) == best
    every = chain.from_iterable(combinations(costs, count) for count in range(len(costs) + 1))
    cheapest = min(
        sum(map(costs.__getitem__, one)) for one in every if left(graph, makers, one) == best
    )
    assert sum(map(costs.__getitem__, cut.gone)) == cheapest


def test_of_equals_the_first_goes() -> None:
    graph = {"a": ["b"], "b": ["a"]}
    makers = {("a", "b"): ["one"], ("b", "a"): ["two"]}
    assert smallest_cut(graph, makers, {"one": 1, "two": 1}).gone == ("one",)
    assert smallest_cut(graph, makers, {"two": 1, "one": 1}).gone == ("two",)
    assert smallest_cut(graph, makers, {"one": 2, "two": 1}).gone == ("two",)


def test_an_edge_goes_with_all_that_makes_it() -> None:
    graph = {"a": ["b"], "b": ["a"]}
    makers = {("a", "b"): ["one", "two"], ("b", "a"): ["three"]}
    assert smallest_cut(graph, makers, dict.fromkeys(("one", "two"), 1)).gone == ("one", "two")
    assert smallest_cut(graph, makers, {"one": 1}).gone == ()


def test_nothing_is_given_up_in_a_cycle_that_stays() -> None:
    graph = {"a": ["b", "c"], "b": ["a", "c"], "c": ["a"]}
    makers = {("a", "c"): ["ac"], ("b", "c"): ["bc"], ("c", "a"): ["ca"]}
    assert smallest_cut(graph, makers, {"ac": 1, "bc": 1, "ca": 1}).gone == ("ca",)


def test_a_search_that_takes_too_long_still_gives_up_nothing_in_vain() -> None:
    nodes = [str(number) for number in range(9)]
    graph = {node: [other for other in nodes if other != node] for node in nodes}
    makers = {(node, other): [(node, other)] for node in nodes for other in graph[node]}
    cut = smallest_cut(graph, makers, dict.fromkeys(makers, 1), most_steps=20)
    assert not cut.is_smallest
    gone = set(cut.gone)
    assert components({n: [o for o in graph[n] if (n, o) not in gone] for n in nodes}) == []
    for one in gone:
        fewer = gone - {one}
        assert components({n: [o for o in graph[n] if (n, o) not in fewer] for n in nodes})
