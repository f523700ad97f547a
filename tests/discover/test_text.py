"""What `init` writes can be read again, whatever names, files and paths there are."""

import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from onepath.codemod.packs.configuration import parse_config
from onepath.discover.discover import discover
from onepath.discover.text import WrittenTables, comment, readable, toml_string
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder

_ANY = st.text(st.characters(exclude_categories=()), max_size=30)
_NO_SURROGATES = st.text(max_size=30)


@given(_NO_SURROGATES)
def test_a_quoted_string_is_read_as_it_was(text: str) -> None:
    assert tomllib.loads(f"key = {toml_string(text)}") == {"key": text}


@given(_ANY)
def test_a_comment_is_nothing_but_a_comment(text: str) -> None:
    lines = comment(text)
    assert all(line.startswith("#") for line in lines)
    written = "\n".join([*lines, "key = 1", ""])
    assert tomllib.loads(written.encode().decode()) == {"key": 1}


@given(st.lists(st.tuples(_ANY, _ANY, st.booleans()), max_size=8))
def test_lines_of_any_names_can_be_read(pairs: list[tuple[str, str, bool]]) -> None:
    written = WrittenTables()
    lines = ["[imports]"]
    for old, new, active in pairs:
        lines.append(written.pair("imports", old, new, active=active))
    tables = [
        f"[factories.{toml_string(old)}]\nto = {toml_string(new)}"
        for old, new, _ in pairs
        if written.takes("factories", old)
    ]
    text = readable([*lines, *(line for table in tables for line in ["", *table.split("\n")])])
    assert text.encode().decode() == text
    parse_config(text, "migrate.toml")


def test_lines_that_contradict_each_other_become_comments() -> None:
    text = readable(["[imports]", '"a.B" = "c.B"', '"c.B" = "a.B"', '"d.E" = "f.E"'])
    assert dict(parse_config(text, "migrate.toml").imports) == {"d.E": "f.E"} or (
        "f.E" in parse_config(text, "migrate.toml").imports.values()
    )
    assert '# "a.B" = "c.B"' in text or '# "c.B" = "a.B"' in text


_NAMES = st.sampled_from(["Thing", "Other", "make"])
_FOLDERS = st.sampled_from(["p", "p/sub", "tests", "q with space", "ctrl\x01\x7f", "ümlaut", 'q"t'])
_FILES = st.sampled_from(
    ["core", "copy", "shim", "new\nline", "dash-ed", "tab\tbed", "back\\slash"]
)


def _module(names: list[str], kind: str, source: str) -> str:
    methods = "".join(f"    def m{at}(self): return {at}\n" for at in range(4))
    if kind == "define":
        return "".join(f"class {name}:\n{methods}\n" for name in dict.fromkeys(names))
    if kind == "forward":
        return "".join(f"from {source} import {name}\n" for name in names)
    if kind == "subclass":
        lines = (f"from {source} import {name}\nclass My{name}({name}): pass\n" for name in names)
        return "".join(lines)
    calls = "".join(f"def make_{name}(): return {name}()\nmake_{name}()\n" for name in names)
    return "".join(f"from {source} import {name}\n" for name in names) + calls


_WORLDS = st.lists(
    st.tuples(
        _FOLDERS,
        _FILES,
        st.lists(_NAMES, min_size=1, max_size=3),
        st.sampled_from(["define", "forward", "subclass", "factory"]),
        st.sampled_from(["p.core", "p.copy", "p.gone", "p.sub.shim", "q.none"]),
    ),
    max_size=6,
)


@settings(max_examples=60)
@given(_WORLDS)
def test_what_init_writes_of_any_repository_can_be_read(
    modules: list[tuple[str, str, list[str], str, str]],
) -> None:
    with TemporaryDirectory() as folder:
        top = Path(folder)
        (top / "p").mkdir()
        (top / "p/__init__.py").write_text("")
        for place, file, names, kind, source in modules:
            (top / place).mkdir(parents=True, exist_ok=True)
            (top / place / f"{file}.py").write_text(_module(names, kind, source))
        (top / "p/core.py").write_text(_module(["Thing", "Other"], "define", ""))
        text = discover(Folder(top), ["p.core.Thing", "p.core.Other"], executor=SerialExecutor())
        parse_config(text.encode().decode(), "migrate.toml")
