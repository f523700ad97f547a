"""Files on the disk: written so that a power cut can't take them back, and compared by content."""

import hashlib
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

OTHER = "other"
"""What `content_at` says of something that is no regular file, or can't be read."""
_THREADS = 16


def content_digest(content: bytes) -> str:
    """A name for some content."""
    return hashlib.sha256(content).hexdigest()


def content_at(root: Path, path: str | Path) -> str:
    """The digest of the file at `path` below `root`; empty if nothing is there.

    Anything but a regular file that is reached without symbolic links is `OTHER`.
    """
    target = root / path
    for place in reversed(target.relative_to(root).parents[:-1]):
        if (root / place).is_symlink():
            return OTHER
    try:
        if not stat.S_ISREG(target.lstat().st_mode):
            return OTHER
        return content_digest(target.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError:
        return OTHER


def sync(paths: Iterable[Path]) -> None:
    """Return when files, or the lists of names that folders are, have reached the disk.

    Raises:
        OSError: The disk failed.
    """
    wanted = list(dict.fromkeys(paths))
    if len(wanted) == 1:
        _sync(wanted[0])
    elif wanted:
        from concurrent.futures import ThreadPoolExecutor

        # A file system writes many together, if it is asked for many at once.
        with ThreadPoolExecutor(_THREADS) as threads:
            list(threads.map(_sync, wanted))


def _sync(path: Path) -> None:
    is_folder = path.is_dir()
    if is_folder and os.name == "nt":
        return  # Windows has no such thing for folders
    # Windows wants a file that is open for writing, and others want a folder that is not.
    descriptor = os.open(path, os.O_RDONLY if is_folder or os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    except OSError:
        # Some network file systems refuse it for folders. For files it is the disk that failed.
        if not is_folder:
            raise
    finally:
        os.close(descriptor)


def copy_permissions(source: os.stat_result, target: Path) -> None:
    """Give a file the owner, as far as that is allowed, and the mode of another."""
    if hasattr(os, "chown"):
        with suppress(PermissionError):
            os.chown(target, source.st_uid, source.st_gid)
    os.chmod(target, stat.S_IMODE(source.st_mode))


def keep_second_name(target: Path, second: Path) -> None:
    """Keep the file at `target` under a second name: a link where that can be, else a copy.

    Raises:
        OSError: The disk failed.
    """
    try:
        os.link(target, second)
    except OSError:
        # Another file system, or one without second names.
        with second.open("xb") as file:
            file.write(target.read_bytes())
        copy_permissions(target.stat(), second)


def move_file(source: Path, target: Path, beside: Path) -> None:
    """Put the file `source` in the place of `target` in one step, also across file systems.

    Args:
        source: The file.
        target: Where it shall be; what is there is replaced.
        beside: A free name in the folder of `target`.

    Raises:
        OSError: The disk failed; `target` is as it was.
    """
    try:
        os.replace(source, target)
        return
    except OSError:
        if source.parent == target.parent:
            raise
    try:
        beside.write_bytes(source.read_bytes())
        copy_permissions(source.stat(), beside)
        sync([beside])
        os.replace(beside, target)
    finally:
        with suppress(OSError):
            beside.unlink()
    source.unlink()
