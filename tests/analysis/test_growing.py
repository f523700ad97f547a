"""Sets that ask for one another: what they come to, and how much work that is."""

from hypothesis import given
from hypothesis import strategies as st

from onepath.analysis.growing import Growing

_KEYS = st.integers(0, 7)
_GRAPHS = st.dictionaries(_KEYS, st.lists(_KEYS, max_size=4), max_size=8)


@given(_GRAPHS, st.dictionaries(_KEYS, st.sets(st.integers(0, 2)), max_size=8))
def test_a_set_holds_what_all_that_it_leads_to_holds(
    graph: dict[int, list[int]], own: dict[int, set[int]]
) -> None:
    growing: Growing[int, int] = Growing(
        lambda key: frozenset(own.get(key, ())).union(*map(growing.get, graph.get(key, ())))
    )
    for start in range(8):
        reached, waiting = {start}, [start]
        while waiting:
            more = set(graph.get(waiting.pop(), ())) - reached
            reached |= more
            waiting += more
        expected = frozenset(value for key in reached for value in own.get(key, ()))
        assert growing.settled(lambda key=start: growing.get(key)) == expected


def test_sets_that_all_ask_for_each_other_are_computed_a_few_times_each() -> None:
    size, asked = 60, 0

    def compute(key: int) -> frozenset[int]:
        nonlocal asked
        asked += 1
        return frozenset({key}).union(*(growing.get(other) for other in range(size)))

    growing: Growing[int, int] = Growing(compute)
    growing.settled(lambda: growing.get(0))
    assert asked <= 13 * size
