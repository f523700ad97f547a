"""What is wrong with a file that fails the proof, and which of its names are at fault."""

import re
from typing import NamedTuple

from onepath.model import BindingKey, Refusal

_QUOTED = re.compile(r"'([^']+)'")


class Problem(NamedTuple):
    """What is wrong with a file, in words, and what of it is at fault where that is known."""

    text: str
    keys: frozenset[BindingKey] = frozenset()
    """Bindings (scope, name), in the file as it is."""
    names: frozenset[str] = frozenset()
    """Names or dotted paths that edits put in."""
    missing: str = ""
    """The dotted module with which the file would pass if it loaded that as well."""
    missing_by: str = ""
    """The dotted module that it imported and that had loaded it: the same, or another one."""
    is_shared: bool = False
    """Whether any of several files may be at fault: each of them fails with the same words."""


NOTHING = Problem("")


def named(text: str, *, keys: bool = False) -> Problem:
    """A problem that is told with the names at fault in quotes.

    Args:
        text: The words; empty if nothing is wrong.
        keys: Whether they are names of the module itself.
    """
    names = frozenset(_QUOTED.findall(text))
    return Problem(text, frozenset((0, name) for name in names) if keys else frozenset(), names)


class Failure(NamedTuple):
    """A file that fails the proof."""

    refusal: Refusal
    """What is told if nothing smaller than the file can be left alone."""
    keys: frozenset[BindingKey] = frozenset()
    """As in `Problem`."""
    names: frozenset[str] = frozenset()
    missing: str = ""
    """As in `Problem`."""
    missing_by: str = ""
    """As in `Problem`."""
    is_shared: bool = False
    """As in `Problem`."""

    @property
    def path(self) -> str:
        return self.refusal.path

    @classmethod
    def of(cls, path: str, line: int, code: str, problem: Problem) -> "Failure":
        """The failure of a file for a problem."""
        refusal = Refusal(path, line, f"proof-{code}", problem.text)
        _, keys, names, missing, missing_by, is_shared = problem
        return cls(refusal, keys, names, missing, missing_by, is_shared)
