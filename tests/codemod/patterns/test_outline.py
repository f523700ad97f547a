"""Which places a pattern may match at, asked of the syntax tree alone."""

import ast
import pickle

import libcst as cst
import pytest

from onepath.codemod.patterns.matching import Matcher
from onepath.codemod.patterns.outline import Outline, OutlineSearch
from onepath.codemod.patterns.template import Template

PATTERNS = (
    "not $A in $B", "$A[$B]", "$A[len($A) - 1]", "$A if $A else $B", "$A and $B", "$A == $A",
    "$A < $B <= $C", "$A.$B", "$A.count($B)", "[$A, $$$B]", "lambda: $A", "$A + 1", "-$A",
    "$A % (1, $B)", "not not $A", "$A == 'a'", "await $A", "requests.get($A)",
)  # fmt: skip
CODE = (
    "not a in b", "not (a in b)", "not a not in b", "a not in b", "a[0]", "a[0, 1]", "a[1:2]",
    "a[len(a) - 1]", "a[len(b) - 1]", "x if x else y", "x if y else z", "a and b", "a and b and c",
    "a or b", "b == b", "a == (a)", "a == b", "0x10 == 16", "u'b' == 'b'", "'ab' == 'a' 'b'",
    "a < b", "a < b <= c", "a < b < c", "a.b", "a.b.c", "a.count(1)", "a.count", "[a, b]", "[a]",
    "[]", "(a, b)", "lambda: a", "lambda x: a", "a + 1", "a + 0x1", "a + 1.0", "a - 1", "-a", "-1",
    "+a", "a % (1, b)", "not not a", "not a", "a == 'a'", "a == 'a' ''", "f'{a}'", "'a'",
    "await a", "requests.get(a)", "get(a)", "r.get(a)", "a()[0](b)",
)  # fmt: skip


@pytest.mark.parametrize("text", PATTERNS)
def test_what_matches_is_like_the_outline(text: str) -> None:
    template = Template.read(text, "PATTERN")
    outline, matcher = Outline(template), Matcher(template, lambda code, symbol: True)
    told = 0
    for code in CODE:
        matches = matcher.match(cst.parse_expression(code)) is not None
        may_match = outline.may_match(ast.parse(code, mode="eval").body)
        assert may_match or not matches, code
        told += not may_match
    assert told > len(CODE) / 2


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"if not a in b: pass\n", True),
        (b"if a not in b: pass\n", False),
        (b"x = f'{not a in b}'\n", True),
        (b'def f():\n    """\n    >>> 1\n    """\n', True),
        (b"this is no Python\n", True),
    ],
)
def test_a_file_is_searched_by_its_tree(data: bytes, expected: bool) -> None:
    search = OutlineSearch(Template.read("not $A in $B", "PATTERN"))
    for one in (search, pickle.loads(pickle.dumps(search))):
        assert one.hit(data) is expected


def test_searches_for_other_patterns_have_other_names() -> None:
    searches = [OutlineSearch(Template.read(text, "PATTERN")) for text in PATTERNS]
    assert len({one.digest for one in searches}) == len(PATTERNS)
    assert searches[0].within(OutlineSearch(Template.read(PATTERNS[0], "other")))
    assert not searches[0].within(searches[1])
