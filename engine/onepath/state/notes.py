"""Small JSON files in the folder of what this tool keeps in a repository's git folder."""

import json
from typing import Any

from onepath.errors import OutsideError
from onepath.land.together import write_together
from onepath.snapshot.repository import Repository


def read_note(repository: Repository, name: str) -> Any:
    """Return what is kept under a name; None if there is nothing that can be read."""
    try:
        return json.loads((repository.cache_dir / name).read_bytes())
    except (OSError, ValueError):
        return None


def write_note(repository: Repository, name: str, content: Any) -> None:
    """Keep something in the place of what was kept under a name.

    Raises:
        OutsideError: The disk failed; nothing was changed.
    """
    path = repository.cache_dir / name
    try:
        path.parent.mkdir(exist_ok=True)
        write_together({path: f"{json.dumps(content, indent=1)}\n".encode()})
    except OSError as error:
        raise OutsideError(f"{path} can't be written: {error.strerror}") from error
