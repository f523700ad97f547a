"""Whoever takes a name from a module is among its users, by whatever way to the module."""

from pathlib import Path

import pytest

from onepath.facts.store.cache import FactsCache
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.find_references.users import users_of_names
from onepath.symbols.world import World
from onepath_packs.websocket.events.reading.kept_names import KeptNames, not_needed

FILES = {
    "pkg/__init__.py": "from pkg.mod import datetime\n",
    "pkg/mod.py": "from datetime import datetime\n",
    "pkg/alias.py": "import pkg.mod as m\n",
    "pkg/renamed.py": "from pkg.alias import m as n\n",
    "pkg/again.py": "from pkg import mod\n",
    "near.py": "",
}


def world_of(folder: Path, source: str) -> World:
    for path, text in {**FILES, "user.py": source, "pkg/user.py": source}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return World.open(Folder(folder), FactsCache(None), SerialExecutor())


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\n",
        "from pkg import mod\n\nmod.other\n",
        "mod = 1\n",
        "datetime = 1\n",
        "from pkg import mod\n\n# mod.datetime\n",
    ],
)
def test_who_spells_only_one_of_the_two_is_no_user(tmp_path: Path, source: str) -> None:
    assert "user.py" not in users_of_names(world_of(tmp_path, source), ["pkg/mod.py"], ["datetime"])


@pytest.mark.parametrize(
    "source",
    [
        "from pkg.mod import datetime\n",
        "from pkg.mod import *\n",
        "from pkg.mod import (\n    *\n)\n",
        "from pkg.mod import\\\n    *\n",
        "import pkg.mod\n\npkg.mod.datetime\n",
        "import pkg.mod as n\n\nn.datetime\n",
        "from pkg.again import mod\n\nmod.datetime\n",
        "from pkg.alias import m\n\nm.datetime\n",
        "from pkg.renamed import n\n\nn.datetime\n",
        "patch('pkg.mod.datetime')\n",
        "from pkg import mod\n\npatch.object(mod, 'datetime')\n",
    ],
)
def test_every_way_to_the_module_counts(tmp_path: Path, source: str) -> None:
    assert "user.py" in users_of_names(world_of(tmp_path, source), ["pkg/mod.py"], ["datetime"])


def test_a_package_is_imported_from_inside_without_its_name(tmp_path: Path) -> None:
    world = world_of(tmp_path, "from . import datetime\n")
    assert "pkg/user.py" in users_of_names(world, ["pkg/__init__.py"], ["datetime"])


def test_a_name_is_kept_until_nobody_is_found_to_need_it(tmp_path: Path) -> None:
    world = world_of(tmp_path, "from pkg.mod import datetime\n")
    asked: set[tuple[str, str]] = set()
    assert "datetime" in KeptNames("pkg/mod.py", frozenset(), asked)
    assert "n" in KeptNames("pkg/renamed.py", frozenset(), asked)
    assert asked == {("pkg/mod.py", "datetime"), ("pkg/renamed.py", "n")}
    free = not_needed(world, asked)
    assert free == {("pkg/renamed.py", "n")}
    assert "n" not in KeptNames("pkg/renamed.py", free, set())
    assert "datetime" in KeptNames("pkg/mod.py", free, set())


def test_a_star_import_needs_every_name(tmp_path: Path) -> None:
    world = world_of(tmp_path, "from pkg.alias import *\n")
    assert not_needed(world, [("pkg/alias.py", "m")]) == frozenset()


def test_nothing_is_looked_up_where_nothing_was_asked(tmp_path: Path) -> None:
    assert not_needed(world_of(tmp_path, ""), ()) == frozenset()
