"""The hunks of a change: what can be done or left alone by itself."""

import hashlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
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
    where those with this digest are told apart what is around it, which it is of those there, and
    how many they are. Where that is another number, nobody can say which of them is which."""

    @property
    def digest(self) -> str:
        """The key without what tells hunks apart that look alike."""
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
    groups = _grouped(change.edits, sets)
    digests = [
        _digest(change, edits, exact=all(one.start == one.end for one in edits))
        for edits, _ in groups
    ]
    hunks = [
        Hunk(change.path, edits[0].line, edits[0].kind, edits, starts, key)
        for (edits, starts), key in zip(groups, _keys(change, groups, digests), strict=True)
    ]
    own = {edit for edits, _ in groups for edit in edits}
    following = tuple(edit for edit in change.edits if edit not in own)
    return FileHunks(change, tuple(hunks), following)


def _keys(
    change: FileChange,
    groups: Sequence[tuple[Sequence[Edit], Sequence[int]]],
    digests: Sequence[str],
) -> Iterator[str]:
    """The keys of hunks: those that look alike are told apart by what they stand in."""
    alike = Counter(digests)
    kinds = [
        f"{digest}/" + (_around(change.old, edits[0].start) if alike[digest] > 1 else "")
        for (edits, _), digest in zip(groups, digests, strict=True)
    ]
    counts, seen = Counter(kinds), Counter[str]()
    for kind in kinds:
        yield f"{kind}{seen[kind]}.{counts[kind]}"
        seen[kind] += 1


def _around(data: bytes, at: int) -> str:
    """A name for the lines that open the blocks around a place: `class A:` and `def f(self):`."""
    lines = data[: data.find(b"\n", at) if b"\n" in data[at:] else len(data)].splitlines()
    depth, found = _depth(lines[-1]) if lines else 0, hashlib.sha256()
    for line in reversed(lines):
        if line.strip() and not line.lstrip().startswith((b"#", b")", b"]")):
            if _depth(line) < depth:
                depth = _depth(line)
                found.update(b"\0" + line.strip())
            if not depth:
                break
    return f"{found.hexdigest()[:8]}."


def _depth(line: bytes) -> int:
    return len(line) - len(line.lstrip())


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
