"""Facts that are unpacked a few at a time are the same as those that stay unpacked."""

from functools import cached_property

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onepath.facts.extract.file import PARTS, extract_raw
from onepath.facts.store.by_blob import FactsByBlob
from onepath.facts.store.packed import pack
from onepath.model import Facts

COUNT = 6
SOURCES = {
    f"{number:040x}": (
        f"import a{number}\n\n\ndef f{number}(x={number}): return a{number}.b(x, 'a.b')\n".encode()
    )
    for number in range(COUNT)
}
PACKED = {oid: pack(extract_raw(data)) for oid, data in SOURCES.items()}
RECORDS = [
    name
    for name, value in vars(Facts).items()
    if isinstance(value, (cached_property, property)) and not name.startswith("_")
]


def filled(most_open: int | None) -> FactsByBlob:
    facts = FactsByBlob(most_open)
    for oid, packed in PACKED.items():
        facts.put(oid, packed)
    return facts


@given(
    st.sampled_from((1, 2, 3, None)),
    st.lists(st.tuples(st.sampled_from(sorted(SOURCES)), st.sampled_from(RECORDS)), max_size=40),
)
def test_facts_are_the_same_however_few_are_open(
    most_open: int | None, asked: list[tuple[str, str]]
) -> None:
    by_blob = filled(most_open)
    assert len(by_blob) == COUNT
    for oid, record in asked:
        assert oid in by_blob
        facts = by_blob.get(oid)
        assert facts is not None
        assert getattr(facts, record) == getattr(Facts(extract_raw(SOURCES[oid])), record)
        assert facts.once(made) == (f"f{int(oid, 16)}",)
    recorded = dict(by_blob.asked())
    assert recorded.keys() == SOURCES.keys()
    assert most_open is None or set(map(frozenset, recorded.values())) == {PARTS}


def made(facts: Facts) -> tuple[str, ...]:
    return tuple(definition.qualname for definition in facts.definitions)


def test_what_was_opened_first_is_packed_again() -> None:
    by_blob = filled(2)
    first, second, third = list(SOURCES)[:3]
    opened = by_blob.get(first)
    by_blob.get(second)
    assert by_blob.get(first) is opened  # asked for again, it is the last one to be packed
    by_blob.get(third)
    assert by_blob.get(first) is opened
    by_blob.get(second)
    by_blob.get(third)
    assert by_blob.get(first) is not opened


def test_all_stay_open_where_nothing_is_said() -> None:
    by_blob = filled(None)
    opened = {oid: by_blob.get(oid) for oid in SOURCES}
    assert all(by_blob.get(oid) is facts for oid, facts in opened.items())
    assert getattr(opened[next(iter(SOURCES))], "definitions", None)
    asked = dict(by_blob.asked())
    assert [set(parts) for parts in asked.values()] == [{"definitions"}] + [set()] * (COUNT - 1)


@pytest.mark.parametrize("most_open", [2, None])
def test_a_blob_that_is_not_here_has_no_facts(most_open: int | None) -> None:
    assert FactsByBlob(most_open).get("ab" * 20) is None
    assert "ab" * 20 not in FactsByBlob(most_open)
