"""The tree made from libcst's is CPython's own, node for node and column for column."""

import ast
import contextlib
import random
import sys
import sysconfig
import unicodedata
import warnings
from pathlib import Path

import libcst
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onepath.facts.newer.syntax import parse_newer

HAS_EXACT_FSTRINGS = sys.version_info >= (3, 12)
PLACE = ("lineno", "col_offset", "end_lineno", "end_col_offset")


def normal(tree: ast.Module) -> str:
    """A dump of `tree` without what is known to differ between versions of CPython."""
    for string in [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]:
        string.values = [v for v in string.values if getattr(v, "value", None) != ""]
        for node in ast.walk(string):
            if isinstance(node, ast.Constant):
                node.kind = None
            if not HAS_EXACT_FSTRINGS and node is not string and hasattr(node, "lineno"):
                for name in PLACE:
                    setattr(node, name, 0)
    return ast.dump(tree, include_attributes=True, indent=1)


def expected(source: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)


def assert_like_cpython(source: str) -> None:
    assert normal(parse_newer(source.encode())) == normal(expected(source))


def segment(source: str, node: ast.AST) -> str | None:
    return ast.get_source_segment(source, node)


# ---------------------------------------------------------------- refusals

MALFORMED = [
    "(",
    ")",
    "a b",
    "'",
    "'''a",
    "f'{'",
    "f'{a'",
    "f'{}'",
    "f'{a!x}'",
    "'\\x1'",
    "'\\N{no such name}'",
    "f'\\N{no such name}{a}'",
    "f'\\x1{a}'",
    "b'é'",
    "'a' b'b'",
    "a = 1__0",
    "0777",
    "9" * 5000,
    "if a:\nb",
    "if a:\n    b\n  c",
    "if a:\n        b\n\tc",
    "a = \\",
    "a\\\n",
    "print 'a'",
    "exec 'a' in b",
    "`a`",
    "a <> b",
    "def f(a=1, b): pass",
    "f(a=1, b)",
    "1 = a",
    "type X",
    "def f[](): pass",
    "t'{a' ",
    "\ufeff\ufeffa",
    "\x1a",
]


@pytest.mark.parametrize("source", MALFORMED)
def test_malformed_source_raises_one_exception_that_names_a_line(source: str) -> None:
    with pytest.raises(libcst.ParserSyntaxError) as caught:
        parse_newer(source.encode())
    assert caught.value.raw_line >= 1
    assert str(caught.value)


@pytest.mark.parametrize("source", [b"a\0b", b"x = '\0'", b"#\0", b"a = 1\n\n\0"])
def test_a_null_byte_is_refused_anywhere(source: bytes) -> None:
    with pytest.raises(libcst.ParserSyntaxError, match="null bytes") as caught:
        parse_newer(source)
    assert caught.value.raw_line == 1 + source.count(b"\n")


def test_bytes_that_are_not_utf8_are_refused() -> None:
    with pytest.raises(libcst.ParserSyntaxError, match="utf-8"):
        parse_newer(b"a = '\xff'")


def test_a_bad_literal_is_reported_with_its_line() -> None:
    with pytest.raises(libcst.ParserSyntaxError, match="not a valid literal") as caught:
        parse_newer(b"a = 1\nb = (\n    '\\x1')\n")
    assert caught.value.raw_line == 3


@pytest.mark.parametrize("bracket", ["()", "[]", "{}"])
def test_more_brackets_than_cpython_takes_are_refused_instead_of_ending_the_process(
    bracket: str,
) -> None:
    source = "'(('\n# ((\n" + bracket[0] * 5000 + "a" + bracket[1] * 5000
    with pytest.raises(libcst.ParserSyntaxError, match="too many nested parentheses") as caught:
        parse_newer(source.encode())
    assert caught.value.raw_line == 3


@pytest.mark.parametrize(
    "source",
    [
        "a" + ".a" * 20_000,
        "a" + " + a" * 20_000,
        "-" * 20_000 + "a",
        "not " * 20_000 + "a",
        "a" + "()" * 20_000,
        "(" + "'a'\n" * 20_000 + ")",
        "if a: b\n" + "elif a: b\n" * 20_000,
        "if a: b\n" + "elif a: b\n" * 700,
        "a" + " + a" * 600,
    ],
    ids=lambda source: source[:12],
)
def test_a_chain_without_end_is_a_recursion_error(source: str) -> None:
    with pytest.raises(RecursionError):
        parse_newer(source.encode())


