"""Builds an index over a folder of files, as the audit does."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from onepath.audit.index import Index
from onepath.audit.settings import Settings
from onepath.facts.store.cache import FactsCache
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.world import World

MakeIndex = Callable[..., Index]


@pytest.fixture
def make_index(tmp_path: Path) -> MakeIndex:
    """`make_index({"a.py": "..."}, settings)` gives an index of exactly these files."""

    def make(files: Mapping[str, str], settings: Settings | None = None) -> Index:
        for path, text in files.items():
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        with FactsCache(None) as cache:
            world = World.open(Folder(tmp_path), cache, SerialExecutor())
            world.book.load(world.book.python)
        return Index(world, settings or Settings())

    return make
