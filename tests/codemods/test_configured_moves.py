"""`[moves]`: what leaves a module before the module goes, as a part of the phase of shims."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from onepath.codemod.outcome import Outcome
from onepath.codemod.packs.configuration import parse_config
from onepath.errors import ConfigError
from onepath.facts.store.cache import FactsCache
from onepath.model import Review, Withheld
from onepath.plan.planner import make_plan
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.world import World
from onepath_packs.canonical import PACK
from onepath_packs.canonical.shims.codemod import DeleteShims

FILES = {
    "pkg/__init__.py": "",
    "pkg/new.py": "class Name:\n    pass\n",
    "pkg/old.py": "from pkg.new import Name\n\n\nclass Part(Name):\n    pass\n\n\nLIMIT = 3\n",
    "app.py": "from pkg.old import LIMIT, Part\n\nprint(LIMIT, Part.__mro__[1].__name__)\n",
}
CONFIG = """\
[shims]
"pkg.old" = "split"

[moves]
"pkg.old.Part" = "pkg.parts"
"pkg.old.LIMIT" = "pkg.parts"
"""


def write(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def world_of(folder: Path) -> World:
    return World.open(Folder(folder), FactsCache(None), SerialExecutor())


def planned(folder: Path, config: str = CONFIG, withheld: Sequence[Withheld] = ()) -> Outcome:
    return DeleteShims(parse_config(config, "migrate.toml")).plan(world_of(folder), withheld)


def put(folder: Path, outcome: Outcome) -> None:
    for change in outcome.changeset.changes:
        if change.new is None:
            (folder / change.path).unlink()
        else:
            (folder / change.path).write_bytes(change.new)


def run(folder: Path) -> str:
    ran = subprocess.run(
        [sys.executable, "-B", "app.py"], cwd=folder, capture_output=True, text=True, check=True
    )
    return ran.stdout


def test_a_program_runs_as_before_and_a_second_plan_has_nothing_to_do(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    before = run(tmp_path)
    outcome = planned(tmp_path)
    assert outcome.before == {"declared-move": 2, "declared-shim": 1}
    assert outcome.after == {"declared-move": 0, "declared-shim": 0}
    put(tmp_path, outcome)
    assert not (tmp_path / "pkg/old.py").exists()
    assert run(tmp_path) == before
    again = planned(tmp_path)
    assert (again.changeset.changes, again.changeset.refusals) == ((), ())
    assert not any(again.before.values())


def test_the_file_of_the_migration_goes_on_naming_the_old_paths(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "migrate.toml": CONFIG})
    outcome = planned(tmp_path)
    assert "migrate.toml" not in {change.path for change in outcome.changeset.changes}
    assert [change.path for change in outcome.changeset.changes if change.new is None] == [
        "pkg/old.py"
    ]


def test_what_a_gate_fails_with_keeps_its_old_path(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    before = run(tmp_path)
    outcome = planned(tmp_path, withheld=[Withheld("app.py", "", "Part", "make test")])
    assert "gate-failed" in {refusal.code for refusal in outcome.changeset.refusals}
    put(tmp_path, outcome)
    assert "from pkg.old import Part" in (tmp_path / "app.py").read_text()
    assert run(tmp_path) == before


def test_what_nobody_has_accepted_stays(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    config = parse_config(CONFIG, "migrate.toml")
    [version] = [version for version in PACK.versions if version.number == DeleteShims.number]
    reviewed = replace(config, reviews={str(version): Review()})
    outcome = version.plan(world_of(tmp_path), reviewed)
    assert outcome.changeset.changes == ()
    assert {refusal.code for refusal in outcome.changeset.refusals} == {"not-reviewed"}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('"pkg" = "other"', "'pkg' names no module"),
        ('"pkg.old.Part" = "pkg.old"', "'pkg.old.Part' is in 'pkg.old' already"),
        ('"pkg.old.Part" = "pkg/old.py"', "is not a dotted name"),
        ('"pkg.old.Part" = 3', "a string"),
    ],
)
def test_lines_that_mean_nothing_are_told(line: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        parse_config(f"[moves]\n{line}\n", "migrate.toml")


def test_a_move_that_nothing_is_left_of_is_no_part_of_the_plan(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    outcome = planned(tmp_path, '[moves]\n"pkg.old.Gone" = "pkg.parts"\n')
    assert outcome.before == {"declared-move": 0, "declared-shim": 0}
    assert outcome.changeset.refusals == ()


def test_a_plan_counts_by_rules_what_rules_find_and_the_rest_apart(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    config = parse_config(
        f'[imports]\n"pkg.old.Name" = "pkg.new.Name"\n{CONFIG}[cycles]\n', "migrate.toml"
    )
    plan = make_plan(
        Folder(tmp_path),
        replace(config, packs=(PACK.name,)),
        {PACK.name: PACK},
        executor=SerialExecutor(),
    )
    counted = {name for phase in plan.phases for name in phase.counts}
    declared = {name for phase in plan.phases for name in phase.declared}
    assert declared == {"cycle-in-paths", "declared-move", "declared-shim"}
    assert counted - declared == {"deprecated-import"}
    assert not declared & PACK.audit_rules.keys()


@pytest.mark.parametrize(
    ("asked", "moves"),
    [
        ('__module__.startswith("pkg")', True),
        ('__module__.startswith("pkg.")', True),
        ('__module__.startswith("pkg.o")', False),
        ('__module__.removeprefix("pkg.")', False),
        ('__module__ == "pkg.old"', False),
    ],
)
def test_a_beginning_that_both_modules_have_tells_them_alike(
    tmp_path: Path, asked: str, moves: bool
) -> None:
    write(tmp_path, {**FILES, "app.py": f"from pkg.old import Part\n\nprint(Part.{asked})\n"})
    before = run(tmp_path)
    outcome = planned(tmp_path, '[moves]\n"pkg.old.Part" = "pkg.parts"\n')
    assert bool(outcome.changeset.changes) is moves
    put(tmp_path, outcome)
    assert run(tmp_path) == before
