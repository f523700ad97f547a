"""Lock files of refs that git could not remove, because it was killed while it published.

A landing notes what it is about to publish, and a later one removes the locks that are left. The
note is kept until no lock that it names is there: whether our process or git was killed, and also
if the next landing comes too early to tell a dead lock from one that is in use.
"""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from onepath.snapshot.blobs import decode_path
from onepath.snapshot.repository import Repository

_SURELY_DEAD = 10.0
"""Seconds. Git holds such a lock for milliseconds, also when its parent was killed."""


@contextmanager
def note_publication(
    repository: Repository, journal: Path, pairs: Sequence[tuple[bytes, bytes]]
) -> Iterator[None]:
    """Keep a note of the refs and their new commits in `journal` while they are published.

    What an earlier landing has noted stays before it, since its locks may still be there.
    """
    # A line that was cut short must not run into the first of these.
    end = b"" if journal.read_bytes()[-1:] in (b"", b"\n") else b"\n"
    with journal.open("ab") as file:
        file.write(end + b"".join(b"%s %s\n" % pair for pair in pairs))
        file.flush()
        os.fsync(file.fileno())
    yield
    _forget_if_free(repository, journal)


def remove_dead_locks(repository: Repository, journal: Path) -> None:
    """Remove ref locks that a killed landing left: noted by it, and with its commit inside."""
    for ref, commit in _noted(journal):
        lock = _lock_of(repository, ref)
        try:
            age = time.time() - lock.stat().st_mtime
            content = lock.read_bytes()
            # A clock that was set back must not keep a lock for years.
            if abs(age) > _SURELY_DEAD and _is_dead(repository, ref, commit, content):
                lock.unlink()
        except OSError:
            continue
    _forget_if_free(repository, journal)


def _is_dead(repository: Repository, ref: bytes, commit: bytes, content: bytes) -> bool:
    """Whether only a landing that was killed can have left a lock with this content.

    Git makes the lock empty and writes the commit in the next moment. Another git holds an empty
    one for longer only to delete a ref, and then there is one.
    """
    if content.strip() == commit:
        return True
    if not (commit + b"\n").startswith(content):
        return False
    asked = repository.git("show-ref", "--verify", "--quiet", decode_path(ref), check=False)
    return asked.returncode != 0


def may_heal(journal: Path) -> bool:
    """Whether a lock is there that a later landing will find dead."""
    return any(True for _ in _noted(journal))


def _noted(journal: Path) -> Iterator[tuple[bytes, bytes]]:
    for line in journal.read_bytes().split(b"\n")[:-1]:
        ref, _, commit = line.partition(b" ")
        # Whatever a disk has made of the note: it must not lead to other files.
        if ref.startswith(b"refs/heads/") and b".." not in ref and commit:
            yield ref, commit


def _lock_of(repository: Repository, ref: bytes) -> Path:
    return repository.common_dir / f"{decode_path(ref)}.lock"


def _forget_if_free(repository: Repository, journal: Path) -> None:
    """Empty the note if no lock is there that it names."""
    if not any(_lock_of(repository, ref).exists() for ref, _ in _noted(journal)):
        journal.write_bytes(b"")
