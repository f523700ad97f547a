"""Several steps as one changeset: what they come to, and the proof over the sum."""

from collections.abc import Collection, Iterator, Mapping
from difflib import SequenceMatcher

from onepath.codemod import Edit, FileChange, World
from onepath.importing.loaded.loading import unloaded
from onepath.importing.loaded.newly_needed import newly_needed
from onepath.importing.order import ImportOrder
from onepath.proof.changes import newly_undefined
from onepath.proof.meaning import MeaningReader
from onepath.proof.structure import ImportGraph, newly_unresolved
from onepath_packs.canonical.definitions.refused import CannotMoveError

_PYTHON = (".py", ".pyi")


def together(before: World, contents: Mapping[str, bytes | None]) -> tuple[FileChange, ...]:
    """The changes that lead from the code as it is to some contents, in path order.

    Args:
        before: The code.
        contents: By path; None for a file that goes.
    """
    entries = before.snapshot.entries
    old = before.read([path for path in contents if path in entries])
    length = next((len(entry.oid) for entry in entries.values()), 40)
    found = []
    for path, new in sorted(contents.items()):
        if path not in entries:
            found += [] if new is None else [FileChange.made(path, new, length)]
        elif new != old[path]:
            entry = entries[path]
            edits = () if new is None else tuple(_differences(old[path], new))
            found.append(FileChange(path, entry.mode, entry.oid, old[path], new, edits))
    return tuple(found)


def _differences(old: bytes, new: bytes) -> Iterator[Edit]:
    """The edits by lines, each without what both sides begin and end with."""
    was, now = old.splitlines(keepends=True), new.splitlines(keepends=True)
    at = 0
    starts = [at := at + len(line) for line in was[:-1]] if was else []
    starts = [0, *starts, len(old)]
    for kind, first, last, begin, end in SequenceMatcher(None, was, now, False).get_opcodes():
        if kind == "equal":
            continue
        gone, comes = b"".join(was[first:last]), b"".join(now[begin:end])
        head = _common(gone, comes)
        tail = _common(gone[head:][::-1], comes[head:][::-1])
        start = starts[first] + head if first < len(starts) else len(old)
        stop = start + len(gone) - head - tail
        yield Edit(start, stop, comes[head : len(comes) - tail], "definition", first + 1)


def _common(one: bytes, other: bytes) -> int:
    """How many bytes both begin with, no UTF-8 character cut."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    while count and count < len(one) and one[count] & 0xC0 == 0x80:
        count -= 1
    return count


def prove_sum(
    before: World,
    after: World,
    changes: tuple[FileChange, ...],
    *,
    cycles: bool = True,
    moved: Collection[str] = (),
) -> None:
    """Check that everything still parses, is bound, leads somewhere and can be imported first.

    Args:
        before: The code as it is.
        after: The code as it would be.
        changes: What leads from one to the other.
        cycles: Whether no file may close an import cycle; False where that is known already.
        moved: Files whose content is in others now: what they loaded, these load.

    Raises:
        CannotMoveError: Names the first place where that is not so.
    """
    after.fact_store.load([one.path for one in changes if one.new is not None])
    was, now = MeaningReader(before.resolver), MeaningReader(after.resolver)
    graph = ImportGraph(before, after)
    for change in changes:
        if change.new is None or not change.path.endswith(_PYTHON):
            continue
        path = change.path
        old, new = before.fact_store.facts(path), after.fact_store.facts(path)
        if new.failure is not None:
            raise CannotMoveError(
                path, new.failure.line, f"it would not parse: {new.failure.reason}"
            )
        line = change.edits[0].line if change.edits else 1
        problem = newly_undefined(old, new)
        problem = problem or (graph.creates_a_cycle(path) if cycles else "")
        problem = problem or graph.not_loaded(path, new) or graph.newly_used(path, old, new)
        if not change.is_new:
            problem = problem or newly_unresolved(was.open(path, old), now.open(path, new))
        if problem:
            raise CannotMoveError(path, line, problem)
    order = ImportOrder(before, after, changes)
    for broken in order.broken():
        raise CannotMoveError(broken.path, broken.line, broken.reason)
    known = [one.path for one in changes if one.path.endswith(".py") and one.new and not one.is_new]
    for needed in newly_needed(before, after, known):
        raise CannotMoveError(needed.path, 1, needed.reason)
    for missed in unloaded(before, after, changes):
        if missed.path not in moved:
            raise CannotMoveError(missed.path, 1, missed.reason)
