"""The names git gives to file contents."""

import hashlib
import os
from io import BufferedReader

from onepath.model import Entry

SHA1_LENGTH = 40
SHA256_LENGTH = 64
SYMLINK = 0o120000
SUBMODULE = 0o160000


def blob_id(data: bytes, length: int = SHA1_LENGTH) -> str:
    """The git blob id of `data`: SHA-1, or SHA-256 where `length` is 64."""
    digest = _seeded(len(data), length)
    digest.update(data)
    return digest.hexdigest()


def file_blob_id(file: BufferedReader, length: int = SHA1_LENGTH) -> str:
    """The git blob id of an open file's content, which is never held in memory as a whole."""
    size = os.fstat(file.fileno()).st_size
    return hashlib.file_digest(file, lambda: _seeded(size, length)).hexdigest()


def _seeded(size: int, length: int) -> "hashlib._Hash":
    make = hashlib.sha256 if length == SHA256_LENGTH else hashlib.sha1
    return make(b"blob %d\0" % size, usedforsecurity=False)


def encode_path(path: str) -> bytes:
    """A snapshot's path as git and the disk have it."""
    return path.encode("utf-8", "surrogateescape")


def decode_path(path: bytes) -> str:
    """A path from git or the disk as a snapshot has it."""
    return path.decode("utf-8", "surrogateescape")


def in_path_order(entries: dict[str, Entry]) -> dict[str, Entry]:
    """The same entries, sorted by path; quick where they nearly are."""
    return dict(sorted(entries.items()))
