"""Whatever imports a file mixes: the planner decides or refuses a site; the proof never has to."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from onepath.codemod.examples import Example, run_example
from onepath.run.serial import SerialExecutor
from onepath_packs import websocket
from onepath_packs.canonical.imports.codemod import CanonicalImports

CONFIG = """[imports]
"pkg.old.Name" = "pkg.new.Name"
"pkg.old.Old" = "pkg.new.Name"
"pkg.older.Older" = "pkg.new.Name"
"pkg.older.Other" = "pkg.new.Other"
"pkg.old.Third" = "pkg.third.Name"
"pkg.whole" = "pkg.new"
"""
WORLD = {
    "pkg/__init__.py": b"",
    "pkg/new.py": b"class Name:\n    pass\n\n\nclass Other:\n    pass\n",
    "pkg/third.py": b"class Name:\n    pass\n",
    "pkg/old.py": b"from pkg.new import Name, Name as Old\nfrom pkg.third import Name as Third\n",
    "pkg/older.py": b"from pkg.new import Name as Older, Other\n",
    "pkg/whole.py": b"from pkg.new import Name, Other\n",
}
NAMES = {
    "pkg": ("new", "old", "third", "whole"),
    "pkg.new": ("Name", "Other"),
    "pkg.old": ("Name", "Old", "Third"),
    "pkg.older": ("Older", "Other"),
    "pkg.whole": ("Name", "Other"),
}
USES = ("Name", "Old", "Older", "Other", "A", "B", "m.Name", "old.Name", "pkg.old.Old", "new.Name")


@st.composite
def statement(draw: st.DrawFn) -> str:
    module = draw(st.sampled_from(sorted(NAMES)))
    if draw(st.integers(0, 5)) == 0:
        return f"import {module}{draw(st.sampled_from(('', ' as m')))}"
    chosen = draw(st.lists(st.sampled_from(NAMES[module]), min_size=1, max_size=3, unique=True))
    names = [name + draw(st.sampled_from(("", "", "", " as A", " as B"))) for name in chosen]
    tail = draw(st.sampled_from(("", "", "", "  # noqa: F401", "  # why", "; import os")))
    return f"from {module} import {', '.join(names)}{tail}"


use = st.sampled_from(USES).map(lambda name: f"print({name}, f'{{{name}}} {name}')")
lines = st.lists(st.one_of(statement(), statement(), use), min_size=1, max_size=5)
headers = st.sampled_from(("if flag:", "def run(Name):", "def run():", "class Row:", "try:"))


@st.composite
def module(draw: st.DrawFn) -> str:
    text = draw(lines)
    for header in draw(st.lists(headers, max_size=3)):
        text += [header, *(f"    {line}" for line in draw(lines))]
        if header == "try:":
            text += ["except ImportError:", *(f"    {line}" for line in draw(lines))]
        text += draw(lines)
    return "\n".join(text) + "\n"


@given(module(), st.sampled_from(("app.py", "other/__init__.py")))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_any_mix_of_imports_is_planned_so_that_it_proves(text: str, path: str) -> None:
    files = {**WORLD, path: text.encode()}
    example = Example(Path("any"), config=CONFIG, before=files, codemod=CanonicalImports)
    with tempfile.TemporaryDirectory() as folder:
        result = run_example(example, websocket.PACK, Path(folder), SerialExecutor())
    assert [refusal for refusal in result.refused if "proof-" in refusal] == []
    assert result.again == ()
    compile(result.files[path], path, "exec")
