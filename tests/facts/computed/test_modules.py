"""Strings that are put together: whatever they turn out to be was among their patterns."""

import ast
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onepath.facts.computed import modules
from onepath.facts.computed.names import Names
from onepath.facts.computed.patterns import Pattern, constant_text, patterns
from onepath.facts.newer.syntax import parse_newer

OWN = {"package": "pkg.sub", "name": "pkg.sub.mod", "parent": "pkg.sub", "top": "pkg"}


def read(source: str, *, newer: bool = False) -> tuple[Pattern, ...]:
    """The patterns of the argument of the call of `mark` in a source."""
    tree = parse_newer(source.encode()) if newer else ast.parse(source)
    names = Names(tree)
    found: list[tuple[Pattern, ...]] = []

    def visit(node: ast.AST, scope: ast.AST | None) -> None:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            scope = node
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "mark"
        ):
            found.append(patterns(node.args[0], names, scope))
        for child in ast.iter_child_nodes(node):
            visit(child, scope)

    visit(tree, None)
    [one] = found
    return one


def shown(pattern: Pattern) -> str:
    """A pattern as a text: `<any>` and its like for what is no text."""
    return "".join(part.value if part.kind == "text" else f"<{part.kind}>" for part in pattern)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("mark('a.b')", ["a.b"]),
        ("mark('a' '.b')", ["a.b"]),
        ("mark('a.' + x)", ["a.<any>"]),
        ("mark(__package__ + '.legacy.three')", ["<package>.legacy.three"]),
        ("mark(f'{__package__}.legacy.four')", ["<package>.legacy.four"]),
        ("mark(__name__ + '.x')", ["<name>.x"]),
        ("mark(__name__.rpartition('.')[0] + '.x')", ["<parent>.x"]),
        ("mark(__name__.rsplit('.', 1)[0] + '.x')", ["<parent>.x"]),
        ("mark(__name__.split('.')[0] + '.x')", ["<top>.x"]),
        ("mark(f'{__spec__.parent}.x')", ["<package>.x"]),
        ("import pkg\nmark(f'{pkg.sub.__name__}.x')", ["<module>.x"]),
        ("mark('a.%s' % 'six')", ["a.six"]),
        ("mark('a.%s.%s' % ('b', x))", ["a.b.<any>"]),
        ("mark('a.%(n)s' % {'n': 'b'})", ["a.b"]),
        ("mark('a.%5s' % 'b')", ["a.<any>"]),
        ("mark('%s' % x)", ["<any>"]),
        ("mark('a.{}.{}'.format('b', x))", ["a.b.<any>"]),
        ("mark('{0}.{name}'.format('a', name='b'))", ["a.b"]),
        ("mark('.'.join(['a', 'b', x]))", ["a.b.<any>"]),
        ("mark('.'.join(xs))", ["<any>"]),
        ("M = 'a.b'\nmark(M)", ["a.b"]),
        ("M = 'a.b'\nmark(M + '.c')", ["a.b.c"]),
        ("A = 'a'\nB = A + '.b'\ndef f():\n    A = 'z'\n    mark(B)", ["a.b"]),
        ("M = 'a'\nM = 'b'\nmark(M)", ["a", "b"]),
        ("M = 'a'\nM += 'b'\nmark(M)", ["a", "<any>"]),
        ("mark('a' if x else 'b')", ["a", "b"]),
        ("for n in ('a', 'b'):\n    mark('p.' + n)", ["p.a", "p.b"]),
        ("[mark('p.' + n) for n in ['a', 'b']]", ["p.a", "p.b"]),
        ("N = ['a']\nfor n in N:\n    mark(n)", ["a"]),
        ("N = ['a']\nfor n in N:\n    mark(n)\nN.append('b')", ["a", "<any>"]),
        ("for k, v in {'k': 'a', 'l': 'b'}.items():\n    mark(v)", ["a", "b"]),
        ("T = {'k': ('a', 'x')}\nfor k, (m, _) in T.items():\n    mark(m)", ["a"]),
        ("for n in sorted(('b',)):\n    mark(n)", ["b"]),
        ("def f(n):\n    mark('p.' + n)", ["p.<any>"]),
        ("def f(n='a'):\n    mark('p.' + n)", ["p.a", "p.<any>"]),
        ("def f():\n    n = 'a'\n    mark(n)\nn = 'b'", ["a"]),
        ("class C:\n    P = 'a.'\n    def f(self, x):\n        mark(self.P + x)",
         ["a.<any>", "<any>"]),
        ("class C:\n    n = 'a'\n    def f(self):\n        mark(n)", ["<any>"]),
        ("def f():\n    global M\n    M = 'a'\nmark(M)", ["<any>"]),
        ("T = {'x': 'a'}\nmark('p.' + T['x'])", ["p.<any>"]),
        ("M = x + 'a'\nmark(M)", ["<any>a"]),
        ("mark(f'{x!r}')", ["<any>"]),
        ("mark(f'a{1}')", ["a1"]),
        ("mark(g())", ["<any>"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("newer", [False, True])
def test_what_can_be_read_is_read(source: str, expected: list[str], newer: bool) -> None:
    assert sorted(shown(one) for one in read(source, newer=newer)) == sorted(expected)


def test_a_text_knows_its_literal() -> None:
    [(first, second)] = read("M = 'pkg'\nmark(M + '.x')")
    assert (ast.unparse(first.node or ast.Pass()), first.kind) == ("'pkg'", "text")
    assert (second.node is not None and second.node.lineno) == 2


def test_too_many_alternatives_are_anything() -> None:
    loop = ", ".join(f"'n{number}'" for number in range(40))
    assert [shown(one) for one in read(f"for n in ({loop}):\n    mark('p.' + n)")] == ["p.<any>"]


def test_a_name_that_is_made_of_itself_comes_to_an_end() -> None:
    assert all(len(one) <= 20 for one in read("M = M + 'a'\nmark(M)"))


@pytest.mark.parametrize(
    "source",
    [
        "".join(f"node.at = node.{name}\n" for name in ("at", "up", "at", "down", "at") * 6)
        + "mark(node.at)\n",
        "".join(f"a = b + {i!r}\nb = c or a\nc = a if b else c\n" for i in "stuvwxyz")
        + "mark(a)\n",
        "for a in b:\n    b = a\n    a = b\n" * 12 + "for x in a:\n    mark(x)\n",
    ],
)
def test_names_that_are_bound_to_one_another_are_read_once(source: str) -> None:
    # With two ways for each of twelve steps this would not end within the life of a test run.
    assert any("any" in {part.kind for part in pattern} for pattern in read(source))


def test_a_constant_is_all_text() -> None:
    assert constant_text(read("mark('a' + '.b')")[0]) == "a.b"
    assert constant_text(read("mark('a' + x)")[0]) is None


# ---------------------------------------------------------------- the oracle

WORDS = st.sampled_from(["a", "b.c", ".x", "", "pkg."])
LEAVES = st.one_of(
    WORDS.map(repr), st.sampled_from(["__name__", "__package__", "A", "B", "unknown", "BOX.text"])
)


def _made(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        pair.map(lambda two: f"({two[0]} + {two[1]})"),
        pair.map(lambda two: f"('%s.%s' % ({two[0]}, {two[1]}))"),
        pair.map(lambda two: f"'{{}}-{{other}}'.format({two[0]}, other={two[1]})"),
        pair.map(lambda two: f"'.'.join([{two[0]}, {two[1]}])"),
        pair.map(lambda two: f"({two[0]} if FLAG else {two[1]})"),
        pair.map(lambda two: f"({two[0]} or {two[1]})"),
        pair.map(lambda two: f"(''.join([n + {two[0]} for n in ({two[1]}, 'z')]))"),
        inner.map(lambda one: f"str({one})"),
    )


@settings(max_examples=300)
@given(st.recursive(LEAVES, _made, max_leaves=6), LEAVES, LEAVES, st.booleans())
def test_the_value_is_always_one_of_the_patterns(
    source: str, first: str, second: str, flag: bool
) -> None:
    """CPython evaluates the expression; what it gives must be one of what was read."""
    first, second = (one if one not in ("A", "B") else "'q'" for one in (first, second))
    text = (
        "class Box:\n    text = 'boxed'\n"
        f"BOX = Box()\nA = {first}\nA = {second}\nB = A\nresult = mark({source})\n"
    )
    space = {"__name__": OWN["name"], "__package__": OWN["package"], "FLAG": flag,
             "unknown": "anything", "mark": lambda value: value}  # fmt: skip
    exec(compile(text, "<made>", "exec"), space)
    expressions = [
        "".join(
            re.escape(part.value)
            if part.kind == "text"
            else re.escape(OWN[part.kind])
            if part.kind in OWN
            else "(?s:.*)"
            for part in pattern
        )
        for pattern in read(text)
    ]
    assert any(re.fullmatch(one, space["result"]) for one in expressions)


@pytest.mark.parametrize("word", sorted(modules._NEEDLES.words))
def test_the_quick_search_hits_wherever_a_word_is(word: bytes) -> None:
    assert modules._RARE.hit(b"x = " + word)
