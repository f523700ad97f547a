"""Which places of a file change together: as by comparing each with each, in one way through."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from onepath.codemod.refusals.left_out import Location
from onepath.codemod.review.places import PlaceSet, _joined, _touched
from onepath.facts.extract.file import extract
from onepath.model import BindingKey, Edit

TEXT = b"""from a import b as c, d
import e.f
def g():
    from a import b
    return b.x(d.y, lambda: c), e.f.h
c = d(b'', e.f)
"""
FACTS = extract(TEXT)


@st.composite
def edits(draw: st.DrawFn) -> list[Edit]:
    """Edits that don't overlap, in any order; some put something in."""
    bounds = sorted(draw(st.lists(st.integers(0, len(TEXT)), max_size=12)))
    pairs = [*zip(bounds[::2], bounds[1::2], strict=False)]
    spans = [
        pair for pair, above in zip(pairs, [(-1, -1), *pairs], strict=False) if pair[0] != above[0]
    ]
    return draw(st.permutations([Edit(start, end, b"", "name", 1) for start, end in spans]))


def each_with_each(changes: Sequence[Edit]) -> dict[BindingKey, set[int]]:
    spans = [
        (statement.start, statement.end, (statement.scope, alias.bound))
        for statement in FACTS.imports
        for alias in statement.names
    ]
    for use in FACTS.uses:
        end = use.chain[-1][1] if use.chain else use.end
        spans.append((use.start, end, (use.bound_in, use.name)))
    found: dict[BindingKey, set[int]] = {}
    for edit in changes:
        for start, end, key in spans:
            if start < max(edit.end, edit.start + 1) and edit.start < end:
                found.setdefault(key, set()).add(edit.start)
    return found


@given(edits())
def test_bindings_that_edits_touch(drawn: list[Edit]) -> None:
    assert _touched(drawn, FACTS) == each_with_each(drawn)


def merged(sets: Sequence[PlaceSet]) -> list[tuple[set[int], set[Location]]]:
    groups: list[tuple[set[int], set[Location]]] = []
    for place_set in sets:
        starts, locations = {*place_set.starts}, {*place_set.locations}
        sharing = [group for group in groups if group[0] & starts]
        groups = [group for group in groups if group not in sharing]
        groups.append((
            starts.union(*(group[0] for group in sharing)),
            locations.union(*(group[1] for group in sharing)),
        ))  # fmt: skip
    return groups


@given(st.lists(st.sets(st.integers(0, 9), min_size=1, max_size=3), max_size=6))
def test_sets_that_share_a_place_are_one(drawn: list[set[int]]) -> None:
    sets = [
        PlaceSet(tuple(sorted(starts)), (Location(number, "name"),))
        for number, starts in enumerate(drawn)
    ]
    joined = [*_joined(sets)]
    assert sorted(joined) == sorted(
        PlaceSet(tuple(sorted(starts)), tuple(sorted(locations)))
        for starts, locations in merged(sets)
    )
    assert [place_set.locations[0] for place_set in joined] == sorted(
        place_set.locations[0] for place_set in joined
    )
