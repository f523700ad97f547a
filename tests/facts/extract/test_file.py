import random
import sysconfig
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onepath.facts.extract.file import extract, extract_raw
from onepath.model import Definition, Facts, Guard, UseKind

STANDARD_LIBRARY = Path(sysconfig.get_path("stdlib"))


def only_import(source: str):
    [statement] = extract(source.encode()).imports
    return statement


def definition(facts: Facts, qualname: str) -> Definition:
    [found] = [one for one in facts.definitions if one.qualname == qualname]
    return found


def uses(source: str, name: str):
    return [use for use in extract(source.encode()).uses if use.name == name]


# ------------------------------------------------- files that are not Python


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"a = 1\nb =\n", 2, "invalid syntax"),
        (b"a = 1\n\0", 2, "null byte"),
        (b"a = 1\nb = '\xff'\n", 2, "byte 0xff"),
        (b"# coding: klingon\n", 1, "klingon"),
        (b"# coding: rot13\nvzcbeg n\n", 1, "rot-13"),
        (b"# coding: undefined\n", 1, "undefined"),
        (b"# coding: utf-7\nx = '+AGE-'\n", 1, "do not stand for themselves"),
        ("# coding: iso2022_jp\nx = '日本'\n".encode("iso2022_jp"), 1, "do not stand for"),
        (b"\xef\xbb\xbf# coding: latin-1\n", 1, "encoding problem"),
        (b"x = " + b"(" * 500 + b")" * 500, 1, "too many nested"),
        (b"x = " + b"-" * 100_000 + b"1\n", 1, "nested too deeply"),
        (b"print 'python 2'\n", 1, "Missing parentheses"),
        (b"\xff\xfea\0=\0001\0", 1, "byte 0xff"),
    ],
)
def test_file_that_is_not_python_is_a_failure_and_nothing_else(
    data: bytes, line: int, reason: str
) -> None:
    facts = extract(data)
    assert facts.failure is not None
    assert facts.failure.line == line
    assert reason in facts.failure.reason
    assert facts.imports == facts.uses == facts.definitions == facts.strings == ()
    assert [(scope.kind, scope.bound, scope.free) for scope in facts.scopes] == [("module", (), ())]


def test_newer_syntax_that_is_nested_too_deeply_is_a_failure() -> None:
    facts = extract(b"type X = " + b"[" * 150 + b"]" * 150 + b"\nx = " + b"not " * 3000 + b"1\n")
    assert facts.failure is not None


@given(st.binary(max_size=80))
@settings(max_examples=150, deadline=None)
def test_no_bytes_whatever_raise(data: bytes) -> None:
    extract(data)
    extract(b"# coding: " + data)


@given(st.text(alphabet="import fro as.*()\n\t=:'\"\\#{}[]abé\r\f,;lamd", max_size=60))
@settings(max_examples=150, deadline=None)
def test_no_text_whatever_raises(text: str) -> None:
    extract(text.encode("utf-8", "surrogatepass"))


def test_empty_file_has_one_scope_and_nothing_in_it() -> None:
    facts = extract(b"")
    assert facts.failure is None
    assert [(scope.kind, scope.start, scope.end) for scope in facts.scopes] == [("module", 0, 0)]
    assert (facts.imports, facts.uses, facts.exports) == ((), (), None)


# ------------------------------------------------------------------ imports


