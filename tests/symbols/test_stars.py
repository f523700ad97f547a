"""What star imports bring, however they lead to one another."""

from hypothesis import given
from hypothesis import strategies as st

from onepath.symbols.stars import StarStep, brought_by_stars

NODES = "abcde"
GRAPHS = st.fixed_dictionaries(
    {
        node: st.builds(
            StarStep,
            st.frozensets(st.sampled_from(("x", "y", "_z"))),
            st.booleans(),
            st.lists(st.sampled_from((*NODES, "folder/")), max_size=3),
            st.booleans(),
        )
        for node in NODES
    }
)


def each_way(
    graph: dict[str, StarStep], path: str, seen: frozenset[str]
) -> tuple[frozenset[str], bool]:
    """The same by every way, one after the other."""
    if path in seen or path.endswith("/"):
        return frozenset(), False
    names, is_whole, sources, has_all = graph[path]
    for source in sources:
        inner, is_inner_whole = each_way(graph, source, seen | {path})
        inner = frozenset(name for name in inner if has_all or not name.startswith("_"))
        names, is_whole = names | inner, is_whole and is_inner_whole
    return names, is_whole


@given(GRAPHS)
def test_every_way_is_followed(graph: dict[str, StarStep]) -> None:
    for start in (*NODES, "folder/"):
        assert brought_by_stars(start, graph.__getitem__) == each_way(graph, start, frozenset())
