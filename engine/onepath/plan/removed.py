"""The definitions that a phase takes away, which a reader of its diff must not overlook."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from onepath.model import Definition, Facts, FileChange, Removed, Renamed
from onepath.model.changes import RemovedKind
from onepath.symbols.world import World

_KINDS: Mapping[str, RemovedKind] = {"class": "class", "def": "function", "async def": "function"}


def removed_definitions(
    before: World,
    after: World,
    changes: Sequence[FileChange],
    routes: Mapping[str, str] = MappingProxyType({}),
) -> tuple[tuple[Removed, ...], tuple[Renamed, ...]]:
    """The functions, classes and names that are not there any more, and those with another name.

    What a class loses with itself is not listed again, nor what another file has now instead.

    Args:
        before: The code before the phase.
        after: The code after it.
        changes: What the phase changes.
        routes: Old path -> new path, of what was asked for.
    """
    leaves = {
        old.rpartition(".")[2]: new.rpartition(".")[2]
        for old, new in routes.items()
        if "." not in new or new.rpartition(".")[0] == old.rpartition(".")[0]
    }
    removeds: list[Removed] = []
    gained: set[tuple[str, str]] = set()
    for change in changes:
        if not change.path.endswith((".py", ".pyi")):
            continue
        old = None if change.is_new else before.facts(change.path)
        new = None if change.new is None else after.facts(change.path)
        if old is not None:
            removeds += _lost(change.path, old, new)
        if new is not None:
            # What it imported before it has now itself.
            gained |= {*_definitions(new)} - {*_definitions(old)}
    gone, renamed = [], []
    for removed in sorted({*removeds}):
        owner, dot, name = removed.name.rpartition(".")
        successor = f"{owner}{dot}{leaves.get(name, name)}"
        if (removed.name, removed.kind) in gained:
            continue
        if (successor, removed.kind) in gained:
            renamed.append(Renamed(*removed, successor))
        else:
            gone.append(removed)
    return tuple(gone), tuple(renamed)


def _lost(path: str, old: Facts, new: Facts | None) -> Iterator[Removed]:
    bound = set(new.scopes[0].bound) if new is not None and new.scopes else set()
    definitions = new.definitions if new is not None else ()
    there = {definition.qualname for definition in definitions}
    classes = {definition.qualname for definition in definitions if definition.kind == "class"}
    for definition in old.definitions:
        owner, dot, name = definition.qualname.rpartition(".")
        if definition.kind == "annotation" or (name.startswith("__") and name.endswith("__")):
            continue
        if (
            definition.qualname in there
            or (dot and owner not in classes)
            or (not dot and name in bound)
        ):
            continue
        yield Removed(path, definition.qualname, _kind(definition, is_member=bool(dot)))


def _definitions(facts: Facts | None) -> Iterator[tuple[str, RemovedKind]]:
    for definition in facts.definitions if facts is not None else ():
        name = definition.qualname
        yield name, _kind(definition, is_member="." in name)


def _kind(definition: Definition, *, is_member: bool) -> RemovedKind:
    kind = _KINDS.get(definition.kind, "name")
    return "method" if kind == "function" and is_member else kind