@pytest.mark.parametrize(
    ("source", "module", "level", "names"),
    [
        ("import a", "", 0, [("a", None)]),
        ("import a.b as c, d.e", "", 0, [("a.b", "c"), ("d.e", None)]),
        ("from a.b import c", "a.b", 0, [("c", None)]),
        ("from a import b as x, b as y", "a", 0, [("b", "x"), ("b", "y")]),
        ("from a import *", "a", 0, [("*", None)]),
        ("from . import a", "", 1, [("a", None)]),
        ("from ...a.b import c", "a.b", 3, [("c", None)]),
        ("from .... import c", "", 4, [("c", None)]),
        ("from a import (  # why\n    b,\n    # also\n    c as d,\n)", "a", 0,
         [("b", None), ("c", "d")]),
        ("from a \\\n    import b, \\\n    c", "a", 0, [("b", None), ("c", None)]),
        ("from a . b import c", "a.b", 0, [("c", None)]),
        ("from é import ü", "é", 0, [("ü", None)]),
    ],
)  # fmt: skip
def test_import_in_every_form_has_exact_spans(
    source: str, module: str, level: int, names: list[tuple[str, str | None]]
) -> None:
    for before, after in (("", ""), ("x = 'é'; ", "; y = 1"), ("\f\n\r\n", "  # noqa")):
        data = f"{before}{source}{after}\n".encode()
        [statement] = extract(data).imports
        assert (statement.module, statement.level) == (module, level)
        assert [(alias.name, alias.asname) for alias in statement.names] == names
        assert data[statement.start : statement.end].decode() == source
        for alias in statement.names:
            text = data[alias.start : alias.end].decode()
            assert text == (f"{alias.name} as {alias.asname}" if alias.asname else alias.name)


@pytest.mark.parametrize(
    ("source", "guard", "kinds"),
    [
        ("{}", 0, ["module"]),
        ("def f():\n    {}", Guard.FUNCTION, ["module", "function"]),
        ("async def f(): {}", Guard.FUNCTION, ["module", "function"]),
        ("class C:\n    {}", Guard.CLASS, ["module", "class"]),
        ("class C:\n    def f(self):\n        {}", Guard.CLASS | Guard.FUNCTION,
         ["module", "class", "function"]),
        ("if x: {}", Guard.BRANCH, ["module", "if"]),
        ("if x: pass\nelse: {}", Guard.BRANCH, ["module", "else"]),
        ("if x: pass\nelif y: {}", Guard.BRANCH, ["module", "else", "if"]),
        ("if TYPE_CHECKING:\n    {}", Guard.TYPE_CHECKING, ["module", "if"]),
        ("if typing.TYPE_CHECKING: {}", Guard.TYPE_CHECKING, ["module", "if"]),
        ("if TYPE_CHECKING: pass\nelse: {}", Guard.BRANCH, ["module", "else"]),
        ("if not TYPE_CHECKING: {}", Guard.BRANCH, ["module", "if"]),
        ("try: {}\nfinally: pass", Guard.TRY, ["module", "try", "finally"]),
        ("try: pass\nexcept E: {}", Guard.HANDLER, ["module", "except", "try"]),
        ("try: pass\nexcept* E: {}", Guard.HANDLER, ["module", "except", "try"]),
        ("try: pass\nexcept E: pass\nelse: {}", Guard.BRANCH, ["module", "else", "except", "try"]),
        ("try: pass\nfinally: {}", Guard.BRANCH, ["module", "finally", "try"]),
        ("for x in y: {}", Guard.BRANCH, ["module", "loop"]),
        ("while x: {}", Guard.BRANCH, ["module", "loop"]),
        ("with x: {}", Guard.WITH, ["module", "with"]),
        ("match x:\n    case 1: {}", Guard.BRANCH, ["module", "case"]),
    ],
)  # fmt: skip
def test_import_knows_what_it_stands_in(source: str, guard: int, kinds: list[str]) -> None:
    source = source.format("import a") + "\n"
    facts = extract(source.encode())
    [statement] = facts.imports
    assert statement.guard == guard
    assert sorted(block.kind for block in facts.blocks) == sorted(kinds)
    block = facts.blocks[statement.block]
    assert block.inline == (f": {'import a'}" in source)
    way = [block.kind]
    while block.parent >= 0:
        block = facts.blocks[block.parent]
        way.append(block.kind)
    assert way[-1] == "module"


def test_blocks_of_one_try_share_its_span_and_say_what_they_catch() -> None:
    source = (
        "x = 1\ntry:\n    import a\nexcept (A, B) as e:\n    import b; y = 2\nelse:\n    z = 3\n"
    )
    facts = extract(source.encode())
    blocks = {block.kind: block for block in facts.blocks}
    assert [blocks[k].test for k in ("try", "except", "else")] == ["", "(A, B)", ""]
    for kind, size in (("try", 1), ("except", 2), ("else", 1)):
        block = blocks[kind]
        assert source[block.owner_start : block.owner_end] == source[6:-1]
        assert (block.size, block.position, facts.blocks[block.parent].kind) == (size, 1, "module")
    assert [statement.position for statement in facts.imports] == [0, 0]


