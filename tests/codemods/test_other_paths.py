"""The search for files with other paths to something canonical: what it misses counts nowhere."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onepath.codemod.packs.configuration import parse_config
from onepath.config.migrate_toml import Config
from onepath.facts.store.cache import FactsCache
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.routes import names_of
from onepath.symbols.world import World
from onepath_packs.canonical.imports.counted import findings_in
from onepath_packs.canonical.imports.other_paths import OtherPaths

CONFIG = '[imports]\n"app.old.Room" = "app.hub.Hub"\n'
FILES = {
    "app/__init__.py": "",
    "app/hub.py": "class Hub:\n    x = 1\n\n\nclass Part(Hub):\n    pass\n",
    "app/shim.py": "from app.hub import Hub\n",
}
SEARCH = OtherPaths({"Hub": {"app.hub"}})


def config_of(folder: Path) -> Config:
    config = folder / "migrate.toml"
    config.write_text(CONFIG)
    return parse_config(config.read_text(), config)


def is_in_play(folder: Path, source: str) -> bool:
    """Whether an audit finds something in a file, or it has another name of what is canonical."""
    for path, text in {**FILES, "user.py": source}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    world = World.open(Folder(folder), FactsCache(None), SerialExecutor())
    found = names_of({("app/hub.py", "Hub")}, ["user.py"], world.resolver, {"Hub"})
    if any(name != "Hub" for _, name in found):
        return True
    world.fact_store.load(["user.py"])
    return any(findings_in(world, ["user.py"], config_of(folder)).values())


@pytest.mark.parametrize(
    "source",
    [
        "from app.shim import Hub\n",
        "from app.shim import (\n    Hub,\n)\n",
        "from app.shim import (  # all of it (today)\n    Hub)\n",
        "from app.shim import \\\n    Hub\n",
        "from app.shim import x, Hub as Other\n",
        "from app.hub import Hub as Other\n",
        "from app.hub import Hub; from app.shim import Hub\n",
        "from app.hub import Hub\nOther = Hub\n",
        "from app.hub import Hub\nOther: type = (\n    Hub\n)\n",
        "from app.hub import Hub\nOther = \\\n    Hub\n",
        "from app.hub import Hub\nOther = (  # once\n    # twice\n    Hub)\n",
        "from app.hub import Hub\nOther = Hub\n(print)(1)\n",
        "import app.shim\napp.shim.Hub\n",
        "import app.shim\n(app.shim  # here\n .\n Hub)\n",
        "import app.shim\n(app.shim.  # here\n Hub)\n",
        "import app.shim\napp.shim. \\\n Hub\n",
        "from app import shim\nshim.Hub()\n",
        "from app.shim import *\nHub()\n",
    ],
)
def test_another_path_or_name_is_found(tmp_path: Path, source: str) -> None:
    assert SEARCH.hit(source.encode())
    assert is_in_play(tmp_path, source)


@pytest.mark.parametrize("path", ["app.shim.Hub", "app.shim:Hub"])
def test_a_path_in_a_string_is_found(path: str) -> None:
    assert SEARCH.hit(f"look_up('{path}')\n".encode())


@pytest.mark.parametrize(
    "source",
    [
        "from app.hub import Hub\n\nprint(Hub(), Hub.x)\n",
        "if True:\n    from app.hub import Hub, Part  # both\n\n\ndef f(hub: Hub) -> Hub: ...\n",
        "from app.hub import (\n    Part,\n    Hub,\n)\n\n\nclass Mine(Hub):\n    hub = Hub()\n",
        "# from app.shim import Hub\n",
        "hub = 1\n",
    ],
)
def test_what_imports_it_canonically_need_not_be_read(tmp_path: Path, source: str) -> None:
    assert not SEARCH.hit(source.encode())
    assert not is_in_play(tmp_path, source)


def test_a_name_is_canonical_only_in_its_own_module() -> None:
    search = OtherPaths({"Hub": {"app.hub"}, "Room": {"app.rooms", "app.hub"}, "Old": set()})
    assert not search.hit(b"from app.hub import Hub, Room\n")
    assert search.hit(b"from app.rooms import Room, Hub\n")
    assert search.hit(b"from app.hub import Old\n")


PIECES = (
    "from app.hub import Hub", "from app.shim import ", "import app.shim", "from app import shim",
    "Hub", "Other", "Part", " as ", " = ", "(", ")", ",", "\n", "\n    ", " \\\n", "  # c\n", ".",
    "app.shim", "shim", "*", ":", "; ", "try:\n    ", "\nexcept E:\n    ", "class C", "pass", "'",
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
def test_what_is_not_found_holds_nothing(tmp_path_factory: pytest.TempPathFactory, source: str):
    if not SEARCH.hit(source.encode()):
        assert not is_in_play(tmp_path_factory.mktemp("world"), source)
