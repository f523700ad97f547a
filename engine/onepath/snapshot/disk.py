"""Files as they lie on the disk. Nothing here follows a symbolic link."""

import os
import stat
import struct
import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from onepath.model import Entry, Note
from onepath.snapshot.blobs import SUBMODULE, SYMLINK, blob_id, encode_path, file_blob_id
from onepath.snapshot.git_source import GitSource

FILE = 0o100644
EXECUTABLE = 0o100755

_BATCH_FILES, _BATCH_BYTES = 240, 16_000_000
"""How much is read after a file that is not on the disk, so that one git process gives all that
are not."""
_OPEN = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
)

_LOOK = struct.Struct("=QQqq")
_SETTLED = 2_000_000_000
"""Nanoseconds after which another change of a file certainly gets another time."""
_verified: dict[bytes, bytes] = {}
"""By place, the blob id of what this process has read there, and how the file looked: in one piece,
as every process has one for each file."""


class DiskEntry(NamedTuple):
    """What lies at a path."""

    mode: int
    """As git would write it."""
    size: int


class Disk:
    """Looks at the files below `top`, by the paths of a snapshot.

    Args:
        top: The folder that the paths are relative to, without symbolic links.
        oid_length: 40 for SHA-1 blob ids, 64 for SHA-256.
        trust_modes: Whether the executable bit of files here means something.
    """

    def __init__(self, top: Path, oid_length: int, *, trust_modes: bool = True) -> None:
        self._prefix = disk_prefix(top)
        self._oid_length = oid_length
        self._executable = EXECUTABLE if trust_modes else FILE
        self._unreadable: list[Note] = []

    @property
    def unreadable(self) -> tuple[Note, ...]:
        """A note for each file that `entry` could not open."""
        return tuple(self._unreadable)

    def find(self, path: str) -> DiskEntry | None:
        """What lies at `path`; None if nothing, or neither a regular file nor a symlink."""
        try:
            status = os.lstat(self._prefix + encode_path(path))
        except (FileNotFoundError, NotADirectoryError):
            return None
        if stat.S_ISLNK(status.st_mode):
            return DiskEntry(SYMLINK, status.st_size)
        if stat.S_ISREG(status.st_mode):
            return DiskEntry(self._executable if status.st_mode & 0o100 else FILE, status.st_size)
        return None

    def is_own_file(self, path: str) -> bool:
        """Whether a file lies at `path`, with no folder on the way a symbolic link."""
        folder = os.path.dirname(self._prefix + encode_path(path))
        return self.find(path) is not None and os.path.realpath(folder) == folder

    def entry(self, path: str, mode: int | None = None) -> Entry | None:
        """The entry for the bytes at `path`; None if there is no file that can be read.

        Args:
            path: Where it is.
            mode: What git takes its mode for, where that is known.
        """
        disk_entry = self.find(path)
        if disk_entry is None:
            return None
        place = self._prefix + encode_path(path)
        try:
            if disk_entry.mode == SYMLINK:
                oid = blob_id(os.readlink(place), self._oid_length)
            else:
                with open(place, "rb") as file:
                    oid = file_blob_id(file, self._oid_length)
        except FileNotFoundError:
            return None
        except OSError as error:
            text = f"it can't be read: {error.strerror}"
            self._unreadable.append(Note(path, "missing-object", text))
            return None
        return Entry(path, oid, disk_entry.mode if mode is None else mode)


@dataclass(frozen=True, slots=True)
class DiskSource:
    """Reads entries from the disk, and from git's objects what does not lie there."""

    top: Path
    git_dir: Path | None

    def part(self, entries: Iterable[Entry]) -> "DiskSource":
        return self

    def read(self, entries: Iterable[Entry]) -> Generator[tuple[Entry, bytes | None], None, None]:
        """Yield every entry, in order, with its bytes, or None if they can't be had.

        The bytes are always those that the entry's oid names: a file that was changed since
        the snapshot was taken is looked for among git's objects, like one that is absent. One
        git process serves many files.
        """
        prefix = disk_prefix(self.top)
        rest = iter(entries)
        for entry in rest:
            data = _content(prefix, entry)
            if data is not None:
                yield entry, data
                continue
            batch: list[tuple[Entry, bytes | None]] = [(entry, None)]
            size = 0
            for later in islice(rest, _BATCH_FILES):
                data = _content(prefix, later)
                batch.append((later, data))
                size += len(data or b"")
                if size > _BATCH_BYTES:
                    break
            yield from self._complete(batch)

    def _complete(
        self, batch: Sequence[tuple[Entry, bytes | None]]
    ) -> Generator[tuple[Entry, bytes | None], None, None]:
        with closing(self._from_git([entry for entry, data in batch if data is None])) as stored:
            for entry, data in batch:
                yield next(stored) if data is None else (entry, data)

    def _from_git(self, entries: list[Entry]) -> Generator[tuple[Entry, bytes | None], None, None]:
        if self.git_dir is None:
            yield from ((entry, None) for entry in entries)
        else:
            yield from GitSource(self.git_dir).read(entries)


def disk_prefix(top: Path) -> bytes:
    """What to put before a snapshot's path to open it; bytes, because paths may be any."""
    return os.path.join(os.fsencode(top), b"")


def _content(prefix: bytes, entry: Entry) -> bytes | None:
    """The bytes on the disk if they are the ones that `entry.oid` names."""
    if entry.mode == SUBMODULE:
        return None
    place = prefix + encode_path(entry.path)
    try:
        if entry.mode != SYMLINK:
            return _file_content(place, entry.oid)
        data = os.readlink(place)
    except OSError:
        return None
    return data if blob_id(data, len(entry.oid)) == entry.oid else None


def _file_content(place: bytes, oid: str) -> bytes | None:
    """The bytes of a regular file if they are the ones that an id names.

    A file that has been read is not digested again as long as git would call it unchanged. Never
    waits, as it would for the writer of a pipe.

    Raises:
        OSError: There is nothing, or something else than a file that may be read.
    """
    descriptor = os.open(place, _OPEN)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError("not a regular file")
        data = _all_bytes(descriptor, status.st_size)
        look = _look(status)
        known = _verified.get(place)
        if known and known == _noted(oid, look) and _look(os.fstat(descriptor)) == look:
            return data
        if blob_id(data, len(oid)) != oid:
            return None
        if os.name == "posix" and time.time_ns() - max(look[2:]) > _SETTLED:
            _verified[place] = _noted(oid, look)
        return data
    finally:
        os.close(descriptor)


def _look(status: os.stat_result) -> tuple[int, ...]:
    """What tells that a file was changed, as in git's index; the times come last."""
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _noted(oid: str, look: tuple[int, ...]) -> bytes:
    """A blob id and how its file looked, in one piece."""
    return bytes.fromhex(oid) + _LOOK.pack(*look)


def _all_bytes(descriptor: int, size: int) -> bytes:
    data = os.read(descriptor, size)
    if len(data) == size:
        return data
    # One call reads two gigabytes at most, and may be interrupted.
    with open(descriptor, "rb", closefd=False) as file:
        return data + file.read()
