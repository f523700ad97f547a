"""Copies of files, on which what the user names runs instead of on their own."""

from pathlib import Path

from onepath.errors import InputError


def write_copy(folder: Path, path: str, data: bytes) -> Path:
    """Write a copy of a file under its path in a folder, and return where it is.

    Raises:
        InputError: The path leads out of the folder.
    """
    target = folder / path
    if ".." in target.parts or not target.is_relative_to(folder):
        raise InputError(f"{path!r} leads out of the repository")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    return target
