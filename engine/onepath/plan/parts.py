"""Plans a phase again and again, each time with other files of it left alone.

A part of a phase is planned and proven as the phase was, on the same code: that is opened once for
all of them. Each part has a codemod of its own, since codemods ask the configuration what is
excluded: one that makes two classes one moves no use while the file of a class must stay.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from onepath.codemod.packs.pack import Pack
from onepath.config.globs import literal_globs
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
        world = self._base.after(below) if below else self._base
        # What the first one reads is known to the processes that the others run in.
        first = self._several(world, left_alone[:1])
        rest = left_alone[1:]
        count = min(self._executor.jobs, len(rest), _MOST_PROCESSES)
        tasks = [partial(self._several, world, rest[at::count]) for at in range(count)]
        parts: list[Phase | None] = [None] * len(rest)
        for at, part in enumerate(self._executor.apart(tasks) if tasks else []):
            parts[at::count] = part
        return [*first, *parts]

    def _several(self, world: World, left_alone: Sequence[Collection[str]]) -> list[Phase | None]:
        return [self._one(world, left) for left in left_alone]

    def _one(self, world: World, left_alone: Collection[str]) -> Phase | None:
        number, name, pack = self._whole.number, self._whole.name, self._pack
        exclude = (*self._config.exclude, *literal_globs(left_alone))
        config = replace(self._config, exclude=exclude)
        versions = [
            version for version in pack.phases(config)[name] if is_asked_for(pack, version, config)
        ]
        phase, _ = plan_phase(world, config, pack, number, name, versions)
        return phase if phase.changeset.changes else None


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
