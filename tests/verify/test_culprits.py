"""The search for what breaks, with everything that can break."""

from collections.abc import Collection

from hypothesis import given
from hypothesis import strategies as st

from onepath.verify.gate.culprits import culprits

ITEMS = list(range(20))
breaking = st.sets(st.frozensets(st.sampled_from(ITEMS), min_size=1, max_size=3), max_size=4)


class Runs:
    """Fails while all items of any of some sets are there, and counts how often it was asked."""

    def __init__(self, sets: Collection[frozenset[int]]) -> None:
        self.sets = sorted(sets, key=sorted)
        self.count = 0

    def __call__(self, left_out: Collection[int]) -> list[str]:
        self.count += 1
        there = set(ITEMS) - set(left_out)
        return [f"test {sorted(one)}" for one in self.sets if one <= there]


@given(breaking)
def test_nothing_fails_without_the_culprits_and_none_is_left_out_for_nothing(
    sets: set[frozenset[int]],
) -> None:
    runs = Runs(sets)
    found = culprits(ITEMS, runs)
    assert found is not None
    assert runs(found) == []
    assert len(found) <= len(sets)
    assert found.keys() <= frozenset().union(*sets, ())
    for item, test in found.items():
        # With all the others left out, this one still breaks the test that it is left out for.
        assert f"{item}" in test


@given(st.sampled_from(ITEMS))
def test_one_culprit_takes_few_runs(culprit: int) -> None:
    runs = Runs([frozenset({culprit})])
    assert culprits(ITEMS, runs) == {culprit: f"test [{culprit}]"}
    assert runs.count <= 8


def test_what_fails_by_itself_has_no_culprit() -> None:
    assert culprits(ITEMS, lambda _: ["flaky"]) is None
    assert culprits([], lambda _: []) == {}
