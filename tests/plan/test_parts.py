"""Parts of a phase, planned over code that is opened once, are what planning them alone gives."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from onepath.codemod.examples import Example, examples_of
from onepath.codemod.packs.configuration import parse_config
from onepath.codemod.packs.pack import Pack
from onepath.config.globs import literal_globs
from onepath.config.migrate_toml import Config
from onepath.model import Phase
from onepath.plan.parts import open_parts
from onepath.plan.planner import make_plan
from onepath.run.processes import ProcessExecutor
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder, Overlay
from onepath_packs.canonical.implementations.codemod import UnifyImplementations
from onepath_packs.websocket import PACK

EXAMPLES = [one for one in examples_of(PACK) if len(one.expected) > 1]
EVERY = 8
"""One of so many is planned file by file, and all those that make two classes one."""


def content(phase: Phase | None) -> Mapping[str, bytes | None]:
    return {} if phase is None else {one.path: one.new for one in phase.changeset.changes}


def planned(snapshot: Overlay, config: Config, pack: Pack = PACK) -> list[Phase]:
    packs = {pack.name: pack}
    plan = make_plan(snapshot, config, packs, executor=SerialExecutor())
    return [phase for phase in plan.phases if phase.changeset.changes]


@pytest.mark.parametrize(
    "example",
    [
        one
        for at, one in enumerate(EXAMPLES)
        if at % EVERY == 0 or one.codemod is UnifyImplementations
    ],
    ids=str,
)
def test_each_file_alone_is_as_if_nothing_were_known(example: Example, tmp_path: Path) -> None:
    snapshot = Overlay(Folder(tmp_path), example.before)
    config = parse_config(example.config, "migrate.toml")
    phase = next(iter(planned(snapshot, config)), None)
    if phase is None:
        return
    paths = [change.path for change in phase.changeset.changes]
    others = [[path for path in paths if path != own] for own in paths]
    with open_parts(snapshot, config, PACK, phase, executor=SerialExecutor()) as parts:
        together = [content(one) for one in parts.plan({}, others)]
    for left_alone, found in zip(others, together, strict=True):
        asked = replace(config, exclude=(*config.exclude, *literal_globs(left_alone)))
        alone = next((one for one in planned(snapshot, asked) if one.name == phase.name), None)
        assert found == content(alone)


FILES = {
    "pkg/__init__.py": b"",
    "pkg/new.py": b"class Name:\n    pass\n",
    "pkg/old.py": b"from pkg.new import Name\n",
    **{f"{name}.py": b"from pkg.old import Name\n\nName()\n" for name in "abcde"},
}
CONFIG = '[imports]\n"pkg.old.Name" = "pkg.new.Name"\n'


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_parts_side_by_side_are_in_their_order(tmp_path: Path, jobs: int) -> None:
    snapshot = Overlay(Folder(tmp_path), FILES)
    config = parse_config(CONFIG, "migrate.toml")
    [whole] = planned(snapshot, config)
    paths = [change.path for change in whole.changeset.changes]
    assert len(paths) == 5
    others = [[path for path in paths if path != own] for own in paths]
    with (
        ProcessExecutor(jobs) as executor,
        open_parts(snapshot, config, PACK, whole, executor=executor) as parts,
    ):
        found = [content(one) for one in parts.plan({}, [*others, paths])]
        below: dict[str, bytes | None] = {"a.py": None, "b.py": b"from pkg.old import Name as N\n"}
        [above] = parts.plan(below, [paths[2:]])
        [nothing] = parts.plan(below, [paths])
    new = content(whole)
    assert found == [*({path: new[path]} for path in paths), {}]
    assert content(above) == {"b.py": b"from pkg.new import Name as N\n"}
    assert nothing is None
