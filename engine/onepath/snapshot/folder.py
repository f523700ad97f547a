"""A plain folder, without git."""

import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from onepath.errors import OutsideError
from onepath.model import Entry, Note
from onepath.snapshot.blobs import SHA1_LENGTH, decode_path, in_path_order
from onepath.snapshot.disk import Disk, DiskSource, disk_prefix
from onepath.snapshot.notes import entry_notes

_SKIPPED = frozenset(
    {
        b".cache", b".eggs", b".git", b".hg", b".hypothesis", b".ipynb_checkpoints",
        b".mypy_cache", b".nox", b".onepath", b".pytest_cache", b".pytype", b".ruff_cache", b".svn",
        b".tox", b"__pycache__", b"node_modules",
    }
)  # fmt: skip

_ENVIRONMENT_MARK = b"pyvenv.cfg"


class _Scan(NamedTuple):
    entries: Mapping[str, Entry]
    notes: tuple[Note, ...]


class Folder:
    """The snapshot of a folder that is in no repository.

    Version control folders, virtual environments, `node_modules`, the caches of tools and the
    journal of a landing are left out; symbolic links are entries and are not followed. It is
    taken when it is first looked at.

    Args:
        path: The folder.
    """

    def __init__(self, path: Path) -> None:
        self._top = path.resolve()

    @property
    def name(self) -> str:
        return os.fspath(self._top)

    @property
    def commit(self) -> None:
        return None

    @property
    def entries(self) -> Mapping[str, Entry]:
        """All files by path, in path order.

        Raises:
            OutsideError: a folder can't be listed.
        """
        return self._scan.entries

    def source(self) -> DiskSource:
        return DiskSource(self._top, git_dir=None)

    def notes(self) -> tuple[Note, ...]:
        return self._scan.notes

    @cached_property
    def _scan(self) -> _Scan:
        disk = Disk(self._top, SHA1_LENGTH)
        found = map(disk.entry, _paths(self._top))
        entries = in_path_order({entry.path: entry for entry in found if entry is not None})
        notes = sorted([*entry_notes(entries.values()), *disk.unreadable])
        return _Scan(MappingProxyType(entries), tuple(notes))


def _paths(top: Path) -> Iterator[str]:
    """The paths of all files below `top` that are the user's own."""
    prefix = disk_prefix(top)
    pending = [b""]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(prefix + folder) as listing:
                entries = list(listing)
        except OSError as error:
            place = decode_path(prefix + folder)
            raise OutsideError(f"{place}: can't be listed: {error.strerror}") from error
        if folder and any(item.name == _ENVIRONMENT_MARK for item in entries):
            continue
        for item in entries:
            if item.name in _SKIPPED:
                continue
            if item.is_dir(follow_symlinks=False):
                pending.append(folder + item.name + b"/")
            else:
                yield decode_path(folder + item.name)
