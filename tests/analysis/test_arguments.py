"""Arguments of one signature, given to another."""

import ast
import inspect
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onepath.analysis.arguments import (
    Argument,
    Giving,
    Signature,
    bind,
    give,
    is_constant,
    is_identity,
    may_bind,
    requoted,
    same_default,
    same_for_callers,
)
from onepath.model import Param
from onepath.model.refused import Refused

NAMES = ("a", "b", "c", "d")
KINDS = {
    "posonly": inspect.Parameter.POSITIONAL_ONLY,
    "normal": inspect.Parameter.POSITIONAL_OR_KEYWORD,
    "kwonly": inspect.Parameter.KEYWORD_ONLY,
}


def signature_of(*params: Param) -> Signature:
    return Signature(params)


def plain(*names: str) -> Signature:
    return Signature(tuple(Param(name, "normal", None, None) for name in names))


# ------------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([Argument(star="*")], "star-arguments"),
        ([Argument("", 0), Argument("", 1), Argument("", 2)], "does-not-bind"),
        ([Argument("", 0), Argument("a", 1)], "does-not-bind"),
        ([Argument("z", 0)], "does-not-bind"),
        ([Argument("a", 0)], "does-not-bind"),
    ],
)
def test_a_call_that_does_not_bind_is_refused(arguments: list[Argument], code: str) -> None:
    with pytest.raises(Refused) as caught:
        bind(arguments, plain("a", "b"))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("new", "giving", "code"),
    [
        (plain("a"), Giving({"a": "a"}), "no-parameter"),
        (plain("a", "b", "c"), Giving({"a": "a", "b": "b"}), "no-argument"),
        (plain("a", "b"), Giving({"a": "a", "b": "a"}), "given-twice"),
        (plain("a", "b"), Giving({"a": "a", "b": "b"}, added={"z": "2"}), "no-parameter"),
        (plain("a"), Giving({"a": "a"}, frozenset("b")), "argument-effects"),
        (signature_of(Param("b", "posonly", None, None), Param("a", "posonly", None, None)),
         Giving({"a": "a", "b": "b"}), "order"),
    ],
)  # fmt: skip
def test_what_has_no_place_is_refused(new: Signature, giving: Giving, code: str) -> None:
    old = plain("a", "b")
    bound = bind([Argument("", 0), Argument("", 1, effects=True)], old)
    with pytest.raises(Refused) as caught:
        give(bound, old, new, giving)
    assert caught.value.code == code


def test_a_default_that_may_change_is_not_written_out() -> None:
    old = signature_of(Param("a", "normal", "[]", None))
    with pytest.raises(Refused) as caught:
        give(bind([], old), old, plain("a"), Giving({"a": "a"}))
    assert caught.value.code == "default"


# ---------------------------------------------------------------------- given


def test_the_rest_goes_through_where_it_is_kept() -> None:
    old = signature_of(
        Param("a", "normal", None, None), Param("r", "*", None, None), Param("k", "**", None, None)
    )
    giving = Giving({"a": "a"}, rest="kept", keywords="kept")
    call = [Argument("", 0), Argument("", 1), Argument("z", 2)]
    assert list(give(bind(call, old), old, old, giving)) == call
    assert is_identity(old, old, giving)
    dropped = give(
        bind(call, old), old, plain("a"), Giving({"a": "a"}, rest="dropped", keywords="dropped")
    )
    assert list(dropped) == call[:1]


def test_what_a_caller_can_tell_apart() -> None:
    one, other = Param("a", "normal", "1", "int"), Param("a", "normal", "1", "str")
    assert same_for_callers(signature_of(one), signature_of(other))
    assert not same_for_callers(signature_of(one), signature_of(other), annotations=True)
    assert not same_for_callers(signature_of(one), signature_of())
    assert not same_for_callers(signature_of(one), signature_of(one._replace(default="2")))


def test_constants_and_their_quotes() -> None:
    assert is_constant("(1, 'a', None, -2.5)")
    assert not is_constant("[]")
    assert not is_constant("NAME")
    assert same_default("'a'", '"a"')
    assert not same_default("1", "True")
    assert not same_default("[]", "[]")
    assert requoted("'a'", '"') == '"a"'
    assert requoted('"it\'s"', "'") == ""
    assert requoted("'\\n'", '"') == ""


# ------------------------------------------------------------------- any call


