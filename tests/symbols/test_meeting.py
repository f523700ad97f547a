from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from onepath.symbols.graph.meeting import meeting

NODES = st.sampled_from("abcdefgh")
GRAPHS = st.dictionaries(NODES, st.lists(NODES))
GROUPS = st.lists(st.lists(NODES, unique=True))


def reached_from(graph: dict[str, list[str]], node: str) -> set[str]:
    seen, waiting = {node}, [node]
    while waiting:
        for following in graph.get(waiting.pop(), ()):
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return seen


def test_only_nodes_that_one_node_leads_to_meet() -> None:
    graph = {"top": ["a", "b"], "other": ["c"], "a": ["deep"]}
    assert meeting(graph, [["a", "c"], ["deep", "b", "c"], ["deep", "a"], ["b"]]) == [
        set(),
        {"deep", "b"},
        {"deep", "a"},
        set(),
    ]


@given(GRAPHS, GROUPS)
def test_it_is_what_a_search_from_every_node_finds(
    graph: dict[str, list[str]], groups: list[list[str]]
) -> None:
    expected = []
    for group in groups:
        met: set[str] = set()
        for start in {*graph, *group, *"abcdefgh"}:
            reached = reached_from(graph, start) & set(group)
            met.update(*(pair for pair in combinations(reached, 2)))
        expected.append(met)
    assert meeting(graph, groups) == expected
