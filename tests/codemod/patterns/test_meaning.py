"""What generated expressions give is the same before and after: Python itself says so."""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from onepath.codemod.packs.configuration import parse_config
from onepath.codemod.patterns.rule import PatternRule
from onepath.plan.replacing import plan_replacement
from onepath.run import SerialExecutor
from onepath.snapshot import open_snapshot

CONFIG = parse_config("", "")
LIB = """
said = []
def say(x):
    said.append(x)
    return x
def add(a, b=0): return a + b
def sub(a, b): return a - b
def both(a, b): return a and b
def pick(a, b, c): return b if a else c
def minus(a): return -a
def no(a): return not a
def power(a, b): return a ** abs(b % 3)
"""
RULES = [
    ("lib.add($A, $B)", "$A + $B"),
    ("lib.sub($A, $B)", "$A - $B"),
    ("lib.both($A, $B)", "$A and $B"),
    ("lib.pick($A, $B, $C)", "$B if $A else $C"),
    ("lib.minus($A)", "-$A"),
    ("lib.no($A)", "not $A"),
    ("lib.power($A, $B)", "$A ** abs($B % 3)"),
    ("lib.add(b=$B, $$$A)", "sum([$B, $$$A])"),
]

numbers = st.sampled_from(["0", "1", "2", "x", "y", "x.real", "(1)", "True"])


def _more(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(inner, inner)
    return st.one_of(
        two.map(lambda p: f"lib.add({p[0]}, {p[1]})"),
        two.map(lambda p: f"lib.add({p[0]}, b={p[1]})"),
        two.map(lambda p: f"lib.add(b={p[1]}, a={p[0]})"),
        two.map(lambda p: f"lib.sub({p[0]},\n    {p[1]},\n)"),
        two.map(lambda p: f"lib.both({p[0]}, {p[1]})"),
        two.map(lambda p: f"lib.power({p[0]}, {p[1]})"),
        st.tuples(inner, inner, inner).map(lambda p: f"lib.pick({p[0]}, {p[1]}, {p[2]})"),
        inner.map(lambda p: f"lib.minus({p})"),
        inner.map(lambda p: f"lib.no({p})"),
        inner.map(lambda p: f"lib.say({p})"),
        inner.map(lambda p: f"-({p})"),
        inner.map(lambda p: f"({p})"),
        two.map(lambda p: f"({p[0]} - {p[1]})"),
        two.map(lambda p: f"({p[0]}) * ({p[1]})"),
        two.map(lambda p: f"({p[0]} if {p[1]} else 1)"),
        two.map(lambda p: f"({p[0]} < {p[1]})"),
        inner.map(lambda p: f"(lambda z: z + {p})(1)"),
        inner.map(lambda p: f"sum([{p} for q in (1, 2)])"),
        inner.map(lambda p: f"len(f'{{{p}}}')"),
    )


expressions = st.recursive(numbers, _more, max_leaves=8)


def _compiles(text: str) -> bool:
    try:
        compile(text, "use", "exec")
    except SyntaxError:
        return False
    return True


def _evaluated(text: str) -> tuple[Any, list[Any]]:
    names: dict[str, Any] = {}
    exec(LIB, names)
    lib = type(
        "lib", (), {key: staticmethod(value) for key, value in names.items() if callable(value)}
    )
    scope: dict[str, Any] = {"lib": lib, "x": 3, "y": -2}
    exec(compile(ast.parse(text.replace("import lib\n", "")), "use", "exec"), scope)
    return scope["r"], names["said"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("code")
    (folder / "lib.py").write_text(LIB)
    return folder


@given(expressions)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_it_gives_what_it_gave_and_does_what_it_did(folder: Path, expression: str) -> None:
    text = f"import lib\nr = ({expression})\n"
    assume(_compiles(text))  # nested quotes do only from Python 3.12 on
    (folder / "use.py").write_text(text)
    rules = [PatternRule.read(*rule) for rule in RULES]
    plan = plan_replacement(open_snapshot(folder), CONFIG, rules, executor=SerialExecutor())
    for change in plan.phases[0].changeset.changes:
        assert change.path == "use.py"
        assert _evaluated((change.new or b"").decode()) == _evaluated(text)


def test_every_rule_matches_somewhere(replace: Callable[..., Any]) -> None:
    calls = ["add(1, 2)", "sub(1, 2)", "both(1, 2)", "pick(1, 2, 3)", "minus(1)", "no(1)",
             "power(2, 1)", "add(1, b=2)"]  # fmt: skip
    text = "import lib\n" + "".join(f"lib.{call}\n" for call in calls)
    done = replace({"lib.py": LIB, "use.py": text}, *RULES)
    assert "lib" not in done.files["use.py"]
