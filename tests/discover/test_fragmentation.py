"""The symbols with several paths: configured ones whole, the worst of the others by their uses."""

from collections.abc import Callable

import pytest
from tests.conftest import Repository

from onepath.codemod.packs.configuration import parse_config
from onepath.discover import fragmentation as module
from onepath.discover.fragmentation import Fragmentation, Stop, fragmentation
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder

MakeRepository = Callable[..., Repository]
FILES = {
    "pkg/__init__.py": "from pkg.shim import Thing\n",
    "pkg/new.py": "class Thing: ...\nclass Other: ...\nclass Third: ...\n",
    "pkg/shim.py": "from pkg.new import Other, Thing, Third\n",
    "one.py": "from pkg import Thing\nfrom pkg.shim import Other\nx = 1\n",
    "two.py": "from pkg.new import Other, Thing, Third\nfrom pkg.gone import Thing as It\nx = 1\n",
    "three.py": "from pkg.shim import Third\nx = 1\n",
    "four.py": "from pkg.new import Other\nx = 1\n",
}
CONFIG = 'schema = 1\n[imports]\n"pkg.Thing" = "pkg.new.Thing"\n"pkg.x.No" = "pkg.nowhere.No"\n'


def made(repository: Repository, config: str = "") -> Fragmentation:
    return fragmentation(
        Folder(repository.path), parse_config(config, "migrate.toml"), executor=SerialExecutor()
    )


def test_a_configured_symbol_has_every_path_and_the_stops_of_each(
    make_repository: MakeRepository,
) -> None:
    found = made(make_repository(FILES), CONFIG)
    thing = found.symbols[0]
    assert (thing.canonical, thing.is_configured, thing.path, thing.line) == (
        "pkg.new.Thing",
        True,
        "pkg/new.py",
        1,
    )
    new = Stop("pkg.new.Thing", False)
    assert {path.dotted: (path.stops, path.uses, path.files) for path in thing.paths} == {
        "pkg.new.Thing": ((new,), 2, 2),
        "pkg.Thing": ((Stop("pkg.Thing", True), Stop("pkg.shim.Thing", True), new), 1, 1),
        "pkg.shim.Thing": ((Stop("pkg.shim.Thing", True), new), 1, 1),
    }
    assert [path.dotted for path in thing.dangling] == ["pkg.gone.Thing"]
    assert thing.dangling[0].stops == ()


def test_others_are_ranked_by_the_imports_that_do_not_use_the_most_used_path(
    make_repository: MakeRepository,
) -> None:
    found = made(make_repository(FILES), CONFIG)
    assert (found.configured, found.others) == (1, 2)
    assert [(one.canonical, one.is_configured) for one in found.symbols[1:]] == [
        ("pkg.new.Other", False),
        ("pkg.new.Third", False),
    ]


def test_each_stop_has_one_next_stop(make_repository: MakeRepository) -> None:
    for symbol in made(make_repository(FILES), CONFIG).symbols:
        following: dict[str, set[str]] = {}
        for path in symbol.paths:
            assert path.stops[0].dotted == path.dotted
            names = [stop.dotted for stop in path.stops]
            for name, after in zip(names, [*names[1:], ""], strict=True):
                following.setdefault(name, set()).add(after)
        assert all(len(after) == 1 for after in following.values())


def test_what_is_left_out_is_counted(
    make_repository: MakeRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RANKED", 1)
    found = made(make_repository(FILES))
    assert (len(found.symbols), found.configured, found.others) == (1, 0, 3)