def test_owner_of_a_decorated_block_starts_at_its_first_decorator() -> None:
    source = "@ a.b\n@c(1)\ndef f():\n    import x\n"
    facts = extract(source.encode())
    block = facts.blocks[facts.imports[0].block]
    assert source[block.owner_start : block.owner_end] == source[:-1]


# ----------------------------------------------------------------- encodings


@pytest.mark.parametrize(
    ("encoding", "prefix", "codec"),
    [
        ("utf-8", "", "utf-8"),
        ("utf-8-sig", "", "utf-8-sig"),
        ("utf-8-sig", "# coding: utf-8\n", "utf-8-sig"),
        ("latin-1", "# -*- coding: latin-1 -*-\n", "iso8859-1"),
        ("cp1252", "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n", "cp1252"),
        ("shift_jis", "# coding: shift_jis\n", "shift_jis"),
        ("utf-8", "# coding: utf8\n", "utf-8"),
        ("latin-1", "#" + "-" * 500 + "\n# coding: latin-1\n", "iso8859-1"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_spans_are_those_of_the_file_in_every_encoding(
    encoding: str, prefix: str, codec: str, end: str
) -> None:
    if end == "\r" and "coding" in prefix:  # a cookie is looked for in lines that end in \n
        return
    word = "日本" if encoding == "shift_jis" else "éü"
    text = (
        f"{prefix}s = '{word}'\nfrom {word}.m import {word} as x, Name\n\fName({word}, '{word}')\n"
    )
    data = text.replace("\n", end).encode(encoding)
    facts = extract(data)
    assert facts.failure is None, facts.failure
    assert facts.encoding == codec
    [statement] = facts.imports
    part = data[statement.start : statement.end].decode(encoding.replace("-sig", ""))
    assert part == f"from {word}.m import {word} as x, Name"
    [use] = [use for use in facts.uses if use.name == "Name"]
    assert data[use.start : use.end] == b"Name"
    assert data[use.end : use.end + 1] == b"("
    assert facts.scopes[0].end == len(data)


@pytest.mark.parametrize("end", [b"\r", b"\r\n", b"\n\f", b"\n"])
def test_lines_are_counted_as_python_does(end: bytes) -> None:
    data = b"'''" + end + b"'''" + end + b"import a" + end + b"a.b" + end
    facts = extract(data)
    assert facts.imports[0].line == 3
    [use] = facts.uses
    assert data[use.start : use.chain[-1][1]] == b"a.b"


def test_name_that_python_normalises_keeps_its_own_span() -> None:
    data = "from m import ﬁle\nﬁle()\n".encode()
    facts = extract(data)
    assert [use.name for use in facts.uses] == ["file"]
    assert data[facts.uses[0].start : facts.uses[0].end].decode() == "ﬁle"


# ---------------------------------------------------------------------- uses


def library_sample(count: int) -> list[Path]:
    files = sorted([*STANDARD_LIBRARY.glob("*.py"), *STANDARD_LIBRARY.glob("*/*.py")])
    return random.Random(42).sample([f for f in files if f.stat().st_size < 80_000], count)


@pytest.mark.parametrize("path", library_sample(60), ids=lambda path: path.stem)
def test_every_span_in_the_standard_library_says_what_the_facts_say(path: Path) -> None:
    data = path.read_bytes()
    facts = extract(data)
    if facts.failure is not None:
        pytest.skip("not meant to be read")
    codec = facts.encoding.replace("-sig", "")
    text = lambda start, end: data[start:end].decode(codec)  # noqa: E731
    for use in facts.uses:
        if use.exact:
            assert text(use.start, use.end) == use.name
            for attribute, end in use.chain:
                assert text(end - len(attribute.encode(codec)), end) == attribute
        else:
            assert text(use.start, use.end).lower().lstrip("r").startswith(("f", "'", '"'))
    for statement in facts.imports:
        words = ("import ", "from ")
        assert text(statement.start, statement.end).startswith(words[statement.is_from])
        for alias in statement.names:
            assert text(alias.start, alias.end).split()[0] == alias.name
    for string in facts.strings:
        if string.plain:
            assert text(string.start, string.end).strip("rRuUbB").strip("'\"") == string.value
    if facts.exports:
        for name, start, end in facts.exports.names:
            assert text(start, end).strip("'\"") == name


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("X()", UseKind.CALLEE),
        ("a: X = 1", UseKind.ANNOTATION),
        ("def f(a: X): pass", UseKind.ANNOTATION),
        ("def f() -> X: pass", UseKind.ANNOTATION),
        ("def f(a=X): pass", UseKind.DEFAULT),
        ("lambda a=X: 0", UseKind.DEFAULT),
        ("@X\ndef f(): pass", UseKind.DECORATOR),
        ("@X()\nclass C: pass", UseKind.DECORATOR | UseKind.CALLEE),
        ("class C(X): pass", UseKind.BASE),
        ("class C(metaclass=X): pass", UseKind.BASE),
        ("X.y = 1", UseKind.STORE),
        ("del X.y", UseKind.DELETE),
        ("X.y += 1", UseKind.STORE),
        ("a is X", UseKind.COMPARED),
        ("self.assertIs(X, a)", UseKind.COMPARED),
        ("f'{X}'", UseKind.FSTRING),
        ("a: 'X' = 1", UseKind.ANNOTATION | UseKind.STRING),
        ("cast('X', a)", UseKind.ANNOTATION | UseKind.STRING),
        ("typing.cast(X, a)", UseKind.ANNOTATION),
        ("T = TypeVar('T', bound='X')", UseKind.ANNOTATION | UseKind.STRING),
        ("a(X)", 0),
        ("a[X.y] = 1", 0),
        ("X.y[a] = 1", 0),
        ("del X.y[a]", 0),
    ],
)
def test_use_knows_how_the_name_is_used(source: str, kind: int) -> None:
    [use] = uses(f"from m import X\n{source}\n", "X")
    assert use.kind == kind


@pytest.mark.parametrize(
    "source",
    [
        "a: Literal['X']",
        "a: typing.Literal['X', 'y']",
        "cast(Literal['X'], a)",
        "cast(a, 'X')",
        "a: Annotated[int, 'X']",
        "a = 'X'",
        "a(X=1)",
        "a.X",
        "def f(X): X",
        "lambda X: X",
        "[X for X in y]",
        "class C:\n    X = 1\n    X",
        "def f():\n    X = 1\n    def g(): X",
        "def f():\n    for X in y: X",
        "def f():\n    with y as X: X",
        "def f():\n    match y:\n        case X: X",
        "def f():\n    try: pass\n    except E as X: X",
        "def f():\n    (X := 1)\n    X",
        "def f():\n    [X := 1 for y in z]\n    X",
        "def f():\n    def X(): pass\n    X",
        "def f():\n    del X\n",
    ],
)
def test_what_only_spells_the_name_is_no_use(source: str) -> None:
    assert uses(f"from m import X\n{source}\n", "X") == []


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    global X\n    X",
        "class C:\n    X = 1\n    def f(self): X",
        "class C:\n    X = X",
        "class C:\n    def X(self) -> X: pass",
        "class C:\n    def X(self, a=X): pass",
        "class C:\n    @X\n    def X(self): pass",
        "class C:\n    class X(X): pass",
        "class C:\n    X: X",
        "class C:\n    for X in X: pass",
        "[X for y in z]",
        "[y for y in X]",
        "def f(X=X): pass",
        "lambda X=X: 0",
        "a: 'list[X]'",
        "a: ' X'",
        "a: list['X']",
        "a: Annotated['X', 1]",
    ],
)
def test_what_means_the_import_is_a_use_of_it(source: str) -> None:
    data = f"from m import X\n{source}\n".encode()
    [use] = [use for use in extract(data).uses if use.name == "X"]
    assert use.bound_in == 0
    assert data[use.start : use.end] == b"X"


