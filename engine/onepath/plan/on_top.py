"""What people have put on top of phases, as far as a plan depends on it."""

from collections.abc import Mapping
from typing import Protocol

from onepath.model import Phase


class OnTop(Protocol):
    """Files that lie over what a phase produces, when the phases after it are planned."""

    @property
    def key(self) -> str:
        """A name for all of it: with the same one, `after` gives the same."""

    def after(self, phase: Phase) -> Mapping[str, bytes | None]:
        """New content by path, on top of this phase; None deletes a file.

        Asked once for each phase of a plan, in their order.
        """


class NothingOnTop:
    """Nobody has put anything on top of any phase."""

    key = ""

    def after(self, _: Phase) -> Mapping[str, bytes | None]:
        """Nothing."""
        return {}


NOTHING_ON_TOP = NothingOnTop()
