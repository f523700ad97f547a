"""A document that was rewritten wrongly fails its proof."""

from pathlib import Path

import pytest

from onepath.codemod.configuration import parse_config
from onepath.facts.store.cache import FactsCache
from onepath.model import Edit, FileChange
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.renames import Renames
from onepath.symbols.world import World
from onepath_packs.canonical.imports.documents import prove_document
from onepath_packs.canonical.imports.renames import build_renames

CONFIG = '[imports]\n"pkg.old.Name" = "pkg.new.Name"\n'
OLD = "```python\nfrom pkg.old import Name\n\nprint(Name)\n```\n"
NEW = OLD.replace("pkg.old", "pkg.new")


@pytest.fixture
def renames(tmp_path: Path) -> Renames:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg/new.py").write_text("class Name: pass\n")
    (tmp_path / "pkg/old.py").write_text("from pkg.new import Name\n")
    world = World.open(Folder(tmp_path), FactsCache(None), SerialExecutor())
    return build_renames(world, parse_config(CONFIG, "migrate.toml"))


def change(new: str, path: str = "guide.md", old: str = OLD) -> FileChange:
    edit = Edit(0, len(old), new.encode(), "document", 1)
    return FileChange(path, 0o100644, "0" * 40, old.encode(), new.encode(), (edit,))


def test_right_document_is_proven(renames: Renames) -> None:
    assert prove_document(change(NEW), renames, renames) is None


def test_place_that_could_not_be_read_before_counts_for_nothing(renames: Renames) -> None:
    odd = "\n```python\nfrom pkg.old import Name as (\n```\n"
    assert prove_document(change(NEW + odd, old=OLD + odd), renames, renames) is None


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (NEW + "\n" + OLD, "proof-not-idempotent"),
        (
            OLD.replace("from pkg.old import Name", "from pkg.old import (Name"),
            "proof-does-not-parse",
        ),
    ],
)
def test_wrong_document_is_refused(renames: Renames, new: str, code: str) -> None:
    refusal = prove_document(change(new), renames, renames)
    assert refusal is not None
    assert (refusal.path, refusal.line, refusal.code) == ("guide.md", 1, code)


def test_notebook_that_is_no_json_any_more_is_refused(renames: Renames) -> None:
    cell = (
        '{"cells": [{"cell_type": "code", "source": ["from pkg.%s import Name"]}], "nbformat": 4}'
    )
    refusal = prove_document(change(cell % "new" + ",", "n.ipynb", cell % "old"), renames, renames)
    assert refusal is not None
    assert refusal.code == "proof-does-not-parse"
