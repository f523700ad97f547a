"""Moves references: all or none, each only from where it is expected to be."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from onepath.land.locks import note_publication
from onepath.snapshot.blobs import encode_path
from onepath.snapshot.repository import Repository


class RefMove(NamedTuple):
    """A reference that shall point somewhere else."""

    ref: str
    """`refs/heads/migrate/canonical/01-canonical-imports`"""
    old: str
    """Where it points now; empty if it does not exist."""
    new: str
    """Where it shall point; empty to delete it."""


def move_refs(repository: Repository, journal: Path, moves: Sequence[RefMove], reason: str) -> str:
    """Move all references in one transaction; return what git said if it moved none.

    No hook runs. What a reference pointed at stays in its reflog, if it has one.

    Args:
        repository: Where they are.
        journal: The landing's file of notes, locked by this process.
        moves: In the order in which git carries them out.
        reason: What the reflog says, after `migrate: `.
    """
    lines = [b"start", *map(_line, moves), b"prepare", b"commit"]
    pairs = [(encode_path(move.ref), move.new.encode()) for move in moves if move.new]
    with note_publication(repository, journal, pairs):
        done = repository.git(
            *("-c", "core.filesRefLockTimeout=500"),
            *("update-ref", "--no-deref", "--stdin", "-m", f"migrate: {reason}"),
            input=b"".join(b"%s\n" % line for line in lines),
            check=False,
        )
    if not done.returncode:
        return ""
    return done.stderr.decode("utf-8", "replace").strip() or f"exit status {done.returncode}"


def _line(move: RefMove) -> bytes:
    ref, old, new = encode_path(move.ref), move.old.encode(), move.new.encode()
    if not move.old:
        return b"create %s %s" % (ref, new)
    if not move.new:
        return b"delete %s %s" % (ref, old)
    return b"update %s %s %s" % (ref, new, old)
