"""Searches that pick the files which are read: none may miss what is looked for in them."""

import re

from hypothesis import given
from hypothesis import strategies as st

from onepath.facts.prefilter.words import Needles
from onepath.symbols.spelling.module_keys import module_keys
from onepath_packs.canonical.definitions.old_paths.composed_reads import ComposedReads
from onepath_packs.canonical.definitions.old_paths.copied_names import Copies
from onepath_packs.canonical.definitions.old_paths.still_read import _Beginnings
from onepath_packs.canonical.imports.kept.faked import _Keys
from onepath_packs.canonical.imports.kept.replaced_modules import _Replacements

_MODULES = ("app.old", "app.old.inner", "old", "app")
_pieces = st.lists(
    st.sampled_from((
        *_MODULES, "sys.modules", "modules", "import_module(", "startswith(", "[", "]", ", ", ".",
        "'", '"', "{", "%s", "_", "\n", " ", "# ", "patch.dict(", "{'app.old': 1}", ")", "é",
    )),
    max_size=12,
)  # fmt: skip


@given(st.lists(st.sampled_from(_MODULES), min_size=1, unique=True), _pieces)
def test_the_search_for_keys_is_that_for_the_table_and_quoted_modules(modules, pieces):
    data = "".join(pieces).encode()
    quoted = re.compile(b"[\"'](?:" + b"|".join(re.escape(m.encode()) for m in modules) + b")[\"']")
    expected = Needles.of(["modules"]).hit(data) and quoted.search(data) is not None
    assert _Keys(modules).hit(data) is expected


def test_what_has_a_key_is_not_missed():
    data = b'import sys\nsys.modules["app.old"] = None\n'
    assert [key.value for key in module_keys(data)] == ["app.old"]
    assert _Keys(["app.old"]).hit(data)
    assert not _Keys(["app"]).hit(data)


@given(st.sampled_from(_MODULES), _pieces)
def test_the_beginnings_of_paths_are_those_that_an_expression_finds(package, pieces):
    data = "".join(pieces).encode()
    start = re.compile(rb"(?<!startswith\()[\"']%b\.[\"'{%%]" % re.escape(package.encode()))
    found = start.search(data)
    search = _Beginnings(package)
    assert search.first(data) == (-1 if found is None else found.start())
    assert search.hit(data) is (found is not None)
    assert not search.hit(data) or Needles.of([package]).hit(data)


_calls = st.lists(
    st.sampled_from((
        "getattr(", "exec(", "re.compile(", "x, ", "'on_", "f'on_{", "{x}_event'", "on_", "{",
        "x +", "_x", "-m", ".", "(", ")", "'", "\n", " ", "globals()", "vars()",
        ".update(", "[x] = 1", "setattr(sys.modules[__name__]", "self.__dict__.update(", "é",
    )),
    max_size=10,
)  # fmt: skip


@given(_calls)
def test_the_words_of_a_search_hide_no_place_that_an_expression_finds(pieces):
    data = "".join(pieces).encode()
    composed = ComposedReads("on_event")
    assert composed.hit(data) is (composed.first(data) is not None)
    written = rb"\b(?:globals|vars)\(\)(?:\.update\(|\[x\] = 1)|\b__dict__\.update\("
    written += rb"|\bsetattr\(sys\.modules\[__name__\]"
    assert Copies().hit(data) is (re.search(written, data) is not None)


def test_who_only_asks_how_a_name_begins_loads_nothing():
    assert _Beginnings("app").hit(b'load("app." + name)')
    assert _Beginnings("app").hit(b'load("app.%s" % name)')
    assert _Beginnings("app").hit(b"load(f'app.{name}')")
    assert not _Beginnings("app").hit(b"name.startswith('app.')")
    assert not _Beginnings("app").hit(b"load('my.app.{name}')")


_around_names = st.lists(
    st.sampled_from((
        "old", "older", "_old", "app", ".", ":", "'", '"', " ", "\t", "=", "==", "patch(", "mock",
        "x", "\n", "é",
    )),
    max_size=10,
)  # fmt: skip


@given(st.lists(st.sampled_from(("old", "app", "é")), min_size=1, unique=True), _around_names)
def test_the_search_for_replacements_finds_what_an_expression_finds(names, pieces):
    data = "".join(pieces).encode()
    words = "|".join(names).encode()
    found = re.search(rb"\.(?:%b)[ \t]*=(?!=)" % words, data) is not None
    if b"patch" in data or b"mock" in data:
        found |= re.search(rb"""["'.:](?:%b)["']""" % words, data) is not None
    assert _Replacements(names).hit(data) is found
