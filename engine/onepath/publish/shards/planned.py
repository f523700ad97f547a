"""Parts of a phase that can be merged alone: each planned and proven on its base by itself.

A shard holds if planning the phase with all other files left alone gives exactly the shard's part
of the phase. One that does not is tried on top of each shard that does, and becomes dependent on
the first with which it holds; what holds with none is put together with the shard whose files it
needs, until all of them hold. The whole phase has been proven already, so this ends.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from onepath.model import Changeset, FileChange, Phase
from onepath.progress import Progress
from onepath.publish.shards.partition import Shards
from onepath.report.text import counted

ShardPlan = Callable[[Sequence[FileChange], Sequence[str]], Phase | None]
"""Plans the phase again: on top of changes, with some files left alone; None if nothing is left."""


@dataclass(frozen=True, slots=True)
class Shard:
    """A part of a phase that holds by itself, or on top of another one."""

    name: str
    phase: Phase
    """With the shard's changeset and figures."""
    needs: str = ""
    """The shard that must be merged first; empty if it needs none."""


def split(phase: Phase, shards: Shards, plan: ShardPlan, progress: Progress) -> list[Shard]:
    """Split a phase into parts of which each can be merged by itself.

    Args:
        phase: The whole phase, proven.
        shards: Which file is in which part.
        plan: Plans the phase on its base.
        progress: Told, in words, what goes on.

    Returns:
        The parts, each after the one that it needs. Together they are the phase.
    """
    return _Splitting(phase, plan, progress).split(dict(shards))


class _Splitting:
    def __init__(self, phase: Phase, plan: ShardPlan, progress: Progress) -> None:
        self._phase = phase
        self._plan = plan
        self._progress = progress
        self._changes = {change.path: change for change in phase.changeset.changes}

    def split(self, groups: dict[str, Sequence[str]]) -> list[Shard]:
        while True:
            holding, failing = self._alone(groups)
            for name in list(failing):
                for other in holding:
                    shard = None if other.needs else self._shard(name, groups[name], other)
                    if shard is not None:
                        holding.append(shard)
                        failing.remove(name)
                        break
            if not failing:
                return holding
            groups = self._joined(groups, failing, [one.name for one in holding])

    def _alone(self, groups: Mapping[str, Sequence[str]]) -> tuple[list[Shard], list[str]]:
        holding: list[Shard] = []
        failing: list[str] = []
        for name, paths in groups.items():
            shard = self._shard(name, paths, None)
            if shard is None:
                failing.append(name)
            else:
                holding.append(shard)
        return holding, failing

    def _shard(self, name: str, paths: Sequence[str], on: Shard | None) -> Shard | None:
        """Return the shard if it holds on its base, or on the shard `on`; else None."""
        where = f" on {on.name}" if on else ""
        self._progress(f"proving {self._phase.name}: {name}{where}")
        own = set(paths)
        below = on.phase.changeset.changes if on else ()
        done = {change.path for change in below}
        others = [path for path in self._changes if path not in own and path not in done]
        if not on and not others:
            return Shard(name, self._phase)
        planned = self._plan(below, others)
        changes = {} if planned is None else {c.path: c for c in planned.changeset.changes}
        if planned is None or changes.keys() != own:
            return None
        if any(changes[path].new != self._changes[path].new for path in own):
            return None
        return Shard(name, self._part(planned, own), on.name if on else "")

    def _part(self, planned: Phase, paths: set[str]) -> Phase:
        """The part of the phase that a shard is: its changes, and what it leaves alone."""
        changes = tuple(self._changes[path] for path in sorted(paths))
        # What is left alone in the files of others is not this shard's to tell.
        refusals = tuple(one for one in self._phase.changeset.refusals if one.path in paths)
        return replace(
            self._phase,
            changeset=Changeset(changes, refusals),
            before=planned.before,
            after=planned.after,
            remarks=(),
            removed=tuple(one for one in self._phase.removed if one.path in paths),
        )

    def _joined(
        self, groups: dict[str, Sequence[str]], failing: Sequence[str], holding: Sequence[str]
    ) -> dict[str, Sequence[str]]:
        """Put a failing group together with another one: the next failing, else the largest."""
        first, *rest = failing
        other = rest[0] if rest else max(holding, key=lambda name: len(groups[name]))
        paths = sorted({*groups[first], *groups[other]})
        size = counted(len(paths), "file")
        self._progress(f"{first} and {other} need each other: one part of {size}")
        name = min(first, other)
        return {
            **{key: value for key, value in groups.items() if key not in (first, other)},
            name: paths,
        }
