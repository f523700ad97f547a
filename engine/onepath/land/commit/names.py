"""Names of branches: whether git takes them, and what is in their way."""

from collections.abc import Sequence

from onepath.errors import InputError
from onepath.model import Phase
from onepath.snapshot.blobs import decode_path
from onepath.snapshot.repository import Repository

_NAMES: set[str] = set()
"""What git has taken for the name of a reference; that depends on nothing else."""


def check_names(repository: Repository, phases: Sequence[Phase]) -> None:
    """Raise InputError if git would not take a phase's branch name."""
    for phase in phases:
        ref = f"refs/heads/{phase.branch}"
        if not _is_name(repository, ref):
            raise InputError(f"phase {phase.name}: {phase.branch!r} is no name for a branch")


def _is_name(repository: Repository, ref: str) -> bool:
    if ref not in _NAMES:
        if "\0" in ref or repository.git("check-ref-format", ref, check=False).returncode:
            return False
        _NAMES.add(ref)
    return True


def name_conflicts(repository: Repository, phases: Sequence[Phase]) -> list[str]:
    """Say which branches keep a phase's branch from existing beside them."""
    tips = _tips(repository, phases)
    return [
        f"branch {phase.branch} can't exist beside branch {other}, which is at {commit}"
        for phase in phases
        for other, commit in tips.items()
        if phase.branch.startswith(f"{other}/") or other.startswith(f"{phase.branch}/")
    ]


def _tips(repository: Repository, phases: Sequence[Phase]) -> dict[str, str]:
    """Return the branches that share the first part of their name with a phase's branch."""
    patterns = sorted({f"refs/heads/{phase.branch.partition('/')[0]}" for phase in phases})
    if not patterns:
        return {}
    listed = repository.git("for-each-ref", "--format=%(objectname) %(refname)", *patterns).stdout
    pairs = (line.partition(" ") for line in decode_path(listed).split("\n")[:-1])
    return {ref.removeprefix("refs/heads/"): commit for commit, _, ref in pairs}