def test_read_of_a_class_before_its_own_binding_is_free_in_it() -> None:
    facts = extract(b"from m import X\nclass C:\n    X = X\n    Y = X\n")
    scope = facts.scopes[1]
    assert scope.bound == ("X", "Y")
    assert scope.free == ("X",)


def test_chain_of_a_quoted_annotation_lies_inside_its_quotes() -> None:
    data = b"import a\ndef f(x: 'dict[int, a.b.C]' = 1): pass\n"
    [use] = extract(data).uses
    assert use.dotted == "a.b.C"
    assert data[use.start : use.chain[-1][1]] == b"a.b.C"
    assert use.exact


def test_annotation_with_escapes_in_its_quotes_is_not_taken_for_exact() -> None:
    assert uses("from m import X\na: '\\x58' = 1\n", "X") == []


def test_module_level_definitions_have_uses_too() -> None:
    facts = extract(b"class A: pass\nB = A\nc = 1\ndef f(): return A, B, c\n")
    assert [use.name for use in facts.uses] == ["A", "A", "B"]


# ------------------------------------------------------------------- strings


def test_dotted_string_knows_its_call_and_argument() -> None:
    data = (
        b"from unittest import mock\n"
        b"mock.patch('a.b.C', new='d.e')\nf('a:b')\nx = 'a.b'\n'a b.c'\n'.a'\n'a.1'\n"
    )
    facts = extract(data)
    assert [(s.value, s.callee, s.argument, s.line) for s in facts.strings] == [
        ("a.b.C", "mock.patch", "0", 2),
        ("d.e", "mock.patch", "new", 2),
        ("a:b", "f", "0", 3),
        ("a.b", "", "", 4),
    ]
    first = facts.strings[0]
    assert facts.uses[first.callee_use].name == "mock"
    assert facts.strings[2].callee_use == -1
    assert data[first.start : first.end] == b"'a.b.C'"


