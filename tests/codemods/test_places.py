"""Each place that a codemod says it changes can be left alone by itself."""

import inspect
from pathlib import Path

import pytest
from tests.codemods import examples

from onepath.codemod.left_out import LeftOut
from onepath.codemod.outcome import Outcome, Propose
from onepath.codemod.outcome import settle as settle_all
from onepath.model import Refusal
from onepath.symbols.world import World
from onepath_packs import websocket
from onepath_packs.canonical.cycles import planning as cycles
from onepath_packs.canonical.factories import planning as factories
from onepath_packs.canonical.implementations import planning as implementations
from onepath_packs.websocket.events import planning as events

PLANNING = {
    "factories": factories, "managers": implementations, "cycles": cycles, "events": events,
}  # fmt: skip


@pytest.mark.parametrize("phase", PLANNING)
def test_a_place_that_must_stay_stays(
    phase: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = 0

    def settle(world: World, propose: Propose, exclude: tuple[str, ...] = ()) -> Outcome:
        nonlocal left
        left += leave_each(world, propose)
        return settle_all(world, propose, exclude)

    monkeypatch.setattr(PLANNING[phase], "settle", settle)
    (version,) = (one for one in websocket.PACK.versions if one.phase == phase)
    beside = Path(inspect.getfile(version.plan)).with_name("examples")
    for path in sorted(beside.rglob("*.example")):
        if "\n=== after " in path.read_text():
            example = examples.read_example(path)
            examples.run_example(example, websocket.PACK, phase, tmp_path / path.stem)
    assert left


def leave_each(world: World, propose: Propose) -> int:
    """Let a codemod leave each place alone that it would change; how many they are."""
    proposed = propose(world, LeftOut()).places
    for path, places in proposed.items():
        for place in places:
            why = Refusal(path, place.line, "proof-example", "an example")
            proposal = propose(world, LeftOut((), {path: {place.start: why}}))
            assert place not in proposal.places.get(path, ())
            for change in proposal.changes:
                if change.path == path:
                    # An edit may begin before it, of a call around it.
                    assert not any(edit.start == place.start for edit in change.edits), place
    return sum(map(len, proposed.values()))
