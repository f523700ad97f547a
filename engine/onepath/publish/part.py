"""What becomes one pull request, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from onepath.errors import InputError
from onepath.model import Phase

PartStatus = Literal["planned", "created", "updated", "unchanged", "closed", "waiting"]


@dataclass(frozen=True, slots=True)
class PhasePart:
    """A phase, or a shard of one, on a branch of its own."""

    phase: Phase
    """Of a shard, with the shard's changeset and figures only."""
    branch: str
    commit: str
    """The tip of the branch; empty if it has not landed."""
    made: str
    """The commit of this tool on it, below those of people; empty if it has not landed."""
    below: str
    """The branch it is stacked on; empty for the branch that it is merged into."""
    base: str
    """The commit that its own commit was planned from."""
    shard: str = ""
    """The shard's name; empty for a whole phase."""
    people: int = 0
    """How many commits of people are on top."""
    dropped: tuple[str, ...] = ()
    """Commits of people that are not on it any more, because the base has them."""

    @property
    def title(self) -> str:
        title = " ".join(self.phase.title.split())
        return f"{title} ({self.shard})" if self.shard else title


@dataclass(frozen=True, slots=True)
class PublishedPart:
    """What became of a part."""

    part: PhasePart
    title: str
    base: str
    """The branch that the pull request is to be merged into."""
    body: str
    status: PartStatus
    """`closed`: a person closed it, so it was left alone. `waiting`: it is made on such a one.
    `planned`: a dry run."""
    number: int = 0
    url: str = ""
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    draft: bool = False
    notes: tuple[str, ...] = ()
    """What did not work and does not matter for the rest, as lines."""


def chosen_parts(
    parts: Sequence[PhasePart], phases: Sequence[str]
) -> tuple[list[PhasePart], list[PhasePart]]:
    """Return the parts of some phases, and those below them, whose branches they are made on.

    Args:
        parts: All, from the bottom up.
        phases: The phases wanted; empty for all.

    Raises:
        InputError: A phase has no part.
    """
    names = [part.phase.name for part in parts]
    missing = [name for name in phases if name not in names]
    if missing:
        raise InputError(
            f"the phase '{missing[0]}' has no branch",
            hint=f"phases with one: {', '.join(names) or 'none'}; `migrate apply` makes them",
        )
    chosen = [part for part in parts if not phases or part.phase.name in phases]
    needed = {part.below for part in chosen}
    beneath = []
    for part in reversed(parts):
        if part not in chosen and part.branch in needed:
            needed.add(part.below)
            beneath.append(part)
    return chosen, beneath[::-1]


def waiting_for(parts: Sequence[PhasePart], lowest: PhasePart) -> list[str]:
    """Return the phases that are made on `lowest`, near or far."""
    above = {lowest.branch}
    waiting = []
    for part in parts:
        if part.below in above:
            above.add(part.branch)
            waiting.append(part.phase.name)
    return waiting
