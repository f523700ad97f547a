"""What modules define goes elsewhere first, by `[moves]`: then less of them is more than a shim.

Each move is planned and proven as `migrate move` does it. One that can't be made is refused by
itself, and the others are made.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from onepath.codemod import Config, Declared, Outcome, Proposal, World
from onepath.codemod.refusals.left_out import EXCLUDED, LeftOut
from onepath.config.globs import literal_globs
from onepath.config.migrate_toml import CONFIG_NAME
from onepath.errors import InputError, RefusedError
from onepath.model import Refusal
from onepath_packs.canonical.definitions.at_once import WorldTask
from onepath_packs.canonical.definitions.planning import in_turn, move_task
from onepath_packs.canonical.shims.table import Moves

COUNTED = "declared-move"
"""Definitions and modules in `[moves]` that are still where they were."""
STAYS = "not-moved"


class ConfiguredMoves:
    """The moves of `[moves]`, as one step of a codemod.

    Args:
        config: Has them, and what is excluded.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._destinations = config.table(Moves).destinations

    def propose(self, world: World, left_out: LeftOut) -> Proposal:
        """Move what is still where it was, as far as that can be proven.

        Args:
            world: The code.
            left_out: Files and places that must not change.
        """
        there = {old: at for old in self._destinations if (at := _place(world, old)) is not None}
        work = _InTurn(self._allowed(world, left_out), self._destinations, [*there])
        outcome = in_turn(world, work.tasks())
        refusals = {*outcome.changeset.refusals}
        for old in work.waiting:
            path, line = there[old]
            code = EXCLUDED if path in left_out else STAYS
            refusals.add(Refusal(path, line, code, f"'{old}' stays: {work.stuck[old]}"))
        return Proposal(
            outcome.changeset.changes,
            tuple(sorted(refusals)),
            Declared(is_proven=True),
            {COUNTED: len(there)},
            {COUNTED: len(work.waiting)},
            outcome.remarks,
            outcome.places,
            mends=("shim",),
        )

    def _allowed(self, world: World, left_out: LeftOut) -> Config:
        """The configuration in which all that must not change is excluded or left alone.

        Its own file goes on naming the old paths, so it has a name.
        """
        files = sorted(path for path in left_out if path in world.snapshot.entries)
        return replace(
            self._config,
            path=self._config.path or Path(CONFIG_NAME),
            imports={},
            lines={},
            exclude=(*self._config.exclude, *literal_globs(files)),
            left_alone=left_out.also_places(self._config.left_alone).places,
        )


@dataclass
class _InTurn:
    """Moves one after another: what stands against one may go with another."""

    config: Config
    destinations: Mapping[str, str]
    waiting: list[str]
    """What has not moved yet."""
    stuck: dict[str, str] = field(default_factory=dict)
    """Why each of these could not, when it was tried last."""

    def tasks(self) -> Iterator[WorldTask]:
        """The moves, and again those that could not be made, as long as others could."""
        before = -1
        while len(self.waiting) != before:
            before = len(self.waiting)
            for old in [*self.waiting]:
                yield partial(self._move, old)

    def _move(self, old: str, world: World) -> Outcome:
        """What one move comes to; nothing, if it can't be made."""
        task = move_task(self.config, old, self.destinations[old], moving=self.destinations)
        try:
            outcome = task(world)
        except (RefusedError, InputError) as error:
            self.stuck[old] = error.message
            return in_turn(world, ())
        self.waiting.remove(old)
        return outcome


def _place(world: World, dotted: str) -> tuple[str, int] | None:
    """The file and line of what a path names itself; None if that is elsewhere, or nowhere."""
    modules = world.modules
    found = modules.find(dotted)
    if found is not None and not found.endswith("/"):
        return found, 1
    module, _, name = dotted.rpartition(".")
    path = modules.find(module)
    if path is None or path.endswith("/"):
        return None
    return next(
        (
            (path, definition.line)
            for definition in world.facts(path).definitions
            if definition.qualname == name
        ),
        None,
    )