@pytest.mark.parametrize(
    ("literal", "plain"),
    [("'a.b'", True), ("r'''a.b'''", True), ('u"a.b"', True), ("'a' '.b'", False),
     ("'\\x61.b'", False), ("('a'\n '.b')", False)],
)  # fmt: skip
def test_string_is_plain_if_it_is_one_token_that_says_what_it_is(literal: str, plain: bool) -> None:
    [string] = extract(f"x = {literal}\n".encode()).strings
    assert (string.value, string.plain) == ("a.b", plain)


# ------------------------------------------------------------------ `__all__`


@pytest.mark.parametrize(
    ("source", "names", "complete", "sources"),
    [
        ("__all__ = ['a', 'b']", "ab", True, ()),
        ("__all__ = ('a',)", "a", True, ()),
        ("__all__ = []", "", True, ()),
        ("__all__: list[str] = ['a']", "a", True, ()),
        ("__all__ = ['a'] + ['b']", "ab", True, ()),
        ("__all__ = ['a']\n__all__ += ['b']", "ab", True, ()),
        ("__all__ = ['a']\n__all__.append('b')", "ab", True, ()),
        ("__all__ = ['a']\n__all__.extend(('b', 'c'))", "abc", True, ()),
        ("__all__ = ['a', *m.__all__]", "a", True, ("m",)),
        ("__all__ = ['a'] + p.m.__all__", "a", True, ("p.m",)),
        ("__all__ = list(['a'])", "a", True, ()),
        ("x = __all__ = ['a']", "a", True, ()),
        ("__all__ = ['a']\n__all__ = ['b']", "b", True, ()),
        ("__all__ = f()\n__all__ = ['b']", "b", True, ()),
        ("__all__ = [x for x in y]", "", False, ()),
        ("__all__ = ['a', x]", "a", False, ()),
        ("__all__ = ['a']\n__all__.remove('a')", "a", False, ()),
        ("if x:\n    __all__ = ['a']\nelse:\n    __all__ = ['b']", "ab", False, ()),
        ("__all__, x = ['a'], 1", "", False, ()),
        ("from m import __all__", "", False, ()),
        ("def f():\n    global __all__\n    __all__ = ['a']", "", False, ()),
    ],
)
def test_all_in_every_form(
    source: str, names: str, complete: bool, sources: tuple[str, ...]
) -> None:
    exports = extract(f"{source}\n".encode()).exports
    assert exports is not None
    assert "".join(name for name, _, _ in exports.names) == names
    assert (exports.complete, exports.sources) == (complete, sources)
    for name, start, end in exports.names:
        assert source[start:end] == f"'{name}'"


