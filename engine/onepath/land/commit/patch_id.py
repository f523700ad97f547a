"""One name for what a patch does, wherever the lines are by now: git's patch-id, without a diff.

Line numbers and the lines around a change take no part in it, so a patch keeps its name when it is
rebased over changes beside it, and gets another one when somebody edits what it does.
"""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from onepath.edit.line_differences import line_differences, split_lines
from onepath.land.git_format import canonical_mode
from onepath.model import FileChange
from onepath.snapshot.blobs import encode_path


class PatchedFile(NamedTuple):
    """A file before and after a patch."""

    path: str
    old_mode: str
    """Octal digits; empty where the file is made."""
    mode: str
    """Octal digits; empty where the file is deleted."""
    old: bytes
    new: bytes


def patched(change: FileChange) -> PatchedFile:
    """What a planned change does to its file."""
    mode = canonical_mode(change.mode)
    return PatchedFile(
        change.path,
        "" if change.is_new else mode,
        "" if change.new is None else mode,
        change.old,
        change.new or b"",
    )


def patch_id(files: Iterable[PatchedFile]) -> str:
    """Return the name of a patch, 40 hex digits; the order of the files does not matter."""
    digest = hashlib.sha256()
    for file in sorted(files):
        if (file.old_mode, file.old) == (file.mode, file.new):
            continue
        for part in (encode_path(file.path), file.old_mode.encode(), file.mode.encode()):
            digest.update(b"%d %s" % (len(part), part))
        old, new = split_lines(file.old), split_lines(file.new)
        for start, end, new_start, new_end in line_differences(old, new):
            for sign, lines in ((b"-", old[start:end]), (b"+", new[new_start:new_end])):
                for line in lines:
                    digest.update(b"%s%d %s" % (sign, len(line), line))
    return digest.hexdigest()[:40]
