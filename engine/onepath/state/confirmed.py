"""Which branches were found to be right on which base, so that a moved base is told only once.

A branch that is right stays on the base it was made on. What is kept here can be lost without harm:
it is in the cache folder, and says no more than the next `migrate apply` would find out.
"""

import json
from collections.abc import Mapping

from onepath.snapshot.repository import Repository

_NAME = "confirmed.json"


def read_confirmed(repository: Repository) -> Mapping[str, tuple[str, str]]:
    """Return tip and base by branch."""
    try:
        content = json.loads((repository.cache_dir / _NAME).read_bytes())
        return {str(branch): (str(tip), str(base)) for branch, (tip, base) in content.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def note_confirmed(repository: Repository, branches: Mapping[str, str], base: str) -> None:
    """Note that branches, by their tips, are right on `base`; a disk that fails is no matter."""
    known = {branch: (tip, base) for branch, tip in branches.items()}
    if all(item in read_confirmed(repository).items() for item in known.items()):
        return
    path = repository.cache_dir / _NAME
    temporary = path.with_suffix(".new")
    try:
        path.parent.mkdir(exist_ok=True)
        content = {**read_confirmed(repository), **known}
        temporary.write_text(json.dumps(content, sort_keys=True, indent=1) + "\n")
        temporary.replace(path)
    except OSError:
        pass
