"""Small programs of a few modules, for Hypothesis, and what CPython makes of them."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from hypothesis import strategies as st

from onepath.facts.extract.file import extract
from onepath.importing.machine import Machine
from onepath.importing.sources import Sources
from onepath.importing.values import ImportFailed, ModuleValue, ObjectValue
from onepath.model import Entry
from onepath.snapshot import blob_id
from onepath.symbols.modules import Modules
from onepath.symbols.resolve import Resolver

FILES = {
    "a": "a.py", "b": "b.py", "p": "p/__init__.py", "p.c": "p/c.py", "p.d": "p/d.py",
    "p.s": "p/s/__init__.py", "p.s.e": "p/s/e.py",
}  # fmt: skip
NAMES = ("x", "y", "c", "d", "s", "_z")
Program = dict[str, str]

_RUNNER = Path(__file__).parent / "runner.py"


class Python:
    """A process of CPython that imports each module of a program first, in a process of its own."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-B", str(_RUNNER)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def imports(self, folder: Path) -> dict[str, Any]:
        """Module -> what Python says when it is imported first."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([str(folder), list(FILES)]) + "\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found

    def close(self) -> None:
        self._process.communicate()


class Code:
    """A program in memory, as much of a world as the machine asks for."""

    def __init__(self, program: Program) -> None:
        self.files = {FILES[name]: text.encode() for name, text in program.items()}
        entries = {path: Entry(path, blob_id(data), 0o100644) for path, data in self.files.items()}
        self.snapshot = SimpleNamespace(entries=entries)
        self.modules = Modules(self.files, ("",))
        self.resolver = Resolver(self.modules, self.facts)

    def facts(self, path: str) -> Any:
        return extract(self.files[path])

    def read(self, paths: list[str]) -> dict[str, bytes]:
        return {path: self.files[path] for path in paths}


def write(program: Program, folder: Path) -> None:
    for name, text in program.items():
        path = folder / FILES[name]
        os.makedirs(path.parent, exist_ok=True)
        path.write_text(text)


def modelled(program: Program, first: str) -> Any:
    """What the machine says when a module is imported first, in the words of the runner."""
    code = Code(program)
    machine = Machine(Sources(code))  # type: ignore[arg-type]
    try:
        machine.start(first)
    except ImportFailed as failed:
        return failed.kind
    return {
        module.name: {
            name: _said(program, value)
            for name, value in module.namespace.items()
            if not name.startswith("__") and name != "TYPE_CHECKING"
        }
        for module in machine.modules.values()
    }


def _said(program: Program, value: object) -> str:
    if isinstance(value, ModuleValue):
        return f"module {value.name}"
    if isinstance(value, ObjectValue):
        text = program[value.module].encode()[value.offset :]
        return text.split(b"\n")[0].decode().strip("'") if text.startswith(b"'") else "object"
    return "?"


# ------------------------------------------------------------------- programs


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """A few modules that import each other in every form."""
    return {
        name: "".join(_statement(draw, name, at) for at in range(draw(st.integers(0, 5))))
        for name in FILES
    }


def _statement(draw: st.DrawFn, module: str, at: int) -> str:
    other = draw(st.sampled_from(list(FILES)))
    name, bound = draw(st.sampled_from(NAMES)), draw(st.sampled_from(NAMES))
    kind = draw(st.sampled_from((
        "bind", "bind", "def", "class", "import", "import", "as", "from", "from", "from", "from as",
        "relative", "above", "star", "all", "try", "else", "checking", "call", "called", "getattr",
        "read", "read", "class read", "delete", "store", "default", "decorator", "alias", "if",
        "class body", "init", "dynamic", "suppress", "lazy table", "comprehension", "global",
        "named read", "named or default", "elements",
    )))  # fmt: skip
    own = f"{name} = '{module}.{name}.{at}'\n"
    head = other.partition(".")[0]
    return {
        "bind": own,
        "def": f"def {name}(): return 1\n",
        "class": f"class {name}: pass\n",
        "import": f"import {other}\n",
        "as": f"import {other} as {bound}\n",
        "from": f"from {other} import {name}\n",
        "from as": f"from {other} import {name} as {bound}\n",
        "relative": f"from . import {name}\n",
        "above": f"from .{name} import {bound}\n",
        "star": f"from {other} import *\n",
        "all": f"__all__ = ['{name}', '{bound}']\n",
        "try": f"try:\n    from {other} import {name}\nexcept ImportError:\n    {own}",
        "else": f"try:\n    import {other}\nexcept ImportError:\n    {own}else:\n"
        f"    {bound} = {other}\nfinally:\n    _z = 'z.{module}.{at}'\n",
        "checking": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
        f"    from {other} import {name}\n",
        "call": f"def _f():\n    from {other} import {name}\n    return {name}\n_f()\n",
        "called": f"def {name}():\n    import {other}\n    return {other}.{bound}\n",
        "getattr": f"def __getattr__(name):\n    if name == '{name}':\n"
        f"        from {other} import {name}\n        return {name}\n"
        "    raise AttributeError(name)\n",
        "read": f"import {head}\n{bound} = {other}.{name}\n",
        "class read": f"import {head}\nclass {bound}:\n    inner = {other}.{name}\n",
        "delete": f"{own}del {name}\n",
        "store": f"import {head} as _m\n_m.{name} = 'stored.{module}.{at}'\n",
        "default": f"import {head}\ndef {bound}(one={other}.{name}): return one\n",
        "decorator": f"def _d(f):\n    import {other}\n    return f\n@_d\ndef {name}(): pass\n",
        "alias": f"{name} = {bound}\n{bound} = 'after.{module}.{at}'\n",
        "if": f"import sys\nif sys.version_info >= (3, 99):\n    import {other}\nelse:\n    {own}",
        "class body": f"class {name}:\n    import {other}\n    from {other} import {bound} as q\n",
        "init": f"class {name}:\n    def __init__(self):\n        from {other} import {bound}\n"
        f"{name}()\n",
        "dynamic": f"import importlib\n{name} = importlib.import_module('{other}')\n",
        "suppress": "import contextlib\nwith contextlib.suppress(ImportError):\n"
        f"    from {other} import {name}\n",
        "lazy table": f"_T = {{'{name}': '{other}'}}\n"
        "def __getattr__(name):\n    if name in _T:\n        import importlib\n"
        "        return getattr(importlib.import_module(_T[name]), name)\n"
        "    raise AttributeError(name)\n",
        "comprehension": f"import {head}\n{bound} = [{name} for {name} in (1, 2)]\n",
        "named read": f"import {head}\n{bound} = getattr({other}, '{name}')\n",
        "named or default": f"import {head}\n"
        f"{bound} = getattr({other}, '{name}', None), hasattr({other}, '{name}')\n",
        "elements": f"{bound} = [{name}.real for {name} in (1, 2)]\n",
        "global": f"def _g():\n    global {name}\n    {own.strip()}\n_g()\n",
    }[kind]


def differences(program: Program, said: Mapping[str, Any]) -> list[str]:
    """Where the machine and CPython differ."""
    found = []
    for first, real in said.items():
        if real == "attribute of an object":
            continue  # what objects have as attributes is not followed
        mine = modelled(program, first)
        if isinstance(mine, str) or isinstance(real, str):
            if mine != real:
                found.append(
                    f"{first} first: {mine if isinstance(mine, str) else 'ok'}, "
                    f"but Python: {real if isinstance(real, str) else 'ok'}"
                )
            continue
        if mine.keys() != real.keys():
            found.append(f"{first} first: {sorted(mine)} loaded, but Python: {sorted(real)}")
            continue
        for module, names in real.items():
            if mine[module].keys() != names.keys():
                found.append(
                    f"{first} first, {module}: {sorted(mine[module])}, but Python: {sorted(names)}"
                )
                continue
            found += [
                f"{first} first, {module}.{name}: {mine[module][name]}, but Python: {value}"
                for name, value in names.items()
                if mine[module][name] not in ("?", value)
            ]
    return found
