"""Parts of a phase that can be merged alone: each planned and proven on its base by itself.

A shard holds if planning the phase with all other files left alone gives exactly the shard's part
of the phase. For one that does not, the shards that do are halved until the one is found that it
can't do without: it is made on that if it then holds, or else is put together with it, until all of
them hold. The whole phase has been proven already, so this ends.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from onepath.model import Changeset, FileChange, Phase
from onepath.progress import Progress
from onepath.publish.shards.partition import Shards
from onepath.report.text import counted

ShardPlan = Callable[[Sequence[FileChange], Sequence[Sequence[str]]], Sequence[Phase | None]]
"""Plans the phase again on top of changes, several times, each with some files left alone.

It returns the phase for each; None if nothing is left.
"""

_Key = tuple[frozenset[str], frozenset[str]]
"""The files of a part, and those of the parts below it."""


@dataclass(frozen=True, slots=True)
class Shard:
    """A part of a phase that holds by itself, or on top of another one."""

    name: str
    phase: Phase
    """With the shard's changeset and figures."""
    needs: str = ""
    """The shard that must be merged first; empty if it needs none."""


def split_phase(phase: Phase, shards: Shards, plan: ShardPlan, progress: Progress) -> list[Shard]:
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
        self._known: dict[_Key, Phase | None] = {(frozenset(self._changes), frozenset()): phase}

    def split(self, groups: dict[str, Sequence[str]]) -> list[Shard]:
        while True:
            self._learn(groups, ())
            holding = [
                Shard(name, part)
                for name, paths in groups.items()
                if (part := self._proven(name, paths, ())) is not None
            ]
            failing = [name for name in groups if name not in {shard.name for shard in holding}]
            stuck: dict[str, Shard | None] = {}
            independent = list(holding)
            for name in failing:
                needed = self._needed(name, groups[name], independent)
                on = () if needed is None else (needed,)
                part = self._proven(name, groups[name], on) if on else None
                if part is None or needed is None:
                    stuck[name] = needed
                else:
                    holding.append(Shard(name, part, needed.name))
            if not stuck:
                return holding
            groups = self._joined(groups, stuck, holding)

    def _needed(self, name: str, paths: Sequence[str], holding: Sequence[Shard]) -> Shard | None:
        """The last of the shards without which a part does not hold on those before.

        None if it does not hold on all of them either.
        """
        if not holding or self._proven(name, paths, holding) is None:
            return None
        low, high = 0, len(holding)  # it fails on holding[:low], and holds on holding[:high]
        while high - low > 1:
            middle = (low + high) // 2
            if self._proven(name, paths, holding[:middle]) is None:
                low = middle
            else:
                high = middle
        return holding[high - 1]

    def _proven(self, name: str, paths: Sequence[str], on: Sequence[Shard]) -> Phase | None:
        """The part of the phase that these files are, if it holds on its base and some shards."""
        below = tuple(change for shard in on for change in shard.phase.changeset.changes)
        key = frozenset(paths), frozenset(change.path for change in below)
        if key not in self._known:
            self._learn({name: paths}, on)
        return self._known[key]

    def _learn(self, groups: Mapping[str, Sequence[str]], on: Sequence[Shard]) -> None:
        """Plan groups on some shards, those of them that are not known yet."""
        below = tuple(change for shard in on for change in shard.phase.changeset.changes)
        done = frozenset(change.path for change in below)
        new = {
            name: own
            for name, paths in groups.items()
            if ((own := frozenset(paths)), done) not in self._known
        }
        if not new:
            return
        where = f" on {', '.join(shard.name for shard in on)}" if on else ""
        self._progress(f"proving {self._phase.name}: {', '.join(new)}{where}")
        others = [
            [path for path in self._changes if path not in own and path not in done]
            for own in new.values()
        ]
        for own, planned in zip(new.values(), self._plan(below, others), strict=True):
            self._known[own, done] = self._held(planned, own)

    def _held(self, planned: Phase | None, own: frozenset[str]) -> Phase | None:
        """The part of the phase that was planned, if it is just what the phase does there."""
        changes = {} if planned is None else {c.path: c for c in planned.changeset.changes}
        if planned is None or changes.keys() != own:
            return None
        if any(changes[path].new != self._changes[path].new for path in own):
            return None
        return self._part(planned, own)

    def _part(self, planned: Phase, paths: frozenset[str]) -> Phase:
        """The part of the phase that a shard is: its changes, and what it leaves alone."""
        changes = tuple(self._changes[path] for path in sorted(paths))
        # What is left alone in the files of others is not this shard's to tell.
        refusals = tuple(
            refusal for refusal in self._phase.changeset.refusals if refusal.path in paths
        )
        return replace(
            self._phase,
            changeset=Changeset(changes, refusals),
            before=planned.before,
            declared=planned.declared,
            after=planned.after,
            remarks=(),
            removed=tuple(removed for removed in self._phase.removed if removed.path in paths),
            renamed=tuple(renamed for renamed in self._phase.renamed if renamed.path in paths),
        )

    def _joined(
        self,
        groups: dict[str, Sequence[str]],
        stuck: Mapping[str, Shard | None],
        holding: Sequence[Shard],
    ) -> dict[str, Sequence[str]]:
        """Put a group that fails together with what it needs.

        Where that is not known it is put together with the next one that fails, or the largest.
        """
        first, *rest = stuck
        needed = stuck[first]
        if needed is not None:
            other = needed.name
        else:
            names = (shard.name for shard in holding)
            other = rest[0] if rest else max(names, key=lambda name: len(groups[name]))
        paths = sorted({*groups[first], *groups[other]})
        size = counted(len(paths), "file")
        self._progress(f"{first} and {other} need each other: one part of {size}")
        name = min(first, other)
        return {
            **{key: value for key, value in groups.items() if key not in (first, other)},
            name: paths,
        }
