"""Scopes are compared with CPython's own `symtable` module, which is the truth about them."""

import random
import symtable
import sys
import sysconfig
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from onepath.facts.extract.file import extract
from onepath.model import Facts, Scope

STANDARD_LIBRARY = Path(sysconfig.get_path("stdlib"))
_KINDS = {"lambda": "lambda", "listcomp": "comprehension", "setcomp": "comprehension",
          "dictcomp": "comprehension", "genexpr": "comprehension"}  # fmt: skip
# What the compiler puts in by itself, and the names it writes differently inside a class.
_IMPLICIT = {"__class__", ".0"}


def sample(count: int) -> list[Path]:
    files = sorted(STANDARD_LIBRARY.glob("*.py")) + sorted(STANDARD_LIBRARY.glob("*/*.py"))
    return random.Random(20250914).sample([f for f in files if "lib2to3" not in f.parts], count)


def kind_of(table: symtable.SymbolTable) -> str:
    kind = table.get_type()
    return _KINDS.get(table.get_name(), kind) if kind == "function" else kind


def walk(table: symtable.SymbolTable, parent: int, found: list[tuple[symtable.SymbolTable, int]]):
    index = len(found)
    found.append((table, parent))
    for child in table.get_children():
        walk(child, index, found)
    return found


def meaning_in_python(table: symtable.SymbolTable, name: str, in_module: bool) -> str:
    symbol = table.lookup(name)
    if symbol.is_free():
        return "free"
    if table.get_type() == "module" or symbol.is_global():
        return "global" if in_module else "builtin"
    return "local"


def meaning_for_us(facts: Facts, index: int, name: str) -> str:
    """As `Scopes.resolve`, from what the facts say of each scope."""
    scope = facts.scopes[index]
    if name in scope.bound:
        return "local" if index else "global"
    module = "global" if name in facts.scopes[0].bound else "builtin"
    if name in scope.redirected and not enclosing(facts, scope, name):
        return module
    return "free" if enclosing(facts, scope, name) else module


def enclosing(facts: Facts, scope: Scope, name: str) -> bool:
    at = scope.parent
    while at > 0:
        outer = facts.scopes[at]
        if outer.kind != "class":
            if name in outer.bound:
                return True
            if name in outer.redirected and not enclosing(facts, outer, name):
                return False
        at = outer.parent
    return False


def is_redirected_past_another(facts: Facts, scope: Scope, name: str) -> bool:
    """Whether a name that a function around declares as `global` or `nonlocal` may be either."""
    at = scope
    while at.parent >= 0:
        if name in at.redirected and enclosing(facts, at, name):
            return True
        at = facts.scopes[at.parent]
    return False


def unmangled(name: str, bound_or_read: set[str]) -> str:
    """`_Class__name` as the source has it."""
    if name not in bound_or_read and name.startswith("_") and "__" in name[1:]:
        return "__" + name[1:].split("__", 1)[1]
    return name


def differences(source: bytes, *, one_line: bool = False) -> list[str]:
    """Every name of every scope whose binding CPython sees otherwise than we do.

    Args:
        source: A program.
        one_line: Whether each comprehension stands on a line of its own, so that it can be told
            from its like by that. (`symtable` goes through the clauses of a `try` in another
            order, and gives some comprehensions another line than `ast` does.)
    """
    text = source.decode()
    facts = extract(source)
    assert facts.failure is None, facts.failure
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tables = walk(symtable.symtable(text, "<source>", "exec"), -1, [])
    ours = by_shape(
        one_line,
        [
            (s.kind, s.parent, s.name, source.count(b"\n", 0, s.start) + 1 if i else 0)
            for i, s in enumerate(facts.scopes)
        ],
    )
    theirs = by_shape(
        one_line,
        [
            (
                kind_of(t),
                parent,
                "" if kind_of(t) in ("module", "lambda", "comprehension") else t.get_name(),
                t.get_lineno(),
            )
            for t, parent in tables
        ],
    )
    if ours.keys() != theirs.keys():
        return [f"scopes: {sorted(map(str, ours.keys() ^ theirs.keys()))[:4]}"]
    module = facts.scopes[0]
    wrong = []
    for shape, index in theirs.items():
        table, ours_at = tables[index][0], ours[shape]
        scope = facts.scopes[ours_at]
        known = {*scope.bound, *scope.free}
        for raw in table.get_identifiers():
            symbol, name = table.lookup(raw), unmangled(raw, known)
            if raw in _IMPLICIT or not (symbol.is_referenced() or symbol.is_local()):
                continue
            if name == "super" or table.get_name() == "top":  # which `symtable` takes for a module
                continue
            if not symbol.is_referenced() and name not in known:
                if symbol.is_local():
                    wrong.append(f"{shape}: {name} is bound")
                continue
            if symbol.is_referenced() and name not in known:
                wrong.append(f"{shape}: {name} is not seen")
                continue
            if is_redirected_past_another(facts, scope, name):
                continue  # the facts do not tell `global` from `nonlocal`
            python = meaning_in_python(table, raw, name in module.bound)
            mine = meaning_for_us(facts, ours_at, name)
            if python != mine:
                wrong.append(f"{shape}: {name} is {python}, not {mine}")
    return wrong


