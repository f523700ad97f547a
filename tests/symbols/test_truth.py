"""Packages are generated and really imported: what we resolve is what Python made of it."""

import importlib
import itertools
import sys
import tempfile
import types
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from onepath.facts.extract.file import extract
from onepath.symbols.modules import Modules
from onepath.symbols.resolve import Resolver

# Each module imports only from those before it, so that importing never fails.
MODULES = ("sub.c", "sub", "a", "b", "")
NAMES = ("A", "B", "C", "_d")
_counter = itertools.count()


@dataclass
class Made:
    """A module while it is written: its lines, and what it has bound so far."""

    lines: list[str] = field(default_factory=list)
    bound: set[str] = field(default_factory=set)
    aliases: dict[str, str] = field(default_factory=dict)
    exports: list[str] | None = None

    def public(self) -> set[str]:
        if self.exports is not None:
            return set(self.exports)
        return {name for name in self.bound if not name.startswith("_")}


@st.composite
def packages(draw: st.DrawFn) -> dict[str, str]:
    made: dict[str, Made] = {}
    for module in MODULES:
        one = Made()
        for _ in range(draw(st.integers(0, 5))):
            _statement(draw, module, one, made)
        if one.bound and draw(st.integers(0, 3)) == 0:
            one.exports = draw(st.lists(st.sampled_from(sorted(one.bound)), unique=True))
            one.lines.append(f"__all__ = {one.exports!r}")
        made[module] = one
    return {name: "\n".join(one.lines) + "\n" for name, one in made.items()}


def _statement(draw: st.DrawFn, module: str, one: Made, made: dict[str, Made]) -> None:
    name = draw(st.sampled_from(NAMES))
    kinds = ["class", "def", "again"]
    sources = [other for other in made if made[other].bound]
    if sources:
        kinds += ["from", "from", "as", "star", "module", "try", "checking", "relative", "deep"]
    kind = draw(st.sampled_from(kinds))
    if kind == "class":
        one.lines.append(f"class {name}: pass")
    elif kind == "def":
        one.lines.append(f"def {name}(): pass")
    elif kind == "again":
        if not one.bound:
            return
        one.lines.append(f"{name} = {draw(st.sampled_from(sorted(one.bound)))}")
    else:
        other = draw(st.sampled_from(sources))
        what = draw(st.sampled_from(sorted(made[other].bound)))
        dotted = f"PKG.{other}".rstrip(".")
        if kind == "star":
            one.lines.append(f"from {dotted} import *")
            one.bound |= made[other].public()
            return
        if kind == "checking":
            one.lines += [
                "from typing import TYPE_CHECKING",
                f"if TYPE_CHECKING: from {dotted} import {what} as {name}",
            ]
            return
        if kind == "module":
            if not other:
                return
            one.lines += [f"import {dotted} as m", f"{name} = m.{what}"]
        elif kind == "deep" and module != "sub":  # which is not yet an attribute of its package
            one.lines += [f"import {dotted}", f"{name} = {dotted}.{what}"]
        elif kind == "as":
            one.lines.append(f"from {dotted} import {what} as {name}")
        elif kind == "try":
            one.lines += [
                f"try: from PKG.gone import {what} as {name}",
                f"except ImportError: from {dotted} import {what} as {name}",
            ]
        elif kind == "relative":
            dots = {"sub.c": "..", "sub": ".."}.get(module, ".")
            one.lines.append(f"from {dots}{other} import {what} as {name}")
        else:
            name = what
            one.lines.append(f"from {dotted} import {what}")
    one.bound.add(name)


def paths_of(sources: dict[str, str], package: str) -> dict[str, str]:
    ends = {"": "__init__.py", "sub": "sub/__init__.py"}
    return {
        f"{package}/{ends.get(module, module.replace('.', '/') + '.py')}": source.replace(
            "PKG", package
        )
        for module, source in sources.items()
    }


def imported(files: dict[str, str], package: str) -> dict[str, dict[str, Any]]:
    """What each module really holds, by path."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            target = Path(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        sys.path.insert(0, folder)
        sys.dont_write_bytecode, was = True, sys.dont_write_bytecode
        try:
            importlib.invalidate_caches()
            found = {}
            for path in files:
                name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
                found[path] = dict(vars(importlib.import_module(name)))
            return found
        finally:
            sys.dont_write_bytecode = was
            sys.path.remove(folder)
            for name in [n for n in sys.modules if n.partition(".")[0] == package]:
                del sys.modules[name]


@given(packages())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@example(
    {
        "": "",
        "c": "class _d: pass\n__all__ = ['_d']\n",
        "a": "from PKG.c import *\nclass A: pass\n",
        "b": "class _d: pass\nfrom PKG.a import *\n",
    }
)
def test_every_name_leads_to_the_definition_that_python_gives_it(sources: dict[str, str]) -> None:
    package = f"made{next(_counter)}"
    files = paths_of(sources, package)
    resolver = Resolver(Modules(files), lambda path: extract(files[path].encode()))
    for path, names in imported(files, package).items():
        for name, value in names.items():
            if name.startswith("__") or name == "TYPE_CHECKING":
                continue
            found = resolver.name(path, name)
            if isinstance(value, types.ModuleType):
                if name not in ("m", package):
                    continue  # a submodule that is there because somebody has imported it
                assert found.kind == "module", (path, name, found)
                assert resolver.modules.name(found.path) == value.__name__
                continue
            assert found.kind == "definition", (path, name, found)
            assert found.rest == ()
            module = resolver.modules.name(found.path)
            assert (module, found.name) == (value.__module__, value.__qualname__), (path, name)
            assert found.route[0] == (path, name)
