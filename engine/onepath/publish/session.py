"""What a run of `migrate pr` is about: the parts, those below them, and whom they belong to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from onepath.config.owners import GITLAB_PLACES, PLACES, CodeOwners, find_owners
from onepath.errors import RefusedError
from onepath.land.commits import is_ancestor
from onepath.model import Phase
from onepath.progress import Progress
from onepath.publish.part import PhasePart, chosen_parts, waiting_for
from onepath.publish.shards.partition import ShardBy
from onepath.publish.shards.shard_branches import land_shards
from onepath.publish.shards.sharding import Replan, choose_shards, content_after, sharded
from onepath.snapshot import open_snapshot
from onepath.snapshot.repository import Repository
from onepath.state.branches.landing import standing_of
from onepath.state.branches.people import PeopleOnTop
from onepath.symbols.world import read_files


@dataclass(frozen=True, slots=True)
class Selection:
    """What is to be published."""

    parts: tuple[PhasePart, ...]
    """From the bottom up."""
    beneath: tuple[PhasePart, ...]
    """What they are made on; pushed as well."""
    waiting: tuple[str, ...]
    """Phases that wait until the shards of the one below them are merged."""
    owners: CodeOwners | None


def select(
    folder: Path, parts: Sequence[PhasePart], phases: Sequence[str], *, gitlab: bool
) -> Selection:
    """Return the parts of some phases, whole.

    Args:
        folder: The repository's.
        parts: All, from the bottom up.
        phases: The phases wanted; empty for all.
        gitlab: Whether CODEOWNERS lies where GitLab looks for it.

    Raises:
        InputError: A phase has no part.
    """
    chosen, beneath = chosen_parts(parts, phases)
    owners = None
    if chosen:
        places = GITLAB_PLACES if gitlab else PLACES
        # As the forge does: from the branch that is merged into.
        snapshot = open_snapshot(folder, chosen[0].base)
        owners = find_owners(read_files(snapshot, places), places)
    return Selection(tuple(chosen), tuple(beneath), (), owners)


def split_lowest(
    repository: Repository,
    selection: Selection,
    everything: Sequence[PhasePart],
    by: ShardBy,
    size: int,
    base: str,
    replan: Replan,
    progress: Progress,
    *,
    land: bool,
) -> Selection:
    """Return the lowest part of a selection as shards; what is above it waits.

    Args:
        repository: Where the shards' branches are made.
        selection: Whole phases.
        everything: All parts that there are.
        by: What decides which files belong together.
        size: The most files of a shard, where that decides.
        base: The commit that the selection was planned from.
        replan: Plans a phase again.
        progress: Told, in words, what goes on.
        land: Whether the branches are made.

    Raises:
        InputError: By owners, and nobody owns anything.
        RefusedError: A shard's branch has commits of people, or what the lowest part is made on
            is not on the base.
    """
    lowest = selection.parts[0]
    shards = choose_shards(lowest, by, size, selection.owners)
    under = _under(repository, [part.phase for part in selection.beneath], base)
    parts = sharded(lowest, under, shards, replan, progress)
    if land and parts != [lowest]:
        below = selection.beneath
        parent = below[-1].commit if below else base
        if not is_ancestor(repository, base, parent):
            raise RefusedError(
                f"{below[-1].branch} is on an older base than {base[:12]}, for which its patch is "
                "still right; parts of the phase above it can't be",
                hint="`migrate apply --restack` moves it, or merge it first",
            )
        parts = land_shards(repository, parts, parent)
    waiting = tuple(waiting_for(everything, lowest))
    return Selection(tuple(parts), selection.beneath, waiting, selection.owners)


def _under(
    repository: Repository, phases: Sequence[Phase], base: str
) -> Mapping[str, bytes | None]:
    """The files that phases and people's commits on them make of a base; None deletes one."""
    people = PeopleOnTop(repository, base, standing_of(repository, phases, base))
    under: dict[str, bytes | None] = {}
    for phase in phases:
        under |= {**content_after(phase.changeset.changes), **people.after(phase)}
    return under
