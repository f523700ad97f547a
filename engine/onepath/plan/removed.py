"""The definitions that a phase takes away, which a reader of its diff must not overlook."""

from collections.abc import Iterator, Mapping, Sequence

from onepath.model import Definition, Facts, FileChange, Removed
from onepath.model.changes import RemovedKind
from onepath.symbols.world import World

_KINDS: Mapping[str, RemovedKind] = {"class": "class", "def": "function", "async def": "function"}


def removed_definitions(
    before: World, after: World, changes: Sequence[FileChange]
) -> tuple[Removed, ...]:
    """The functions, classes and names that are not there any more, by file and name.

    What a class loses with itself is not listed again, nor what another file has now instead.

    Args:
        before: The code before the phase.
        after: The code after it.
        changes: What the phase changes.
    """
    found: list[Removed] = []
    gained: set[tuple[str, str]] = set()
    for change in changes:
        if not change.path.endswith((".py", ".pyi")):
            continue
        old = None if change.is_new else before.facts(change.path)
        new = None if change.new is None else after.facts(change.path)
        if old is not None:
            found += _lost(change.path, old, new)
        if new is not None:
            gained |= {(one.name, one.kind) for one in _lost(change.path, new, old)}
    return tuple(sorted(one for one in set(found) if (one.name, one.kind) not in gained))


def _lost(path: str, old: Facts, new: Facts | None) -> Iterator[Removed]:
    bound = set(new.scopes[0].bound) if new is not None and new.scopes else set()
    definitions = new.definitions if new is not None else ()
    there = {one.qualname for one in definitions}
    classes = {one.qualname for one in definitions if one.kind == "class"}
    for one in old.definitions:
        owner, dot, name = one.qualname.rpartition(".")
        if one.kind == "annotation" or (name.startswith("__") and name.endswith("__")):
            continue
        if one.qualname in there or (dot and owner not in classes) or (not dot and name in bound):
            continue
        yield Removed(path, one.qualname, _kind(one, is_member=bool(dot)))


def _kind(definition: Definition, *, is_member: bool) -> RemovedKind:
    kind = _KINDS.get(definition.kind, "name")
    return "method" if kind == "function" and is_member else kind
