"""After the imports have moved no cycle is left, and everything can be imported, in any order."""

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onepath.codemod.outcome import Outcome
from onepath.codemod.packs.configuration import parse_config
from onepath.facts.store.cache import FactsCache
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.world import World
from onepath_packs.canonical.cycles.codemod import BreakCycles

IMPORT_ALL = """
import importlib, sys
for name in sys.argv[1:]:
    for loaded in [one for one in sys.modules if one.partition(".")[0] == "app"]:
        del sys.modules[loaded]
    importlib.import_module(name)
    module = sys.modules[name]
    for value in list(vars(module).values()):
        if callable(value) and getattr(value, "__module__", "") == name:
            value(None)
"""


def planned(folder: Path, files: Mapping[str, str], config: str) -> Outcome:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    world = World.open(Folder(folder), FactsCache(None), SerialExecutor())
    return BreakCycles(parse_config(config, "migrate.toml")).plan(world)


def apply_and_import(folder: Path, outcome: Outcome) -> None:
    for change in outcome.changeset.changes:
        assert change.new is not None
        (folder / change.path).write_bytes(change.new)
    names = [f"app.{path.stem}" for path in sorted((folder / "app").glob("m*.py"))]
    done = subprocess.run(
        [sys.executable, "-B", "-c", IMPORT_ALL, *names], cwd=folder, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def module(number: int, targets: set[int], kind: str) -> str:
    """A module that needs some others only inside a function, or only in annotations."""
    lines = [f"from app.m{to} import f{to}\n" for to in sorted(targets)]
    names = [f"f{to}" for to in sorted(targets)]
    if kind == "types":
        parameters = ", ".join(f"a{to}: f{to} = None" for to in sorted(targets))
        lines.append(f"\n\ndef f{number}(x=None, {parameters}):\n    return x\n")
    else:
        lines.append(f"\n\ndef f{number}(x):\n    return [{', '.join(names)}]\n")
    return "".join(lines)


graphs = st.integers(2, 6).flatmap(
    lambda count: st.lists(
        st.sets(st.integers(0, count - 1), max_size=3), min_size=count, max_size=count
    )
)


@pytest.mark.parametrize("kind", ["functions", "types"])
@given(graph=graphs)
@settings(max_examples=12, deadline=None)
def test_every_cycle_of_late_imports_is_opened(graph: list[set[int]], kind: str) -> None:
    files = {"app/__init__.py": ""}
    for number, targets in enumerate(graph):
        files[f"app/m{number}.py"] = module(number, targets - {number}, kind)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        outcome = planned(folder, files, "[cycles]\ndefer = true\n")
        assert outcome.after == {"cycle-in-paths": 0}
        assert outcome.changeset.refusals == ()
        apply_and_import(folder, outcome)


def test_a_cycle_that_fails_at_run_time_works_afterwards(tmp_path: Path) -> None:
    files = {
        "app/__init__.py": "",
        "app/m1.py": "from app.m2 import B\n\n\ndef f(x):\n    return B\n",
        "app/m2.py": "from app.m1 import f\n\n\nclass B:\n    def __init__(self, x=f): ...\n",
    }
    outcome = planned(tmp_path, files, "[cycles]\ndefer = true\n")
    assert outcome.before == {"cycle-in-paths": 1}
    assert outcome.after == {"cycle-in-paths": 0}
    assert [change.path for change in outcome.changeset.changes] == ["app/m1.py"]
    apply_and_import(tmp_path, outcome)


def test_the_same_code_gives_the_same_cut_and_the_first_of_equals_goes(tmp_path: Path) -> None:
    files = {"app/__init__.py": ""}
    for number in range(4):
        files[f"app/m{number}.py"] = module(number, {0, 1, 2, 3} - {number}, "types")
    first = planned(tmp_path / "one", files, "[cycles]\n")
    again = planned(tmp_path / "two", dict(reversed(files.items())), "[cycles]\n")
    assert [change.new for change in first.changeset.changes] == [
        change.new for change in again.changeset.changes
    ]
    assert sum(b"TYPE_CHECKING" in (one.new or b"") for one in first.changeset.changes) == 3
    assert [change.path for change in first.changeset.changes] == [
        "app/m0.py",
        "app/m1.py",
        "app/m2.py",
    ]


def test_a_small_number_of_moves_comes_before_safe_ones(tmp_path: Path) -> None:
    files = {
        "app/__init__.py": "",
        "app/m1.py": "from app.m2 import A, B\n\n\ndef f1(x: A, y: B = None): ...\n",
        "app/m2.py": "from app.m1 import f1\n\n\nclass A: ...\n\n\nclass B: ...\n\n\n"
        "def g(x):\n    return f1\n",
    }
    outcome = planned(tmp_path / "defer", files, "[cycles]\ndefer = true\n")
    assert [change.path for change in outcome.changeset.changes] == ["app/m2.py"]
    outcome = planned(tmp_path / "safe", files, "[cycles]\n")
    assert [change.path for change in outcome.changeset.changes] == ["app/m1.py"]
