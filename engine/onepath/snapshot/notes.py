"""What is met on the way that can't be migrated, so that nothing is left out in silence.

Some of it shows in an entry: a snapshot's `notes()` lists that without reading a file. The
rest shows only in the content, or in its absence. Whoever reads entries passes each result of
`Source.read` to `classify` and adds what it returns.
"""

from collections.abc import Iterable, Iterator

from onepath.model import Entry, Note
from onepath.snapshot.blobs import SUBMODULE, SYMLINK

_SUFFIXES = (
    ".py", ".pyi", ".ipynb",
    ".toml", ".cfg", ".ini", ".yaml", ".yml", ".json",
    ".md", ".rst", ".txt",
)  # fmt: skip

LFS_POINTER = "Git LFS pointer: the content is kept elsewhere"
_LFS_HEAD = b"version https://git-lfs.github.com/spec/v1"
_LFS_LIMIT = 1024
"""A pointer is shorter than this, says its specification."""


def matters(path: str) -> bool:
    """Whether a migration may want to read or change the file at `path`."""
    return path.endswith(_SUFFIXES) or path.rpartition("/")[2] == "Dockerfile"


def entry_notes(entries: Iterable[Entry]) -> Iterator[Note]:
    """Notes that an entry alone gives: submodules, symlinks, names that are not UTF-8."""
    for entry in entries:
        if entry.mode == SUBMODULE:
            yield Note(entry.path, "submodule", "submodule: its files are another repository's")
        if not matters(entry.path):
            continue
        if entry.mode == SYMLINK:
            yield Note(entry.path, "symlink", "symbolic link: not followed, left as it is")
        if not entry.path.isascii() and _is_odd(entry.path):
            yield Note(entry.path, "odd-name", "the name is not UTF-8: no import can reach it")


def classify(entry: Entry, data: bytes | None) -> Note | None:
    """The note that reading `entry` gives, or None where its content is an ordinary one.

    Args:
        entry: What was read.
        data: What `Source.read` yielded for it.
    """
    if entry.mode == SUBMODULE or not matters(entry.path):
        return None
    if data is None:
        return Note(
            entry.path,
            "missing-object",
            "its content is not here: a partial clone, a damaged repository, "
            "or the file changed while it was read",
        )
    if is_lfs_pointer(data):
        return Note(entry.path, "lfs-pointer", LFS_POINTER)
    return None


def is_lfs_pointer(data: bytes) -> bool:
    """Whether a file only says where Git LFS keeps its content."""
    return len(data) < _LFS_LIMIT and data.startswith(_LFS_HEAD)


def _is_odd(path: str) -> bool:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False
