"""Any small package, any rename or move of a definition or module: CPython says what it became.

Every module that could be imported first can be imported first afterwards, and every public object
is found by its new path, with what it gave before.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from onepath.codemod.packs.configuration import parse_config
from onepath.errors import OnepathError
from onepath.model import Plan
from onepath.run import SerialExecutor
from onepath.snapshot import open_snapshot
from onepath_packs.canonical.move import WantedMove, plan_moves
from onepath_packs.canonical.rename import plan_rename

MODULES = ("p.a", "p.b", "p.s.c", "p.s.d")
_LOOK = """
import importlib, json, os, sys
def value(one):
    one = one() if callable(one) else one
    return one if isinstance(one, int) else type(one).x
said = {}
for module in sys.argv[1:]:
    read, write = os.pipe()
    if not os.fork():
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        found = importlib.import_module(module)
        given = {name: value(getattr(found, name)) for name in dir(found) if name[0] in "ABCD"}
        os.write(write, json.dumps(given).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        said[module] = json.loads(pipe.read() or "null")
    os.wait()
print(json.dumps(said))
"""
"""Imports each module first, in a process of its own, and says what its names give."""


@st.composite
def packages(draw: st.DrawFn) -> dict[str, str]:
    """Four modules in two packages, in an order in which each imports from those before it."""
    files = {"p/__init__.py": "", "p/s/__init__.py": ""}
    known: list[tuple[str, str]] = []
    for number, module in enumerate(MODULES):
        lines, here = [], []
        for home, name in draw(
            st.lists(st.sampled_from(known), unique=True, max_size=3) if known else st.just([])
        ):
            lines.append(draw(st.sampled_from(_imports(home, name, module))))
            here.append((lines[-1], home, name))
        read = [_spelled(line, home, name) for line, home, name in here]
        for kind in draw(st.lists(st.sampled_from("fck"), min_size=1, max_size=3)):
            name = f"{'ABCD'[number]}{len(lines)}"
            term = draw(st.sampled_from([*read, "1"]))
            value = f"({term}() if callable({term}) else {term})" if term != "1" else "1"
            value = f"int(getattr({value}, 'x', 0) or 1)"
            if kind == "f":
                lines.append(f"def {name}(n={number}):\n    return {value} + n + _help()")
            elif kind == "c":
                lines.append(
                    f"class {name}:\n    x = {value}\n\n    def me(self) -> '{name}':\n"
                    f"        return {name}()"
                )
            else:
                lines.append(f"{name} = {value} + {number}")
            known.append((module, name))
            read.append(name)
        helper = "\n\ndef _help():\n    return 1\n"
        files[f"{module.replace('.', '/')}.py"] = "\n".join(lines) + helper
    passed = draw(st.lists(st.sampled_from(known), unique=True, max_size=2))
    files["p/__init__.py"] = "".join(f"from {home} import {name}\n" for home, name in passed)
    return files


def _imports(home: str, name: str, module: str) -> list[str]:
    parent, _, leaf = home.rpartition(".")
    level = "." * module.count(".")
    return [
        f"from {home} import {name}",
        f"import {home}",
        f"from {parent} import {leaf}",
        f"from {level}{home.removeprefix('p.')} import {name}",
        f"from {home} import {name} as my{name}",
    ]


def _spelled(line: str, home: str, name: str) -> str:
    if " as " in line:
        return f"my{name}"
    if line.startswith("import"):
        return f"{home}.{name}"
    return name if line.endswith(name) else f"{home.rpartition('.')[2]}.{name}"


def look(folder: Path, files: Mapping[str, str]) -> dict[str, dict[str, int] | None]:
    """What each module gives that is imported first; None if it can't be."""
    modules = [
        path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in files
    ]
    done = subprocess.run(
        [sys.executable, "-B", "-c", _LOOK, *modules],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, dict[str, int] | None] = json.loads(done.stdout)
    return found


def write(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def after(folder: Path, files: Mapping[str, str], planned: Callable[[], Plan]) -> dict[str, str]:
    """The files once a plan is carried out; as they were where it is refused."""
    try:
        plan = planned()
    except OnepathError as error:
        if error.exit_code not in (2, 3):
            raise
        return dict(files)
    changed = dict(files)
    for change in plan.phases[0].changeset.changes:
        changed.pop(change.path, None)
        if change.new is not None:
            changed[change.path] = change.new.decode()
    return changed


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(files=packages(), data=st.data())
def test_every_object_is_found_by_its_new_path(files: dict[str, str], data: st.DataObject) -> None:
    with TemporaryDirectory() as first, TemporaryDirectory() as second:
        before, there = Path(first), Path(second)
        write(before, files)
        was = look(before, files)
        names = [
            (module, name)
            for module, found in was.items()
            if found and module in MODULES
            for name in found
            if name[0] == "ABCD"[MODULES.index(module)]
        ]
        module, name = data.draw(st.sampled_from(names or [("p.a", "A0")]))
        new = data.draw(st.sampled_from(["rename", "module", *MODULES, "p.new", "p.t.new"]))
        # A module that can't be imported as it is gives nothing to those who come to use it.
        assume(new not in was or was[new] is not None)
        snapshot, config = open_snapshot(before), parse_config("", "")

        def planned() -> Plan:
            common: dict[str, Any] = {"executor": SerialExecutor()}
            if new == "rename":
                return plan_rename(
                    snapshot, config, f"{module}.{name}", f"{module}.{name[0]}New", **common
                )
            if new == "module":
                return plan_rename(snapshot, config, module, f"{module}_new", **common)
            return plan_moves(snapshot, config, [WantedMove(f"{module}.{name}", new)], **common)

        changed = after(before, files, planned)
        write(there, changed)
        now = look(there, changed)
        if changed == files:
            return
        renamed = {name: f"{name[0]}New"} if new == "rename" else {}
        place = new if new in (*MODULES, "p.new", "p.t.new") else module
        place = f"{module}_new" if new == "module" else place
        for one, found in was.items():
            if found is None:
                continue
            if one == module and new == "module":
                assert now[place] == found, (one, changed)
                continue
            given_now = now[one]
            assert given_now is not None, (one, changed)
            own = {key: value for key, value in found.items() if key[0] == _letter(one)}
            for key, value in own.items():
                if one == module and key == name:
                    assert (now[place] or {}).get(renamed.get(key, key)) == value, changed
                else:
                    assert given_now[key] == value, (one, key, changed)


def _letter(module: str) -> str:
    return "ABCD"[MODULES.index(module)] if module in MODULES else "-"
