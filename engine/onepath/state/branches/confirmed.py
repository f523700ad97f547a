"""Which branches were found to be right on which base, so that a moved base is told only once.

A branch that is right stays on the base it was made on. What is kept here can be lost without harm:
it is in the cache folder, and says no more than the next `migrate apply` would find out.
"""

from collections.abc import Mapping
from contextlib import suppress

from onepath.errors import OutsideError
from onepath.snapshot.repository import Repository
from onepath.state.notes import read_note, write_note

_NAME = "confirmed.json"


def read_confirmed(repository: Repository) -> Mapping[str, tuple[str, str]]:
    """Return tip and base by branch."""
    content = read_note(repository, _NAME)
    try:
        return {str(branch): (str(tip), str(base)) for branch, (tip, base) in content.items()}
    except (ValueError, AttributeError, TypeError):
        return {}


def note_confirmed(repository: Repository, branches: Mapping[str, str], base: str) -> None:
    """Note that branches, by their tips, are right on `base`; a disk that fails is no matter."""
    known = {branch: (tip, base) for branch, tip in branches.items()}
    if all(item in read_confirmed(repository).items() for item in known.items()):
        return
    content = {**read_confirmed(repository), **known}
    with suppress(OutsideError):
        write_note(repository, _NAME, dict(sorted(content.items())))
