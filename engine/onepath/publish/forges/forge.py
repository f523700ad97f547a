"""What every forge can do, behind one small protocol."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class ForgeRepository:
    """The repository at the forge."""

    name: str
    """`owner/name`"""
    default_branch: str
    url: str


@dataclass(frozen=True, slots=True)
class WantedPullRequest:
    """What a pull request shall be."""

    branch: str
    base: str
    title: str
    body: str
    draft: bool = False


@dataclass(frozen=True, slots=True)
class PullRequest:
    """What a pull request is at the forge."""

    number: int
    url: str
    state: Literal["open", "closed", "merged"]
    branch: str
    base: str
    title: str
    body: str
    draft: bool


Stacking = Callable[[Sequence[PullRequest]], str]
"""Makes open pull requests one native stack, from the bottom to the top.

It returns `created`, `extended` or `unchanged`.
"""


class Forge(Protocol):
    """A server with pull requests. Every method may be called again after it failed."""

    @property
    def sign(self) -> str:
        """What is before the number of a pull request."""
        ...

    @property
    def limit(self) -> int:
        """How many characters a body may have."""
        ...

    def target(self) -> ForgeRepository:
        """The repository at the forge."""
        ...

    def find(self, branch: str) -> PullRequest | None:
        """The open pull request of a branch, else the newest one; None if it never had one."""
        ...

    def create(self, wanted: WantedPullRequest) -> PullRequest:
        """Open a pull request; if somebody else just did, return that one."""
        ...

    def update(self, pull: PullRequest, wanted: WantedPullRequest) -> PullRequest:
        """Give a pull request another base, title or body."""
        ...

    def label(self, pull: PullRequest, labels: Sequence[str]) -> None:
        """Add labels to those that it has."""
        ...

    def request_reviews(self, pull: PullRequest, reviewers: Sequence[str]) -> list[str]:
        """Ask `@user`, `@organisation/team` or addresses for a review.

        Returns:
            What could not be asked, as lines.
        """
        ...

    def stacks(self) -> Stacking | None:
        """What makes native stacks; None if the server has none."""
        ...

    def withdraw(self, pull: PullRequest, body: str) -> None:
        """Close a pull request, with another body."""
        ...
