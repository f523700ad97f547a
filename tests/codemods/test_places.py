"""Each place that a codemod says it changes can be left alone by itself."""

from pathlib import Path
from typing import Any

import pytest

from onepath.codemod import settling
from onepath.codemod.examples import examples_of, run_example
from onepath.codemod.outcome import Outcome, Propose
from onepath.codemod.refusals.left_out import LeftOut
from onepath.codemod.settling import settle as settle_all
from onepath.model import Refusal
from onepath.run.serial import SerialExecutor
from onepath.symbols.world import World
from onepath_packs import websocket

PHASES = ("canonical-imports", "factories", "managers", "cycles", "events")


@pytest.mark.parametrize("phase", PHASES)
def test_a_place_that_must_stay_stays(
    phase: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = 0

    def settle(world: World, propose: Propose, *more: Any) -> Outcome:
        nonlocal left
        left += leave_each(world, propose)
        return settle_all(world, propose, *more)

    monkeypatch.setattr(settling, "settle", settle)
    for example in examples_of(websocket.PACK):
        if example.codemod is not None and example.codemod.phase == phase and example.after:
            run_example(example, websocket.PACK, tmp_path / example.path.stem, SerialExecutor())
    assert left


def leave_each(world: World, propose: Propose) -> int:
    """Let a codemod leave each place alone that it would change; how many they are."""
    proposed = propose(world, LeftOut()).places
    for path, places in proposed.items():
        for place in places:
            why = Refusal(path, place.line, "proof-example", "an example")
            proposal = propose(world, LeftOut((), {path: {place.place: why}}))
            assert place not in proposal.places.get(path, ())
            for change in proposal.changes:
                if change.path == path:
                    # An edit may begin before it, of a call around it.
                    assert not any(edit.start == place.start for edit in change.edits), place
    return sum(map(len, proposed.values()))
