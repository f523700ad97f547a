"""From a phase to parts of it: which files belong together, and which parts hold."""

from collections.abc import Callable, Mapping, Sequence

from onepath.config.owners import PLACES, CodeOwners
from onepath.errors import InputError
from onepath.model import FileChange, Phase
from onepath.progress import Progress
from onepath.publish.part import PhasePart
from onepath.publish.shards.partition import ShardBy, Shards, by_folder, by_owners, by_size
from onepath.publish.shards.planned import split_phase
from onepath.publish.shards.shard_branches import shard_parts

Replan = Callable[[Mapping[str, bytes | None], Sequence[Sequence[str]]], Sequence[Phase | None]]
"""Plans the phase with changes on top of its base, several times, each with some files left alone.

New content by path (None: deleted), files for each -> the phase for each; None if nothing is left.
"""


def choose_shards(part: PhasePart, by: ShardBy, size: int, owners: CodeOwners | None) -> Shards:
    """Return which files of a part belong together.

    Raises:
        InputError: By owners, and nobody owns anything.
    """
    paths = [change.path for change in part.phase.changeset.changes]
    if by is ShardBy.OWNERS:
        if owners is None:
            raise InputError(
                f"there is none of {', '.join(PLACES)}, so nobody owns anything",
                hint="--shard folder and --shard size need no owners",
            )
        return by_owners({path: owners.of(path) for path in paths})
    return by_folder(paths) if by is ShardBy.FOLDER else by_size(paths, size)


def sharded(
    part: PhasePart,
    under: Mapping[str, bytes | None],
    shards: Shards,
    replan: Replan,
    progress: Progress,
) -> list[PhasePart]:
    """Return the parts that a phase is split into; the phase itself if it can't be.

    Args:
        part: The phase.
        under: New content by path, of what lies between the base and the phase.
        shards: Which files belong together.
        replan: Plans the phase again.
        progress: Told, in words, what goes on.
    """

    def plan(
        changes: Sequence[FileChange], left_alone: Sequence[Sequence[str]]
    ) -> Sequence[Phase | None]:
        return replan({**under, **content_after(changes)}, left_alone)

    found = split_phase(part.phase, shards, plan, progress)
    return [part] if len(found) < 2 else shard_parts(part, found)


def content_after(changes: Sequence[FileChange]) -> dict[str, bytes | None]:
    """The new content of files by path; None where one is deleted."""
    return {change.path: change.new for change in changes}
