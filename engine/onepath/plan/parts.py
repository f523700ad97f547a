"""Plans a phase again and again, each time with other files of it left alone.

A part of a phase is planned and proven as the phase was, on the same code: that is opened once, and
what a codemod has found out of it serves all parts.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from onepath.codemod.packs.pack import Pack
from onepath.codemod.packs.version import PlanPart, Version
from onepath.config.migrate_toml import Config
from onepath.facts.store.cache import FactsCache
from onepath.model import Executor, Phase, Snapshot
from onepath.plan.planner import is_asked_for, plan_phase, with_own_reviews
from onepath.progress import Progress, quiet
from onepath.symbols.world import World

_MOST_PROCESSES = 8


class PhaseParts:
    """Plans parts of one phase.

    Args:
        world: The code at the base of the plan.
        config: What the user asks for.
        pack: Has the phase.
        whole: The phase as it was planned.
        executor: Runs what can run in parallel.
    """

    def __init__(
        self, world: World, config: Config, pack: Pack, whole: Phase, executor: Executor
    ) -> None:
        self._base = world
        self._config = config
        self._pack = pack
        self._whole = whole
        self._executor = executor
        self._wanted = {change.path: change.new for change in whole.changeset.changes}
        self._below: Mapping[str, bytes | None] = {}
        self._world = world
        self._opened: Mapping[Version, PlanPart] = {}

    def plan(
        self, below: Mapping[str, bytes | None], left_alone: Sequence[Collection[str]]
    ) -> list[Phase | None]:
        """Plan the phase on top of changes, several times, each with some files left alone.

        Args:
            below: New content by path, of what lies over the base; None deletes a file.
            left_alone: For each time, the files that are of another part.

        Returns:
            The phase for each time; None if it has nothing to change.
        """
        if below != self._below:
            self._below, self._opened = below, {}
            self._world = self._base.after(below)
        # What the first one finds out is known to the processes that the others run in.
        first = [self._one(left) for left in left_alone[:1]]
        rest = left_alone[1:]
        count = min(self._executor.jobs, len(rest), _MOST_PROCESSES)
        tasks = [partial(self._several, rest[at::count]) for at in range(count)]
        parts: list[Phase | None] = [None] * len(rest)
        for at, part in enumerate(self._executor.apart(tasks) if tasks else []):
            parts[at::count] = part
        return [*first, *parts]

    def _several(self, left_alone: Sequence[Collection[str]]) -> list[Phase | None]:
        return [self._one(left) for left in left_alone]

    def _one(self, left_alone: Collection[str]) -> Phase | None:
        is_fresh = not self._opened
        phase = self._planned(left_alone)
        if not is_fresh and not self._is_part(phase, left_alone):
            # What was found out for another part may be what makes this one another.
            self._opened = {}
            phase = self._planned(left_alone)
        return phase if phase.changeset.changes else None

    def _planned(self, left_alone: Collection[str]) -> Phase:
        name = self._whole.name
        self._opened = self._opened or {
            version: version.opened(self._config)
            for version in self._pack.phases(self._config)[name]
            if is_asked_for(self._pack, version, self._config)
        }
        phase, _ = plan_phase(
            self._world,
            self._config,
            self._pack,
            self._whole.number,
            name,
            self._opened,
            left_alone,
        )
        return phase

    def _is_part(self, phase: Phase, left_alone: Collection[str]) -> bool:
        """Whether a phase is what the whole one makes of the files that are not left alone."""
        made = {change.path: change.new for change in phase.changeset.changes}
        others = {*self._below, *left_alone}
        return made == {path: new for path, new in self._wanted.items() if path not in others}


@contextmanager
def open_parts(
    snapshot: Snapshot,
    config: Config,
    pack: Pack,
    whole: Phase,
    *,
    executor: Executor,
    cache_dir: Path | None = None,
    progress: Progress = quiet,
) -> Iterator[PhaseParts]:
    """Give what plans parts of a phase.

    Args:
        snapshot: The code at the base of the plan.
        config: What the user asks for.
        pack: Has the phase.
        whole: The phase as it was planned.
        executor: Runs what can run in parallel.
        cache_dir: Where facts are kept between runs; None keeps none.
        progress: Told, in words, what goes on.
    """
    with FactsCache(cache_dir) as cache:
        world = World.open(snapshot, cache, executor, roots=config.roots, progress=progress)
        yield PhaseParts(world, with_own_reviews(config, pack), pack, whole, executor)
