"""How git writes paths and modes in its diffs and streams."""

import re

from onepath.snapshot.blobs import encode_path

_PLAIN = re.compile(rb"[ -!#-\[\]-~]*")
_SPECIAL = re.compile(rb'["\\\x00-\x1f\x7f-\xff]')
_LETTERS = {
    0x07: b"a", 0x08: b"b", 0x09: b"t", 0x0A: b"n", 0x0B: b"v", 0x0C: b"f", 0x0D: b"r",
    0x22: b'"', 0x5C: b"\\",
}  # fmt: skip


def git_quoted(path: str) -> bytes:
    """Return `path` as git writes it: in C quotes if it has bytes that need them, else bare."""
    raw = encode_path(path)
    if _PLAIN.fullmatch(raw):
        return raw
    return b'"%s"' % _SPECIAL.sub(_escaped, raw)


def _escaped(match: re.Match[bytes]) -> bytes:
    byte = match[0][0]
    return b"\\" + (_LETTERS.get(byte) or b"%03o" % byte)


def canonical_mode(mode: int) -> str:
    """Return the mode that git records today for a file of `mode`, in octal digits.

    Old histories also have 100664, which git reads as 100644 and no longer writes.
    """
    return "100644" if mode == 0o100664 else f"{mode:o}"