@st.composite
def signatures(draw: st.DrawFn) -> Signature:
    """Any order of names, kinds in the order that Python wants, some with defaults."""
    names = draw(st.permutations(NAMES))[: draw(st.integers(1, 4))]
    kinds = sorted((draw(st.sampled_from(list(KINDS))) for _ in names), key=list(KINDS).index)
    params, optional = [], False
    for name, kind in zip(names, kinds, strict=True):
        optional = draw(st.booleans()) or (optional and kind != "kwonly")
        default = repr(draw(st.sampled_from((None, 1, "x")))) if optional else None
        params.append(Param(name, kind, default, None))
    return Signature(tuple(params))


@st.composite
def calls(draw: st.DrawFn, signature: Signature) -> list[Argument]:
    """Any call that binds: some positional arguments, the rest by keyword, in any order."""
    count = draw(st.integers(0, len(signature.positional)))
    chosen = [Argument("", at) for at in range(count)]
    rest = [p for p in signature.params if p not in signature.positional[:count]]
    named = [p.name for p in rest if p.kind != "posonly" and (not p.default or draw(st.booleans()))]
    return chosen + [
        Argument(name, count + at) for at, name in enumerate(draw(st.permutations(named)))
    ]


def real(signature: Signature) -> inspect.Signature:
    """The signature of a function of these parameters, made with Python itself."""
    parts, slash, star = [], False, False
    for param in signature.params:
        if slash and param.kind != "posonly":
            parts.append("/")
        slash = param.kind == "posonly"
        if param.kind == "kwonly" and not star:
            parts.append("*")
            star = True
        parts.append(param.name if param.default is None else f"{param.name}={param.default}")
    made: dict[str, Any] = {}
    exec(f"def made({', '.join((*parts, '/') if slash else parts)}): ...", made)
    return inspect.signature(made["made"])


def values(arguments: list[Argument], signature: Signature) -> dict[str, object]:
    """What each parameter gets from a call, defaults included."""
    given = [(one, f"value {one.place}" if one.place >= 0 else eval(one.text)) for one in arguments]
    bound = real(signature).bind(
        *(value for one, value in given if not one.keyword),
        **{one.keyword: value for one, value in given if one.keyword},
    )
    bound.apply_defaults()
    return dict(bound.arguments)


@given(st.data())
@settings(max_examples=400, deadline=None, derandomize=True)
def test_the_same_values_reach_the_mapped_parameters(data: st.DataObject) -> None:
    old, new = data.draw(signatures()), data.draw(signatures())
    call = data.draw(calls(old))
    try:
        expected = values(call, old)
    except TypeError:
        return  # a positional-only parameter was left out
    there = data.draw(st.permutations([p.name for p in new.params]))
    to = dict(zip([p.name for p in old.params], there, strict=False))
    dropped = frozenset(p.name for p in old.params if p.name not in to)
    free = [p.name for p in new.params if p.name not in to.values()]
    added = {name: "'added'" for name in free if data.draw(st.booleans())}
    try:
        given = give(bind(call, old), old, new, Giving(to, dropped, added))
    except Refused as error:
        refused = error.code
    else:
        refused = ""
    if refused:
        assert refused in ("no-argument", "order")
        return
    reached = values(list(given), new)
    assert {name: reached[target] for name, target in to.items()} == {
        name: expected[name] for name in to
    }
    assert all(reached[name] == "added" for name in added)
    places = [one.place for one in given if one.place >= 0]
    assert places == sorted(places)  # evaluated in the order in which they stood


@given(st.data())
@settings(max_examples=400, deadline=None, derandomize=True)
def test_a_call_may_bind_where_python_binds_it(data: st.DataObject) -> None:
    signature = data.draw(signatures())
    count = data.draw(st.integers(0, len(NAMES)))
    keywords = data.draw(st.lists(st.sampled_from(NAMES), unique=True))
    parts = ["1"] * count + [f"{name}=1" for name in keywords]
    call = ast.parse(f"f({', '.join(parts)})", mode="eval").body
    assert isinstance(call, ast.Call)
    try:
        real(signature).bind(*[1] * count, **dict.fromkeys(keywords, 1))
    except TypeError:
        assert not may_bind(call, signature)
    else:
        assert may_bind(call, signature)


def test_a_keyword_of_the_name_of_a_positional_parameter_gives_nothing_to_that() -> None:
    signature = signature_of(Param("a", "posonly", None, None), Param("k", "**", None, None))
    call = ast.parse("f(a=1)", mode="eval").body
    assert isinstance(call, ast.Call)
    assert not may_bind(call, signature)
