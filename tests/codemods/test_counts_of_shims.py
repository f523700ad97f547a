"""How many modules a phase of shims counts does not depend on what it must leave alone."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from onepath.codemod.outcome import Outcome
from onepath.codemod.packs.configuration import parse_config
from onepath.facts.store.cache import FactsCache
from onepath.model import Withheld
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.world import World
from onepath_packs.canonical.shims.codemod import DeleteShims

FILES = {
    "real.py": "def first():\n    pass\n\n\ndef second():\n    pass\n",
    "mixed.py": "from real import first\nfrom real import second\n\n\ndef own():\n    pass\n",
    "other.py": "from real import first\n\n\ndef own():\n    pass\n",
}
CONFIG = '[shims]\nmixed = "split"\nother = "split"\n'


def planned(folder: Path, config: str, withheld: Sequence[Withheld] = ()) -> Outcome:
    for path, text in FILES.items():
        (folder / path).write_text(text)
    world = World.open(Folder(folder), FactsCache(None), SerialExecutor())
    return DeleteShims(parse_config(config, "migrate.toml")).plan(world, withheld)


def test_modules_that_are_split_count_as_done(tmp_path: Path) -> None:
    outcome = planned(tmp_path, CONFIG)
    assert (outcome.before, outcome.after) == ({"declared-shim": 2}, {"declared-shim": 0})


@pytest.mark.parametrize("name", ["first", "second"])
def test_a_module_of_which_one_name_must_stay_is_not_done(tmp_path: Path, name: str) -> None:
    outcome = planned(tmp_path, CONFIG, [Withheld("mixed.py", "", name, "make test")])
    assert [change.path for change in outcome.changeset.changes] == ["mixed.py", "other.py"]
    assert (outcome.before, outcome.after) == ({"declared-shim": 2}, {"declared-shim": 1})


def test_a_module_that_must_stay_as_it_is_counts(tmp_path: Path) -> None:
    outcome = planned(tmp_path, f'exclude = ["mixed.py"]\n{CONFIG}')
    assert [change.path for change in outcome.changeset.changes] == ["other.py"]
    assert (outcome.before, outcome.after) == ({"declared-shim": 2}, {"declared-shim": 1})


@pytest.mark.parametrize(("users", "more"), [(3, ""), (5, " and 2 more")])
def test_a_name_that_is_kept_says_who_refers_to_it(tmp_path: Path, users: int, more: str) -> None:
    for number in range(users):
        (tmp_path / f"use{number}.py").write_text("import other\n\nother.first()\n")
    refusals = planned(tmp_path, CONFIG).changeset.refusals
    [reason] = [refusal.reason for refusal in refusals if "'other.first'" in refusal.reason]
    shown = "use0.py:3, use1.py:3, use2.py:3"
    assert reason == f"'other.first' is kept: it is referred to by {shown}{more}"