def test_many_short_expressions_are_no_chain() -> None:
    source = "x = {\n" + "    'a': -b.c + d(e) + 'f' 'g',\n" * 1000 + "}\n" + "a.b()\n" * 1500
    assert len(parse_newer(source.encode()).body) == 1501


@pytest.mark.parametrize(
    "source",
    [
        "\\\na",
        "if a:\n    b\n\\\nc",
        "if a:\n    b\n  \\\n    c",
        "if a:\n    b\n    \\\r\n    @c\n    def d(): e",
    ],
)
def test_an_indent_that_libcst_misreads_is_refused(source: str) -> None:
    with pytest.raises(libcst.ParserSyntaxError, match="lone backslash"):
        parse_newer(source.encode())


TOKENS = (
    "a b é 1 0x1 'a' b'b' f'{a}' f'{ '''  ( ) [ ] { } : ; , . ... = := == * ** @ -> + - ~ < in "
    "not is and or if else lambda for async await yield def class type match case import from as "
    "del global return raise assert try: except finally: with while pass _ None ! ? $ \\ # \x0c"
)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.lists(st.sampled_from([*TOKENS.split(" "), "\n", "\n", "\n    ", "\t", "\r"])))
def test_any_sequence_of_tokens_is_read_or_refused(tokens: list[str]) -> None:
    with contextlib.suppress(libcst.ParserSyntaxError):
        parse_newer(" ".join(tokens).encode())


# ---------------------------------------------- the syntax of every Python

SNIPPETS = (
    Path(__file__).with_name("syntax_snippets.txt").read_text("utf-8").strip().split("\n---\n")
)


@pytest.mark.parametrize("source", SNIPPETS)
def test_every_kind_of_node_is_cpythons(source: str) -> None:
    assert_like_cpython(source)
    assert_like_cpython("class A:\n    " + "\n    ".join(source.split("\n")) + ";\n")


@pytest.mark.parametrize(
    "source",
    [
        "",
        "\n",
        "  \n# c",
        "a",
        "a;",
        "a # c",
        "a\r\nif b:\r\n\tc\r\n\t'''x\r\ny\r'''\r\n",
        "a\rb\r'''c\rd'''\r",
        "a\r\nb\nc\rd",
        "\x0cx = 1\n\x0cdef f():\n  \x0c  y\n\x0cz",
        "class A:\n\x0c    x\n\x0c\n    y",
        "x;\x0cy #\x0c\n\x0c\x0c\nz",
        "x = '''\n\x0c a'''\n\x0cy",
        "a # \\\nb\nc; \\\n d\nif e: \\\n  f\n\\\n\n'\\\n'\ng",
        "a = [\n\x0c1,\\\n2] + \\\n  b\n",
        "if 1:\n\tx\n\ty\n\tif 2:\n\t    \tz",
        "\t\n  # c\nx",
        "é = 'é' + ü; x = '日本' + y # é\nz",
        "x = '''é\né''' + y",
        "# -*- coding: latin-1 -*-\nx = 'é' + y\n",
    ],
)
def test_line_ends_blanks_and_wide_characters_leave_positions_exact(source: str) -> None:
    assert_like_cpython(source)


def library_files() -> list[Path]:
    root = Path(sysconfig.get_paths()["stdlib"])
    files = [*root.glob("*.py"), *root.glob("[a-z]*/*.py")]
    skipped = ("test", "site-packages", "__pycache__")
    moderate = [
        path
        for path in sorted(files)
        if path.parent.name not in skipped and 2_000 < path.stat().st_size < 16_000
    ]
    return random.Random(20).sample(moderate, 40)


