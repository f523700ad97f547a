"""Several files that are written all or none, as far as a disk that fails goes."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


def write_together(contents: Mapping[Path, bytes]) -> None:
    """Write files; their folders must be there.

    All are written beside their places first, and then put there. If anything fails before, none is
    changed.

    Raises:
        OSError: The disk failed.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        for target, content in contents.items():
            staged.append((target.with_name(f".onepath-{secrets.token_hex(8)}"), target))
            with staged[-1][0].open("xb") as file:
                file.write(content)
        for new, target in staged:
            new.replace(target)
    except OSError:
        for new, _ in staged:
            with suppress(OSError):
                new.unlink()
        raise
