"""The files that the user names on the command line, as paths of a snapshot."""

import os
from collections.abc import Collection, Sequence
from pathlib import Path

from onepath.config.globs import Globs, literal_globs
from onepath.errors import InputError


def chosen_paths(
    given: Sequence[str], files: Collection[str], *, top: Path, folder: Path
) -> list[str]:
    """Turn files, folders and globs as the user typed them into globs of a snapshot's paths.

    Args:
        given: As typed; relative to `folder` if that is inside `top`, else to `top`.
        files: The paths of the snapshot.
        top: The top folder.
        folder: The current folder.

    Raises:
        InputError: One is outside `top`, or there is nothing that it means.
    """
    top, folder = top.resolve(), folder.resolve()
    base = folder if folder.is_relative_to(top) else top
    return [_chosen(one, files, top, base) for one in given]


def _chosen(one: str, files: Collection[str], top: Path, base: Path) -> str:
    path = os.path.relpath(os.path.join(base, one), top).replace(os.sep, "/")
    if path == ".." or path.startswith("../"):
        raise InputError(f"{one}: outside of {top}")
    if path in files:
        return literal_globs([path])[0]
    glob = "**" if path == "." else f"/{path}"
    matches = Globs([glob]).match
    if not any(matches(file) for file in files):
        raise InputError(
            f"{one}: no such file or folder at the audited revision",
            hint="--rev WORKTREE sees files that are not committed yet",
        )
    return glob
