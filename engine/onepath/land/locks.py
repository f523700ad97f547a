"""Lock files of refs that git could not remove, because it was killed while it published.

A landing notes what it is about to publish; the one after it finds the note of a dead run.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from onepath.snapshot.blobs import decode_path
from onepath.snapshot.repository import Repository

_SURELY_DEAD = 10.0
"""Seconds. Git holds such a lock for milliseconds, also when its parent was killed."""


@contextmanager
def note_publication(journal: Path, pairs: Sequence[tuple[bytes, bytes]]) -> Iterator[None]:
    """Keep a note of the refs and their new commits in `journal` while they are published."""
    journal.write_bytes(b"".join(b"%s %s\n" % pair for pair in pairs))
    yield
    journal.write_bytes(b"")


def remove_dead_locks(repository: Repository, journal: Path) -> None:
    """Remove ref locks that a killed landing left: noted by it, and with its commit inside."""
    for line in journal.read_bytes().split(b"\n")[:-1]:
        ref, _, commit = line.partition(b" ")
        lock = repository.common_dir / f"{decode_path(ref)}.lock"
        with suppress(OSError):
            old = time.time() - lock.stat().st_mtime > _SURELY_DEAD
            if old and lock.read_bytes().strip() == commit:
                lock.unlink()
