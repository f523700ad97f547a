"""Locks that end with the process that holds them, however it ends."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


def lock(descriptor: int) -> None:
    """Lock an open file for this process alone.

    Raises:
        BlockingIOError: Another process holds it.
    """
    if sys.platform == "win32":
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError from error
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Be the only process that works in `folder`; remove it at the end if nothing else is in it.

    Raises:
        BlockingIOError: Another process works in it.
        OSError: It can't be made or written to.
    """
    path = folder / "lock"
    descriptor = _locked(path)
    try:
        yield
    finally:
        # Removed while it is locked: whoever has opened it meanwhile finds that out.
        with suppress(OSError):
            path.unlink()
            folder.rmdir()
        os.close(descriptor)


def _locked(path: Path) -> int:
    while True:
        path.parent.mkdir(exist_ok=True)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        except FileNotFoundError:
            continue  # the one before has just removed the folder
        try:
            lock(descriptor)
            if _is_at(path, descriptor):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _is_at(path: Path, descriptor: int) -> bool:
    """Whether the open file is still the one at `path`."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
