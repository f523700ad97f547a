"""What the table of imports may name: destinations are checked against the code, all at once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from onepath.codemod.packs.configuration import parse_config
from onepath.errors import ConfigError
from onepath.facts.store.cache import FactsCache
from onepath.run import SerialExecutor
from onepath.snapshot import open_snapshot
from onepath.symbols.renames import Renames
from onepath.symbols.world import World
from onepath_packs.canonical.imports.renames import build_renames

FILES = {
    "p/__init__.py": "",
    "p/new.py": "class Manager: pass\ndef make(): pass\n",
    "p/old.py": "from p.new import Manager\n",
    "p/removed.py": "class Manager: pass\nclass Kept: pass\ndel Manager\n",
    "p/typed.py": "from typing import TYPE_CHECKING\n"
    "if TYPE_CHECKING:\n    from p.new import Manager\n",
    "bad.py": "def (:\n",
}


@pytest.fixture
def renames_of(tmp_path: Path) -> Callable[[str], Renames]:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)

    def build(imports: str) -> Renames:
        world = World.open(open_snapshot(tmp_path), FactsCache(None), SerialExecutor())
        return build_renames(world, parse_config(f"[imports]\n{imports}", "migrate.toml"))

    return build


def test_all_wrong_destinations_are_told_at_once_with_their_lines(
    renames_of: Callable[[str], Renames],
) -> None:
    imports = """\
"p.a" = "p.new.Manger"
"p.old.Manager" = "p.new.Manager"
"p.b" = "p.nwe.Manager"
"p.c" = "p.new.Manager.send"
"p.old" = "p.new.Manager"
"""
    with pytest.raises(ConfigError) as caught:
        renames_of(imports)
    problems = dict(caught.value.problems)
    assert problems.keys() == {2, 4, 5, 6}
    assert problems[2] == (
        "'p.new.Manger' does not exist: no such name; did you mean 'p.new.Manager'?\n"
        "'p.a' does not exist either"
    )
    assert problems[4].startswith("'p.nwe.Manager' does not exist: no such name; did you mean 'p.n")
    reason = "is an attribute of 'Manager', not a name of a module"
    assert problems[5] == f"'p.new.Manager.send' {reason}"
    assert problems[6] == "'p.old' is a module and 'p.new.Manager' is not"
    assert "migrate init" in caught.value.hint


@pytest.mark.parametrize(
    ("new", "problem"),
    [
        ("bad.Manager", "does not parse"),
        ("p.removed.Manager", "'p.removed.Manager' does not exist when the code runs"),
        ("p.typed.Manager", "'p.typed.Manager' does not exist when the code runs"),
    ],
)
def test_a_destination_that_can_not_be_imported(
    renames_of: Callable[[str], Renames], new: str, problem: str
) -> None:
    with pytest.raises(ConfigError, match=problem):
        renames_of(f'"p.old.Manager" = "{new}"\n')


def test_names_and_modules_and_what_is_outside_can_be_destinations(
    renames_of: Callable[[str], Renames],
) -> None:
    imports = """\
"p.old.Manager" = "p.new.Manager"
"p.old.Kept" = "p.removed.Kept"
"p.legacy" = "p.new"
"p.gone.get" = "requests.get"
"""
    renames = renames_of(imports)
    assert {old: to.dotted for old, to in renames.olds.items()} == {
        "p.old.Manager": "p.new.Manager",
        "p.old.Kept": "p.removed.Kept",
        "p.legacy": "p.new",
        "p.gone.get": "requests.get",
    }
    assert set(renames.modules) == {"p.legacy"}