def by_shape(
    one_line: bool, scopes: list[tuple[str, int, str, int]]
) -> dict[tuple[object, ...], int]:
    """Each scope by its way down from the module, told apart from its like by their order."""
    shapes: list[tuple[object, ...]] = []
    seen: dict[tuple[object, ...], int] = {}
    for index, (kind, parent, name, line) in enumerate(scopes):
        above = shapes[parent] if parent >= 0 else ()
        way = (*above, kind, name, 0 if kind == "comprehension" and not one_line else line)
        number = 0
        while (*way, number) in seen:
            number += 1
        shapes.append((*way, number))
        seen[*way, number] = index
    return seen


comprehensions_have_tables = pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="symtable leaves out comprehensions that are inlined"
)


@comprehensions_have_tables
@pytest.mark.parametrize("path", sample(60), ids=lambda path: path.stem)
def test_standard_library_has_the_scopes_that_cpython_sees(path: Path) -> None:
    data = path.read_bytes()
    if not data.isascii() and b"coding" in data[:200]:
        pytest.skip("in another encoding")
    assert differences(data) == []


# ------------------------------------------------------- generated programs

NAMES = st.sampled_from(["a", "b", "c", "d"])
EXPRESSIONS = st.recursive(
    NAMES,
    lambda inner: st.one_of(
        st.builds("{} + {}".format, inner, inner),
        st.builds("({} := {})".format, NAMES, inner),
        st.builds("[{} for {} in {} if {}]".format, inner, NAMES, inner, inner),
        st.builds(
            "{{{0}: {0} for {1} in {2} for {3} in {4}}}".format, inner, NAMES, inner, NAMES, inner
        ),
        st.builds("(lambda {}={}: {})".format, NAMES, inner, inner),
        st.builds("(lambda *{}: {})".format, NAMES, inner),
        st.builds("f'{{{}}}'".format, NAMES),
        st.builds("{}.x({}, k={})".format, NAMES, inner, inner),
    ),
    max_leaves=4,
)
SIMPLE = st.one_of(
    st.builds("{} = {}".format, NAMES, EXPRESSIONS),
    st.builds("{}, *{} = {}".format, NAMES, NAMES, EXPRESSIONS),
    st.builds("{}: {} = {}".format, NAMES, EXPRESSIONS, EXPRESSIONS),
    st.builds("{}: {}".format, NAMES, NAMES),
    st.builds("({}): {}".format, NAMES, NAMES),
    st.builds("{} += {}".format, NAMES, EXPRESSIONS),
    st.builds("{}.x[{}] = {}".format, NAMES, NAMES, NAMES),
    EXPRESSIONS,
    st.builds("del {}".format, NAMES),
    st.builds("global {}".format, NAMES),
    st.builds("nonlocal {}".format, NAMES),
    st.builds("import {}.e".format, NAMES),
    st.builds("from m import x as {}".format, NAMES),
)


def block(header: str, body: list[str]) -> str:
    lines = [line for statement in body for line in statement.split("\n")]
    return "\n".join([header, *("    " + line for line in lines)])


def compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(inner, min_size=1, max_size=4)
    return st.one_of(
        st.builds(
            block,
            st.builds(
                "def {}({}, *, {}k: {}={}):".format, NAMES, NAMES, NAMES, EXPRESSIONS, EXPRESSIONS
            ),
            body,
        ),
        st.builds(block, st.builds("@{}\nclass {}({}):".format, NAMES, NAMES, NAMES), body),
        st.builds(block, st.builds("for {} in {}:".format, NAMES, EXPRESSIONS), body),
        st.builds(block, st.builds("with {} as {}:".format, EXPRESSIONS, NAMES), body),
        st.builds(
            "{}\n{}\n{}".format,
            st.builds(block, st.just("try:"), body),
            st.builds(block, st.builds("except {} as {}:".format, NAMES, NAMES), body),
            st.builds(block, st.just("else:"), body),
        ),
        st.builds(
            lambda head, case, b: block(head, [block(case, b)]),
            st.builds("match {}:".format, EXPRESSIONS),
            st.builds(
                "case [{}.v | {}(), {{'k': {}, **{}}}, *{}] as {}:".format,
                NAMES,
                NAMES,
                NAMES,
                NAMES,
                NAMES,
                NAMES,
            ),
            body,
        ),
    )


PROGRAMS = st.lists(st.recursive(SIMPLE, compound, max_leaves=12), min_size=1, max_size=5)


@comprehensions_have_tables
@pytest.mark.parametrize("declared", ["global", "nonlocal"])
def test_a_name_that_a_function_around_redirects(declared: str) -> None:
    source = (
        "a = 1\ndef outer():\n    a = 2\n    def middle():\n"
        f"        {declared} a\n        a = 3\n        def inner():\n            return a\n"
    )
    assert differences(source.encode()) == []


@comprehensions_have_tables
@given(PROGRAMS.map(lambda statements: "\n".join(statements) + "\n"))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_generated_programs_have_the_scopes_that_cpython_sees(source: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(source, "<source>", "exec")
        except SyntaxError:
            assume(False)
    assert differences(source.encode(), one_line=True) == []
