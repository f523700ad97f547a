"""The hunks of a change: what can be done or left alone by itself."""

import hashlib
from bisect import bisect_left
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


def hunks_of(change: FileChange, sets: Iterable[Sequence[int]]) -> FileHunks:
    """Take a change apart.

    Args:
        change: Of one file.
        sets: Where the places begin that the codemod can leave alone, those together that it can
            only leave together.
    """
    sets = [*sets]
    if change.new is None or change.is_new or not sets:
        kind = "delete" if change.new is None else "new" if change.is_new else change.edits[0].kind
        line = change.edits[0].line if change.edits else 1
        digest = _digest(change, change.edits, exact=True)
        hunk = Hunk(change.path, line, kind, change.edits, (), f"{digest}/0")
        return FileHunks(change, (hunk,), ())
    hunks: list[Hunk] = []
    seen: Counter[str] = Counter()
    groups = _grouped(change.edits, sets)
    for edits, starts in groups:
        digest = _digest(change, edits, exact=all(one.start == one.end for one in edits))
        key = f"{digest}/{seen[digest]}"
        seen[digest] += 1
        first = edits[0]
        hunks.append(Hunk(change.path, first.line, first.kind, edits, starts, key))
    own = {edit for edits, _ in groups for edit in edits}
    following = tuple(edit for edit in change.edits if edit not in own)
    return FileHunks(change, tuple(hunks), following)


def _grouped(
    edits: Sequence[Edit], sets: Sequence[Sequence[int]]
) -> list[tuple[tuple[Edit, ...], tuple[int, ...]]]:
    """The edits in which places are, those of one set together, and all places of that set."""
    set_of = {start: number for number, starts in enumerate(sets) for start in starts}
    known = sorted(set_of)
    groups: list[tuple[set[int], list[Edit]]] = []
    for edit in edits:
        first = bisect_left(known, edit.start)
        last = bisect_left(known, max(edit.end, edit.start + 1))
        numbers = {set_of[start] for start in known[first:last]}
        if not numbers:
            continue
        shared = [group for group in groups if not numbers.isdisjoint(group[0])]
        groups = [group for group in groups if group not in shared]
        own = [*(before for _, others in shared for before in others), edit]
        groups.append((numbers.union(*(one for one, _ in shared)), own))
    found = [
        (tuple(sorted(own)), tuple(sorted(at for number in numbers for at in sets[number])))
        for numbers, own in groups
    ]
    return sorted(found)


def _digest(change: FileChange, edits: Sequence[Edit], *, exact: bool) -> str:
    """A name for what is done, or only for what it is done to.

    What a place becomes may depend on its neighbours: by which import a name is read. Whoever
    accepts it accepts it in either form. Of what changes together, another place of the same kind
    makes no other hunk.
    """
    digest = hashlib.sha256(change.path.encode("utf-8", "surrogateescape"))
    if change.new is None:
        digest.update(b"\0deleted\0" + change.old)
    for old, new, kind in dict.fromkeys(
        (change.old[edit.start : edit.end], edit.new if exact else b"", edit.kind) for edit in edits
    ):
        for part in (old, new):
            digest.update(b"\0%d\0%b" % (len(part), part))
        digest.update(kind.encode())
    return digest.hexdigest()[:16]
