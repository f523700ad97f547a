"""What is said of an import that fails, and what is known of modules that are not followed."""

from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

from onepath.facts.store.cache import FactsCache
from onepath.importing.machine import ImportFailed, Machine
from onepath.importing.sources import Sources
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.world import World


def failure(folder: Path, files: Mapping[str, str], followed: Collection[str]) -> str:
    """What is said where `a` is imported first; empty if nothing fails."""
    for path, text in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)
    world = World.open(Folder(folder), FactsCache(None), SerialExecutor())
    try:
        Machine(Sources(world, followed, followed)).start("a")
    except ImportFailed as failed:
        return failed.text
    return ""


@pytest.mark.parametrize(
    ("a", "b", "more"),
    [
        ("from b import x\n", "", ""),
        ("import b\nx = 1\n", "from a import x\n", ", which is not complete by then"),
    ],
)
def test_a_module_that_is_not_complete_is_said_to_be_so(
    tmp_path: Path, a: str, b: str, more: str
) -> None:
    of = "a" if more else "b"
    said = failure(tmp_path, {"a.py": a, "b.py": b}, {"a.py", "b.py"})
    assert said == f"'x' can't be imported from '{of}'{more}"


@pytest.mark.parametrize(("name", "fails"), [("lost", True), ("c", False), ("K", False)])
def test_what_a_module_that_is_not_followed_has(tmp_path: Path, name: str, fails: bool) -> None:
    files = {
        "a.py": f"from p import {name}\n",
        "p/__init__.py": "from p import c\n\n\nclass K: ...\n",
        "p/c.py": "x = 1\n",
    }
    assert bool(failure(tmp_path, files, {"a.py"})) == fails
