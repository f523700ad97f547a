"""How many files differ from HEAD: told beside a plan of a revision, which does not see them."""

import hashlib
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from stat import S_ISLNK
from typing import TYPE_CHECKING

from onepath.snapshot.blobs import SHA256_LENGTH
from onepath.snapshot.git_process import environment

if TYPE_CHECKING:
    from onepath.snapshot.repository import Repository

_MOST_READ = 1_000
"""Files that are read to tell whether more than their time has changed."""


@contextmanager
def uncommitted(repository: "Repository") -> Iterator[Callable[[], int]]:
    """Let git compare the tracked files with HEAD while something else is done.

    git looks at the time and size of each file, a quarter of a second for 20,000 of them, and runs
    no filter. Files of which only the time differs are then told by their content.

    Args:
        repository: Has a work tree.

    Yields:
        What waits for git, and returns how many tracked files differ from HEAD; 0 also where that
        can't be told.
    """
    arguments = ("diff-index", "--raw", "-z", "--no-renames", "--ignore-submodules=all", "HEAD")
    place = ("-C", os.fspath(repository.top), f"--git-dir={repository.git_dir}")
    process = subprocess.Popen(
        ["git", *place, *_without_filters(repository), *arguments],
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )

    def count() -> int:
        listed, _ = process.communicate()
        return 0 if process.returncode else _count(repository, listed)

    try:
        yield count
    finally:
        if process.returncode is None:
            process.kill()
            process.communicate()


def _without_filters(repository: "Repository") -> list[str]:
    """Settings for git to run none of the filters that are configured, which are programs."""
    pattern = r"^filter\..*\.(clean|process|required)$"
    asked = repository.git("config", "-z", "--name-only", "--get-regexp", pattern, check=False)
    names = asked.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1]
    settings = (
        f"{name}={'false' if name.endswith('.required') else ''}" for name in dict.fromkeys(names)
    )
    return [word for setting in settings for word in ("-c", setting)]


def _count(repository: "Repository", listed: bytes) -> int:
    records = listed.split(b"\0")[:-1]
    changes = list(zip(records[::2], records[1::2], strict=True))
    if len(changes) > _MOST_READ:
        return len(changes)
    return sum(not _is_same(repository, head, path) for head, path in changes)


def _is_same(repository: "Repository", head: bytes, path: bytes) -> bool:
    """Whether a file that git takes for changed has the bytes and the mode of the one in HEAD."""
    old_mode, new_mode, old, new, _ = head.removeprefix(b":").split(b" ")
    if old_mode != new_mode or new.strip(b"0"):
        return False  # what is staged is another blob
    file = os.path.join(os.fsencode(repository.top), path)
    try:
        if S_ISLNK(os.lstat(file).st_mode):
            data = os.readlink(file)
        else:
            with open(file, "rb") as stream:
                data = stream.read()
    except OSError:
        return False
    digest = hashlib.new("sha256" if len(old) == SHA256_LENGTH else "sha1", usedforsecurity=False)
    digest.update(b"blob %d\0" % len(data) + data)
    return digest.hexdigest().encode() == old