@pytest.mark.parametrize("source", ["x = 1", "class C: __all__ = ['a']"])
def test_module_without_all_has_no_exports(source: str) -> None:
    assert extract(f"{source}\n".encode()).exports is None


@pytest.mark.parametrize(
    "source",
    ["def __getattr__(name): pass", "from lazy import __getattr__", "__getattr__, x = lazy()"],
)
def test_module_getattr_is_seen_however_it_is_bound(source: str) -> None:
    assert extract(f"{source}\n".encode()).has_getattr


def test_getattr_of_a_class_is_not_the_modules() -> None:
    assert not extract(b"class C:\n    def __getattr__(self, name): pass\n").has_getattr


@pytest.mark.parametrize(
    ("source", "dynamic"),
    [
        ("from lib import make\nold, new = make(__name__, by_module={'a': ['B']})", ("__name__",)),
        ("from lib import make\nmake(__name__, ['B'])", ("__name__",)),
        ("from lib import App\napp = App(__name__, static='x', debug=True)", ()),
        ("from lib import make\ndef f(): make(__name__, ['B'])", ()),
        ("globals()['a'] = 1", ("globals()",)),
        ("from lib import make\nmake(globals(), aliases={'a': '.b'})", ("globals()",)),
        ("if x:\n    y = 1\nelse:\n    make(names=vars())", ("vars()",)),
        ("print(sorted(globals()), '%(a)s'.format(**globals()), vars(a))", ()),
        ("def f(): make(globals())", ()),
        ("vars()['a'] = 1", ("vars()",)),
        ("exec('a = 1')", ("exec",)),
        ("def f(names): exec('a = 1', names)", ()),
        ("eval('a', {})", ()),
        ("names = globals()\nexec('a = 1', names)", ("exec",)),
        ("import sys\nnames = sys.modules[__name__].__dict__\nexec('a = 1', names)", ("exec",)),
        ("sys.modules['a'] = 1", ("sys.modules",)),
        ("a['b'] = 1", ()),
    ],
)
def test_ways_to_bind_what_can_not_be_read_are_named(source: str, dynamic: tuple[str, ...]) -> None:
    assert extract(f"{source}\n".encode()).dynamic == dynamic


# --------------------------------------------------------------- definitions


def test_definitions_have_their_kinds_and_places() -> None:
    data = b"""\
@d
class A(B, metaclass=M):
    x = 1
    def f(self): pass
    class Inner:
        y = 2
async def g(): pass
a = 1
b = A.f
c: int
d: int = 1
e, (h, *i) = z
for j in z: pass
with z as k: pass
if z:
    def l(): m = 1
"""
    facts = extract(data)
    assert [(d.qualname, d.kind) for d in facts.definitions] == [
        ("A", "class"),
        ("A.x", "assign"),
        ("A.f", "def"),
        ("A.Inner", "class"),
        ("g", "async def"),
        ("a", "assign"),
        ("b", "alias"),
        ("c", "annotation"),
        ("d", "assign"),
        ("e", "other"),
        ("h", "other"),
        ("i", "other"),
        ("j", "other"),
        ("k", "other"),
        ("l", "def"),
    ]
    assert definition(facts, "b").target == "A.f"
    assert definition(facts, "A").bases == ("B",)
    assert definition(facts, "A").decorators == ("d",)
    assert definition(facts, "l").guard == Guard.BRANCH
    assert definition(facts, "A").line == 2
    one = definition(facts, "A.f")
    assert data[one.start : one.end] == b"def f(self): pass"


def test_signature_is_read_with_defaults_and_annotations() -> None:
    source = "def f(a, /, b: int = 1, *args: T, c, d=(2,\n 3), **kw) -> 'R': pass\n"
    found = definition(extract(source.encode()), "f")
    assert [tuple(param) for param in found.params] == [
        ("a", "posonly", None, None),
        ("b", "normal", "1", "int"),
        ("args", "*", None, "T"),
        ("c", "kwonly", None, None),
        ("d", "kwonly", "(2, 3)", None),
        ("kw", "**", None, None),
    ]
    assert found.returns == "'R'"


