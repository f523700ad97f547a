"""Modules that a changed import had loaded, and that somebody still reads."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from onepath.facts.prefilter.words import Needles
from onepath.facts.store.cache import FactsCache
from onepath.facts.store.fact_store import FactStore
from onepath.importing.loaded.loading import Loading, hidden_in, overwrites, unloaded
from onepath.model import Edit, FileChange
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.world import World

USER = "import p.rival\nfrom p.old import Name\n\nx = Name(), p.old.Local, p.rival.Name\n"
FILES = {
    "p/__init__.py": "",
    "p/new.py": "class Name:\n    pass\n",
    "p/old.py": "from p.new import Name\n\n\nclass Local:\n    pass\n",
    "p/rival.py": "class Name:\n    pass\n",
    "u.py": USER,
}


def world_of(folder: Path, files: Mapping[str, str]) -> World:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return World.open(Folder(folder), FactsCache(None), SerialExecutor())


def missed(folder: Path, files: Mapping[str, str], path: str, new: str) -> list[tuple[str, str]]:
    """(module, why) of what a change of one file does not load any more."""
    before, after, change = changed(folder, files, path, new)
    return [(one.module, one.reason) for one in unloaded(before, after, [change])]


def changed(
    folder: Path, files: Mapping[str, str], path: str, new: str
) -> tuple[World, World, FileChange]:
    """The code before and after a change of one file."""
    world = world_of(folder, files)
    old = files[path].encode()
    entry = world.snapshot.entries[path]
    edits = (Edit(0, len(old), new.encode(), "import", 1),)
    change = FileChange(path, entry.mode, entry.oid, old, new.encode(), edits)
    return world, world.after({path: change.new}), change


def why(reader: str) -> str:
    return f"nothing would load 'p.old', which {reader} reads"


def test_what_only_the_old_import_loaded_is_missed(tmp_path: Path) -> None:
    moved = USER.replace("from p.old", "from p.new")
    assert missed(tmp_path, FILES, "u.py", moved) == [("p.old", why("u.py:4"))]


def test_the_search_that_follows_is_answered_by_the_next_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = USER.replace("from p.old", "from p.new")
    before, after, change = changed(tmp_path, FILES, "u.py", moved)
    loading = Loading(before, after, [change])
    after.fact_store.search_along(loading.foreseen)
    after.fact_store.others_mentioning(after.fact_store.python, Needles.of(["Name"]))
    read = FactStore._read
    searched: list[str] = []

    def watched(self, entries, needles, along=(), *, extracting=True):  # type: ignore[no-untyped-def]
        searched.extend(entry.path for entry in entries if needles is not None)
        return read(self, entries, needles, along, extracting=extracting)

    monkeypatch.setattr(FactStore, "_read", watched)
    assert [one.module for one in loading.unloaded()] == ["p.old"]
    assert searched == []


def test_what_something_else_loads_is_not_missed(tmp_path: Path) -> None:
    files = {**FILES, "p/rival.py": "import p.old\n\n\nclass Name:\n    pass\n"}
    assert missed(tmp_path, files, "u.py", USER.replace("from p.old", "from p.new")) == []


def test_what_nobody_reads_is_not_missed(tmp_path: Path) -> None:
    files = {**FILES, "u.py": "from p.old import Name\n"}
    assert missed(tmp_path, files, "u.py", "from p.new import Name\n") == []


def test_a_reader_by_way_of_the_changed_file_misses_it(tmp_path: Path) -> None:
    files = {**FILES, "u.py": "from p.old import Name\n",
             "r.py": "import u, p\n\n\ndef go():\n    return p.old.Local\n"}  # fmt: skip
    assert missed(tmp_path, files, "u.py", "from p.new import Name\n") == [("p.old", why("r.py:5"))]


@pytest.mark.parametrize(
    ("init", "package"),
    [
        ("", ""),
        ("from p.rival import Name as old\n", "p"),
        ("from p import old\n", ""),
        ("old = 1\n", "p"),
    ],
)
def test_a_package_hides_a_module_by_a_name(tmp_path: Path, init: str, package: str) -> None:
    world = world_of(tmp_path, {**FILES, "p/__init__.py": init})
    assert hidden_in(world.resolver, "p.old") == package


def test_a_module_that_its_package_loads_replaces_nothing(tmp_path: Path) -> None:
    inits = {"from p.old import Name as old\n": False, "from p.rival import Name as old\n": True}
    for init, replaces in inits.items():
        world = world_of(tmp_path, {**FILES, "p/__init__.py": init})
        assert bool(overwrites(world, "p.old")) is replaces