@pytest.mark.parametrize(
    "path", library_files(), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_a_file_of_the_standard_library_is_read_as_cpython_reads_it(path: Path) -> None:
    assert_like_cpython(path.read_text("utf-8"))


# --------------------------------------------------------- newer than 3.11

NEWER_312 = r"""
type X = int ; type Y[T: (int, str) , *Ts, **P] = dict[T, *Ts] ; y = 1
---
def f[T: int, *Ts, **P](x: T, *a: *Ts, **k) -> T : pass
async def g [ T ] (): return
class C[T: "Bound" ](Base[T], metaclass = M , **kw): pass;
---
f'{x['a']}' ; f'{f'{f'{y}'}'}' ; f"{
   x  # note
}" ; f'{'\n'.join(z)}{"}"}' ; f'''{
x:>{w}}''' ; f'{x!r  :>{w}}'
"""
NEWER_313 = r"""
def f[T = int, *Ts = *tuple[int, ...], **P = [int]](): pass
---
type X[T: int = bool, *Ts = ( *a , ) ] = T
"""
NEWER_314 = r"""
try: a
except A, B: c
---
t'{x!r:>{w}}' ; t'a{ y = }b' ; t'{ z }' ; t''
"""
NEWER = [
    (version, source)
    for version, sources in ((12, NEWER_312), (13, NEWER_313), (14, NEWER_314))
    for source in sources.strip("\n").split("\n---\n")
]


@pytest.mark.parametrize(("version", "source"), NEWER)
def test_newer_syntax_is_cpythons_where_that_knows_it(version: int, source: str) -> None:
    parse_newer(source.encode())
    if sys.version_info >= (3, version):
        assert_like_cpython(source)


@pytest.mark.parametrize("source", [*SNIPPETS, *(text for _, text in NEWER)])
def test_every_name_stands_where_its_position_says(source: str) -> None:
    names = [node for node in ast.walk(parse_newer(source.encode())) if isinstance(node, ast.Name)]
    for name in names:
        assert unicodedata.normalize("NFKC", segment(source, name) or "") == name.id


def test_a_type_alias_has_name_parameters_and_value() -> None:
    source = "type X[T: int = bool, *Ts, **P] = list[T]"
    [alias] = parse_newer(source.encode()).body
    assert type(alias).__name__ == "TypeAlias"
    assert isinstance(alias, ast.stmt)
    assert isinstance(alias.name.ctx, ast.Store)
    assert segment(source, alias) == source
    assert [(type(p).__name__, p.name) for p in alias.type_params] == [
        ("TypeVar", "T"),
        ("TypeVarTuple", "Ts"),
        ("ParamSpec", "P"),
    ]
    assert [segment(source, p) for p in alias.type_params] == ["T: int = bool", "*Ts", "**P"]
    assert alias.type_params[0].bound.id == "int"
    assert alias.type_params[0].default_value.id == "bool"
    assert segment(source, alias.value) == "list[T]"
    assert [name.id for name in ast.walk(alias) if isinstance(name, ast.Name)].count("bool") == 1


def test_functions_and_classes_have_their_type_parameters_in_a_list() -> None:
    tree = parse_newer(
        b"def f[T](): pass\nclass A[**P]: pass\nasync def g(): pass\nclass B: pass\n"
    )
    assert [[p.name for p in node.type_params] for node in tree.body] == [["T"], ["P"], [], []]


def test_a_template_string_holds_interpolations() -> None:
    source = "x = t'a{ y.z !r:>{w}}{v=}'"
    template = parse_newer(source.encode()).body[0].value
    assert type(template).__name__ == "TemplateStr"
    assert segment(source, template) == "t'a{ y.z !r:>{w}}{v=}'"
    text, first, shown, second = template.values
    assert (text.value, shown.value) == ("a", "v=")
    assert (type(first).__name__, first.str, first.conversion) == ("Interpolation", " y.z", 114)
    assert segment(source, first) == "{ y.z !r:>{w}}"
    assert segment(source, first.value) == "y.z"
    assert isinstance(first.format_spec, ast.JoinedStr)
    assert (second.str, second.conversion, second.format_spec) == ("v", 114, None)


def test_several_exceptions_without_parentheses_are_one_tuple() -> None:
    source = "try: a\nexcept A, B: c\n"
    kind = parse_newer(source.encode()).body[0].handlers[0].type
    assert isinstance(kind, ast.Tuple)
    assert segment(source, kind) == "A, B"


def test_lazy_imports_are_imports_that_say_so() -> None:
    lazy, lazy_from, eager = parse_newer(b"lazy import a.b\nlazy from .a import b\nimport c\n").body
    assert (lazy.names[0].name, lazy.is_lazy) == ("a.b", 1)
    assert (lazy_from.module, lazy_from.level, lazy_from.is_lazy) == ("a", 1, 1)
    assert not getattr(eager, "is_lazy", 0)


def test_unpacking_in_comprehensions_is_read_as_by_python_3_15() -> None:
    listed, mapped = (
        node.value for node in parse_newer(b"[*a for a in b]\n{**c for c in d}\n").body
    )
    assert isinstance(listed.elt, ast.Starred)
    assert (mapped.key.id, mapped.value) == ("c", None)


def test_a_nested_quote_of_the_same_kind_keeps_inner_positions() -> None:
    source = "a = f'é{b['k']}' 'c' f'{d:{e}}'"
    string = parse_newer(source.encode()).body[0].value
    assert isinstance(string, ast.JoinedStr)
    assert [segment(source, value) for value in string.values] == [
        "é",
        "{b['k']}",
        "'c'",
        "{d:{e}}",
    ]