def test_global_statement_of_a_function_makes_a_definition_of_the_module() -> None:
    facts = extract(b"def f():\n    global a\n    a = 1\n    b = 2\n")
    assert definition(facts, "a").guard == Guard.FUNCTION
    assert "a" in facts.scopes[0].bound


@pytest.mark.parametrize(
    "source",
    ["'''doc'''", "import a", "a = f()", "try:\n    import a\nexcept ImportError:\n    a = None",
     "if x:\n    from a import *", "def f(): g()", "class C: g()", "warnings.warn('old')",
     "__all__ = ['a']\n__all__ += b.__all__\n__all__.append('c')", "del a", "pass", "a: int = 1"],
)  # fmt: skip
def test_statement_that_only_binds_has_no_effect(source: str) -> None:
    assert extract(f"{source}\n".encode()).effects == ()


@pytest.mark.parametrize(
    "source",
    ["f()", "if x:\n  f()", "try: pass\nfinally:\n  f()", "try: pass\nexcept E:\n  raise",
     "a.b = 1", "a[1] = 1", "a += 1", "for x in y: pass", "while x: pass", "assert x",
     "with x: pass", "a.b: int = 1"],
)  # fmt: skip
def test_statement_with_an_effect_is_counted_by_its_line(source: str) -> None:
    assert len(extract(f"{source}\n".encode()).effects) == 1


# ---------------------------------------------------------- newer Python syntax


def test_type_alias_and_type_parameters_have_scopes_of_their_own() -> None:
    data = b"""\
from m import X, T
type A[T: X] = list[T] | X
def f[T](a: T, b=T) -> X: return T
class C[T](X[T]):
    y: T
    def g(self, a: X): return T
T
"""
    facts = extract(data)
    assert facts.failure is None
    kinds = [(scope.kind, scope.name) for scope in facts.scopes]
    assert kinds == [
        ("module", ""),
        ("type", "A"),
        ("type", "f"),
        ("function", "f"),
        ("type", "C"),
        ("class", "C"),
        ("function", "g"),
    ]
    assert definition(facts, "A").kind == "type"
    assert [scope.bound for scope in facts.scopes if scope.kind == "type"] == [("T",)] * 3
    assert [facts.scopes[scope.parent].kind for scope in facts.scopes[3:]] == [
        "type",
        "module",
        "type",
        "class",
    ]
    # Only the default of `f` and the last line mean the imported T.
    assert [u.start for u in facts.uses if u.name == "T"] == [
        data.index(b"=T)") + 1,
        data.rindex(b"T"),
    ]
    for use in facts.uses:
        assert data[use.start : use.end] == use.name.encode()
    assert len([use for use in facts.uses if use.name == "X"]) == 5


def test_methods_type_parameter_scope_sees_the_class_around_it() -> None:
    facts = extract(b"from m import X\nclass C:\n    X = 1\n    def f[T](self, a: X): return X\n")
    [use] = facts.uses
    assert facts.scopes[use.scope].kind == "function"


def test_t_string_is_read_like_an_f_string() -> None:
    data = b"from m import X\nt'{X.y!r:{X}} X'\n"
    facts = extract(data)
    assert facts.failure is None
    assert [use.kind & UseKind.FSTRING for use in facts.uses] == [UseKind.FSTRING] * 2


def test_nested_quotes_of_newer_f_strings_are_read() -> None:
    facts = extract(b"from m import X\nf'{X['a']}'\nf'{f'{X}'}'\n")
    assert facts.failure is None
    assert [use.name for use in facts.uses] == ["X", "X"]


def test_lazy_import_is_an_import() -> None:
    data = b"lazy from a import b\n"
    [statement] = extract(data).imports
    assert (statement.module, data[statement.start : statement.end]) == ("a", data[:-1])


def test_same_bytes_give_the_same_plain_facts() -> None:
    data = (STANDARD_LIBRARY / "typing.py").read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert extract_raw(data) == extract_raw(data)
