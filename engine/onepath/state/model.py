"""Where each phase of a migration stands. No I/O."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple

from onepath.model import VersionId

REVERT = "-revert"
"""What the branch that reverts a merged phase is called after the phase's own."""


class Status(StrEnum):
    """Where a phase stands."""

    NOTHING = "nothing to do"
    """Nothing to change, and no sign that the phase ever landed."""
    PENDING = "pending"
    """Something to change, and no branch for it."""
    LANDED = "landed"
    """A branch with what the phase produces."""
    STALE = "stale"
    """A branch that was planned from another base, or from another branch below it."""
    MERGED = "merged"
    """The base has it, and nothing is left to change."""
    DIVERGED = "diverged"
    """A branch whose commit somebody replaced or changed."""
    FROZEN = "frozen"
    """A branch with people's commits that conflict with what the phase produces now."""


class Action(StrEnum):
    """What the next `migrate apply` does about a phase's branch."""

    NONE = "none"
    """No branch is needed."""
    KEEP = "keep"
    """The branch is right as it is."""
    FORWARD = "forward"
    """The branch is right at a remote; the local one is made or moved forward to it."""
    CREATE = "create"
    MOVE = "move"
    """The branch is made anew on the base of today, with people's commits on top."""
    APPEND = "append"
    """The branch gets one more commit, as asked for with `--append`."""
    HOLD = "hold"
    """The branch is left as it is: it is frozen or diverged, or lies above one that is."""


Ledger = Literal["applied", "stamped", "absent"]
How = Literal["merge", "fast-forward", "squash", "rebase", "cherry-pick", "unknown"]


class Merged(NamedTuple):
    """How a phase came into the base."""

    how: How
    commit: str
    """The commit of the base's history that has it; empty if only the code shows it."""
    reverted_by: str = ""
    """The commit that took it back, if one did."""
    before: tuple[str, ...] = ()
    """The commits of the phase there that it was appended to, the newest first."""


class PersonsCommit(NamedTuple):
    """A commit that a person put on top of a phase's commit."""

    commit: str
    author: str
    title: str


class NotedPullRequest(NamedTuple):
    """The pull request of a branch, as the last publication noted it."""

    forge: str
    number: int
    url: str
    state: str
    """`open`, `draft`, `merged` or `closed`"""


class Evidence(NamedTuple):
    """What each witness says of a phase."""

    trailers: Literal["applied", "reverted", "absent"]
    """Commits in the base's history."""
    ledger: Ledger
    """The files below the ledger folder at the base."""
    code: Literal["done", "pending"]
    """Whether the code at the base has anything left to change."""


@dataclass(frozen=True, slots=True)
class PhaseState:
    """Where a phase stands, and what the next `migrate apply` does about it."""

    number: int
    name: str
    title: str
    branch: str
    versions: tuple[VersionId, ...]
    status: Status
    action: Action
    known: Evidence
    files: int
    """How many files the phase would change in the code at the base, on top of those before it."""
    commit: str = ""
    """The phase's own commit on its branch; empty where there is no branch."""
    tip: str = ""
    """Where the branch points, or the fetched one of a remote if that is newer; differs from
    `commit` if people put commits on top."""
    local: str = ""
    """Where the local branch points; empty if only a remote has it."""
    base: str = ""
    """The commit that the branch was planned from (trailer `Base-Oid`)."""
    onto: str = ""
    """The branch that this one is stacked on; empty for the base itself."""
    people: tuple[PersonsCommit, ...] = ()
    """In order, the oldest first."""
    pull: NotedPullRequest | None = None
    merged: Merged | None = None
    conflicts: tuple[str, ...] = ()
    """The files in which people's commits conflict, or that somebody changed in the phase's own."""
    remarks: tuple[str, ...] = ()
    """What a reader should know besides: a disagreement of the witnesses, what waits for what."""

    @property
    def has_work_again(self) -> bool:
        """Whether the phase was applied before, and the code has something to change again."""
        applied = "applied" in (self.known.trailers, self.known.ledger)
        reverted = self.known.trailers == "reverted"
        return applied and not reverted and self.known.code == "pending"


@dataclass(frozen=True, slots=True)
class MigrationState:
    """Where all phases of a migration stand, from one base."""

    base: str
    """The commit that the next plan starts from."""
    phases: tuple[PhaseState, ...]
    """In the order in which they are applied."""
    leftovers: tuple[tuple[str, str], ...] = ()
    """Branches below the prefix, with their tips, that belong to no phase of today."""

    def phase(self, name: str) -> PhaseState | None:
        """The phase of that name; None if there is none."""
        return next((phase for phase in self.phases if phase.name == name), None)
