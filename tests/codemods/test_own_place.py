"""A module does not move away from files that it finds by its own place."""

from pathlib import Path

import pytest

from onepath.facts.store.cache import FactsCache
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.world import World
from onepath_packs.canonical.definitions.own_paths.own_place import check_own_place
from onepath_packs.canonical.definitions.refused import CannotMoveError

READS = "from pathlib import Path\n\nTEXT = Path(__file__).{}.read_text()\n"


def is_kept(folder: Path, text: str, new: str) -> bool:
    """Whether `p/sub/part.py`, or the package `p` with it, has to stay where it is."""
    (folder / "p/sub").mkdir(parents=True)
    paths = ["p/__init__.py", "p/sub/__init__.py", "p/sub/part.py"]
    for path in paths:
        (folder / path).write_text(text if path.endswith("part.py") else "")
    world = World.open(Folder(folder), FactsCache(None), SerialExecutor())
    moved = paths[2:] if new.endswith(".py") else paths
    files = {path: new if len(moved) == 1 else f"{new}{path[1:]}" for path in moved}
    try:
        check_own_place(world, files)
    except CannotMoveError:
        return True
    return False


@pytest.mark.parametrize(
    ("new", "up", "kept"),
    [
        ("r/p", "parent", False),
        ("r/p", "parents[1]", False),  # the folder of the package itself, which moves along
        ("r/p", "parents[2]", True),
        ("r/p", "parent.parent.parent", True),
        ("r", "parents[2]", False),  # it only gets another name where it is
        ("r/part.py", "parent", True),
        ("p/sub/other.py", "parents[2]", False),
    ],
)
def test_what_lies_beside_it_moves_along_or_it_stays(
    tmp_path: Path, new: str, up: str, kept: bool
) -> None:
    assert is_kept(tmp_path, READS.format(up), new) == kept
