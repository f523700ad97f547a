"""Tests that values decide: CPython says the same of every value that may be meant."""

import ast
import warnings
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from onepath.analysis.factories.decide import SOMETHING, UNKNOWN, holds

_NAMES = ("a", "b")
_ATOMS = ("a", "b", "None", "0", "1", "''", "'x'", "True")
_OPERATORS = ("is", "is not", "==", "!=", "<", ">=")
_SOMETHING = (0, 1, "", "x", False, [])
_ANYTHING = (None, *_SOMETHING)

_compared = st.tuples(
    st.sampled_from(_ATOMS), st.sampled_from(_OPERATORS), st.sampled_from(_ATOMS)
).map(lambda one: f"({' '.join(one)})")
_tests = st.recursive(
    st.one_of(st.sampled_from(_NAMES), _compared),
    lambda inner: st.one_of(
        inner.map(lambda one: f"(not {one})"),
        st.tuples(inner, st.sampled_from(("and", "or")), inner).map(
            lambda one: f"({' '.join(one)})"
        ),
    ),
    max_leaves=4,
)
_values = st.sampled_from((None, 0, 1, "", "x", SOMETHING, UNKNOWN))


def _meant(value: object) -> tuple[object, ...]:
    if value is SOMETHING:
        return _SOMETHING
    return _ANYTHING if value is UNKNOWN else (value,)


@given(_tests, st.fixed_dictionaries(dict.fromkeys(_NAMES, _values)))
def test_what_is_decided_is_so_for_every_value(text: str, values: Mapping[str, object]) -> None:
    decided = holds(ast.parse(text, mode="eval").body, values)
    if decided is None:
        return
    for a in _meant(values["a"]):
        for b in _meant(values["b"]):
            try:
                with warnings.catch_warnings(action="ignore", category=SyntaxWarning):
                    real = bool(eval(text, {"a": a, "b": b}))
            except TypeError:
                continue
            assert real == decided, (a, b)
