"""Definitions that a phase takes away are named wherever deleted files are."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onepath.codemod.packs.configuration import parse_config
from onepath.codemod.packs.installed import load_packs
from onepath.facts.store.cache import FactsCache
from onepath.land.commit.message import commit_message
from onepath.model import FileChange, Phase, Plan, Removed
from onepath.plan.planner import make_plan
from onepath.plan.removed import removed_definitions
from onepath.report.document import plan_document
from onepath.report.summary import summary
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder, Overlay
from onepath.symbols.world import World

CONFIG = """
[factories."pkg.make.make_hub"]
to = "pkg.hub.Hub"
[factories."pkg.make.Maker.make"]
to = "pkg.hub.Hub"
[implementations]
"pkg.old.Old" = "pkg.hub.Hub"
"""
FILES = {
    "pkg/__init__.py": "",
    "pkg/hub.py": "class Hub:\n    pass\n",
    "pkg/old.py": "from pkg.hub import Hub\n\n\nclass Old(Hub):\n    pass\n",
    "pkg/make.py": "from pkg.hub import Hub\n\nlimit = 1\n\n\n"
    "def make_hub():\n    return Hub()\n\n\n"
    "class Maker:\n    size = 1\n\n    def make(self):\n        return Hub()\n",
    "app.py": "from pkg.make import Maker, make_hub\nfrom pkg.old import Old\n\n\n"
    "def run():\n    return make_hub(), Maker().make(), Old()\n",
}

Planned = Callable[..., Plan]


@pytest.fixture
def planned(tmp_path: Path) -> Planned:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)

    def run(cache_dir: Path | None = None) -> Plan:
        return make_plan(
            Folder(tmp_path),
            parse_config(CONFIG, "migrate.toml"),
            load_packs(),
            executor=SerialExecutor(),
            cache_dir=cache_dir,
        )

    return run


def phases(plan: Plan) -> dict[str, Phase]:
    return {one.name: one for one in plan.phases}


def test_functions_methods_and_classes_that_go_are_named(planned: Planned) -> None:
    by_name = phases(planned())
    assert by_name["factories"].removed == (
        Removed("pkg/make.py", "Maker.make", "method"),
        Removed("pkg/make.py", "make_hub", "function"),
    )
    assert by_name["managers"].removed == (Removed("pkg/old.py", "Old", "class"),)


def test_the_summary_the_document_and_the_message_name_them(planned: Planned) -> None:
    plan = planned()
    assert "removed     method Maker.make in pkg/make.py" in summary(plan)
    documents = {one["name"]: one["removed"] for one in plan_document(plan)["phases"]}
    assert documents["managers"] == [{"path": "pkg/old.py", "name": "Old", "kind": "class"}]
    assert json.dumps(documents)
    message = commit_message(phases(plan)["factories"], "1" * 40)
    assert "Removed:\n  method Maker.make in pkg/make.py\n  function make_hub in pkg/make.py\n" in (
        message
    )


def test_a_plan_that_was_kept_names_them_too(planned: Planned, tmp_path: Path) -> None:
    cache = tmp_path / ".cache"
    first, again = planned(cache), planned(cache)
    assert phases(first)["factories"].removed
    assert phases(again)["factories"].removed == phases(first)["factories"].removed


def lost(tmp_path: Path, before: dict[str, str], after: dict[str, str | None]) -> list[Any]:
    for path, text in before.items():
        (tmp_path / path).write_text(text)
    with FactsCache(None) as cache:
        world = World.open(Folder(tmp_path), cache, SerialExecutor())
        new = world.after({path: t.encode() if t else None for path, t in after.items()})
        snapshot = Overlay(world.snapshot, {})
        changes = []
        for path, text in after.items():
            entry = snapshot.entries.get(path)
            oid = entry.oid if entry is not None else "0" * 40
            old = before.get(path, "").encode()
            data = None if text is None else text.encode()
            changes.append(FileChange(path, 0o100644, oid, old, data, ()))
        return [one[1:] for one in removed_definitions(world, new, changes)[0]]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # a name that is bound in another way, and one that only lost one of its definitions
        ({"a.py": "A = 1\n"}, {"a.py": "from b import A\n"}, []),
        ({"a.py": "try:\n    from b import A\nexcept ImportError:\n    A = None\n"},
         {"a.py": "from b import A\n"}, []),
        ({"a.py": "def f(): pass\ndef f(): pass\n"}, {"a.py": "def f(): pass\n"}, []),
        ({"a.py": "__all__ = ['f']\nX: int\n"}, {"a.py": "\n"}, []),
        # what moves is not lost
        ({"a.py": "def f(): pass\n"}, {"a.py": "\n", "b.py": "def f(): pass\n"}, []),
        ({"a.py": "class A: pass\n", "b.py": "from a import A\n"},
         {"a.py": "\n", "b.py": "class A: pass\n"}, []),
        ({"a.py": "def f(): pass\n", "b.py": "def f(): pass\n"},
         {"a.py": "\n", "b.py": "def f(): pass\n# kept\n"}, [("f", "function")]),
        ({"a.py": "def f(): pass\n"}, {"a.py": None}, [("f", "function")]),
        ({"a.py": "B = A\nC = 1\n"}, {"a.py": "C = 1\n"}, [("B", "name")]),
        ({"a.py": "class A:\n    x = 1\n    def f(self): pass\n"}, {"a.py": "\n"},
         [("A", "class")]),
        ({"a.py": "class A:\n    x = 1\n    def f(self): pass\n"},
         {"a.py": "class A:\n    pass\n"}, [("A.f", "method"), ("A.x", "name")]),
        ({"a.txt": "def f(): pass\n"}, {"a.txt": None}, []),
    ],
)  # fmt: skip
def test_what_counts_as_lost(
    tmp_path: Path,
    before: dict[str, str],
    after: dict[str, str | None],
    expected: list[tuple[str, str]],
) -> None:
    assert lost(tmp_path, before, after) == expected


def test_a_phase_that_takes_nothing_away_says_nothing(planned: Planned) -> None:
    plan = planned()
    quiet = replace(plan, phases=tuple(replace(one, removed=()) for one in plan.phases))
    assert "removed" not in summary(quiet)
    assert "Removed" not in commit_message(quiet.phases[0], "1" * 40)
