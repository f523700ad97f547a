"""The hunks of a change: what can be done or left alone by itself."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from onepath.model import Edit, FileChange


class Hunk(NamedTuple):
    """Edits of one file that are done together."""

    path: str
    line: int
    kind: str
    """That of its first edit; `delete` or `new` for a file as a whole."""
    edits: tuple[Edit, ...]
    """Its own; empty for a file that is deleted."""
    starts: tuple[int, ...]
    """Where the places begin that it stands for; none: it stands for all of the file."""
    key: str
    """By what it is known again, also when the code around it has changed: a digest, `/`, and
    which of those with this digest it is in the file."""

    @property
    def digest(self) -> str:
        """The key without the number."""
        return self.key.partition("/")[0]


def whole_file(path: str) -> str:
    """The key that stands for everything that is done to a file, by whatever version."""
    return f"file:{path}"


class FileHunks(NamedTuple):
    """The hunks of one file."""

    change: FileChange
    hunks: tuple[Hunk, ...]
    following: tuple[Edit, ...]
    """Edits that follow from the others: imports that are needed, or are not any more."""


def hunks_of(change: FileChange, starts: Iterable[int]) -> FileHunks:
    """Take a change apart.

    Args:
        change: Of one file.
        starts: Where the places begin that the codemod can leave alone one by one.
    """
    starts = sorted(set(starts))
    if change.new is None or change.is_new or not starts:
        kind = "delete" if change.new is None else "new" if change.is_new else change.edits[0].kind
        line = change.edits[0].line if change.edits else 1
        digest = _digest(change, change.edits, exact=True)
        hunk = Hunk(change.path, line, kind, change.edits, (), f"{digest}/0")
        return FileHunks(change, (hunk,), ())
    hunks: list[Hunk] = []
    following: list[Edit] = []
    seen: Counter[str] = Counter()
    for edit in change.edits:
        own = tuple(at for at in starts if edit.start <= at < max(edit.end, edit.start + 1))
        if not own:
            following.append(edit)
            continue
        digest = _digest(change, (edit,), exact=edit.start == edit.end)
        key = f"{digest}/{seen[digest]}"
        seen[digest] += 1
        hunks.append(Hunk(change.path, edit.line, edit.kind, (edit,), own, key))
    return FileHunks(change, tuple(hunks), tuple(following))


def _digest(change: FileChange, edits: Sequence[Edit], *, exact: bool) -> str:
    """A name for what is done, or only for what it is done to.

    What a place becomes may depend on its neighbours: by which import a name is read. Whoever
    accepts it accepts it in either form.
    """
    digest = hashlib.sha256(change.path.encode("utf-8", "surrogateescape"))
    if change.new is None:
        digest.update(b"\0deleted\0" + change.old)
    for edit in edits:
        for part in (change.old[edit.start : edit.end], edit.new if exact else b""):
            digest.update(b"\0%d\0%b" % (len(part), part))
        digest.update(edit.kind.encode())
    return digest.hexdigest()[:16]
