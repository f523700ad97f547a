"""Layouts of dict displays when keys are renamed and moved."""

import pytest

from onepath.model.refused import Refused
from onepath_packs.websocket.events.displays import DisplayPlace, Reshape, reshape

HERE = DisplayPlace("", 0, 0)


def moved(*keys: str, first: bool = False, **renames: str) -> Reshape:
    return Reshape(renames, {}, keys, "data", first)


# ------------------------------------------------------------------- refused


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1\n # of b\n , "b": 2}',
        '{"a": # why\n 1, "b": 2}',
        '{"a": 1, # of a\n "b": 2}',
        '{"a": 1, **rest}',
        '{"a": 1, "data": {  # none\n}}',
    ],
)
def test_comments_and_parts_that_belong_to_nothing_certain(text: str) -> None:
    with pytest.raises(Refused):
        reshape(text, moved("a"), HERE)


# ------------------------------------------------------------------- renamed


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("{'a': 1, \"b\": 2 , }", "{'x': 1, \"b\": 2 , }"),
        ('{"""a""": 1}', '{"""x""": 1}'),
        ('{"b": 2, ("a"): f(1,\n  2)}', '{"b": 2, ("x"): f(1,\n  2)}'),
        ('{"a" "": 1}', '{"x": 1}'),
        ('{k: "a", **{"b": "a"}}', '{k: "a", **{"b": "a"}}'),
    ],
)
def test_renames_touch_the_keys_alone(text: str, after: str) -> None:
    assert reshape(text, Reshape({"a": "x"}, {}, (), "data", False), HERE) == after


def test_a_value_is_replaced() -> None:
    how = Reshape({"a": "x"}, {"a": "time.time()"}, (), "data", False)
    assert reshape('{"a":  now(), "b": 1}', how, HERE) == '{"x":  time.time(), "b": 1}'


# --------------------------------------------------------------------- moved


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ('{"a": 1, "b": 2}', '{"b": 2, "data": {"a": 1}}'),
        ("{ 'b': 2, 'a': 1, }", "{ 'b': 2, 'data': {'a': 1}, }"),
        ('{"a": 1, "data": {}}', '{"data": {"a": 1}}'),
        ('{"data": {"z": 0,}, "a": 1}', '{"data": {"z": 0, "a": 1,}}'),
        ('{"a": f(1,\n  2), "b": 2}', '{"b": 2, "data": {"a": f(1,\n  2)}}'),
        ('{"a": 1,\n "b": 2}', '{\n    "b": 2,\n    "data": {"a": 1},\n}'),
        ('{\n  "a": 1\n}', '{\n  "data": {"a": 1}\n}'),
        ('{\n\t"a": 1,  # a\n}', '{\n\t"data": {\n\t\t"a": 1,  # a\n\t},\n}'),
        (
            '{  # open\n    "data": {"z": 0},\n    # of a\n    "a": 1,\n}',
            '{  # open\n    "data": {\n        "z": 0,\n        # of a\n        "a": 1,\n    },\n}',
        ),
        ('{\n    "data": {\n    },\n    "a": 1,\n}', '{\n    "data": {"a": 1},\n}'),
    ],
)
def test_a_key_moves(text: str, after: str) -> None:
    assert reshape(text, moved("a"), HERE) == after


def test_the_inner_display_can_stand_where_the_first_key_stood() -> None:
    text = '{"k": 0, "a": 1, "b": 2}'
    assert reshape(text, moved("a", first=True), HERE) == '{"k": 0, "data": {"a": 1}, "b": 2}'


def test_a_line_that_would_be_too_long_is_spread_over_several() -> None:
    text = '{"a": 1, "b": 2}'
    assert reshape(text, moved("a"), DisplayPlace("  ", 74, 0)) == '{"b": 2, "data": {"a": 1}}'
    spread = '{\n      "b": 2,\n      "data": {"a": 1},\n  }'
    assert reshape(text, moved("a"), DisplayPlace("  ", 74, 1)) == spread
    assert reshape(text, moved("a"), DisplayPlace("  ", 90, 0)) == '{"b": 2, "data": {"a": 1}}'


def test_longer_keys_spread_a_line_too() -> None:
    how = Reshape({"a": "longer"}, {}, (), "data", False)
    assert reshape('{"a": 1}', how, DisplayPlace("", 86, 1)) == '{"longer": 1}'
    assert reshape('{"a": 1}', how, DisplayPlace("", 87, 1)) == '{\n    "longer": 1,\n}'
    assert reshape('{"a": 1}', how, DisplayPlace("", 95, 1)) == '{"longer": 1}'
