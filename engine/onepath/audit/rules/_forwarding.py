"""What a module passes on of other modules of the repository, if that is what it is for."""

from collections.abc import Iterable, Mapping, Set
from typing import NamedTuple

from onepath.analysis.index import Index
from onepath.audit.rules._choices import choices
from onepath.model import Facts
from onepath.symbols.resolve import Resolution

WARNINGS = frozenset(("DeprecationWarning", "PendingDeprecationWarning", "FutureWarning"))


class ForwardingModule(NamedTuple):
    """A module and what it passes on of this repository."""

    path: str
    names: Mapping[str, Resolution]
    passed: Set[str]
    """Those that other files look up here, or that `__all__` names."""
    line: int
    """Where the first of it is imported."""


def find_forwarding(index: Index, path: str, looked_up: Iterable[str]) -> ForwardingModule | None:
    """What a module passes on, if that is looked up through it or meant to be."""
    facts = index.facts(path)
    names = forwarded_names(index, path)
    if not names:
        return None
    passed = set(looked_up)
    passed |= {name for name, _, _ in facts.exports.names} if facts.exports else set()
    passed &= names.keys()
    aliased = any(definition.kind == "alias" for definition in index.definitions(path).values())
    if not (passed or index.resolver.table(path).stars or (aliased and not facts.effects)):
        return None
    if _is_facade(index, path, names.values()) or _is_switch(index, path):
        return None
    line = min((fact.line for fact in facts.imports if fact.scope == 0), default=1)
    return ForwardingModule(path, names, passed, line)


def _is_facade(index: Index, path: str, meant: Iterable[Resolution]) -> bool:
    """Whether a public module offers what private modules around it define, and is to stay."""
    module = index.module(path)
    if _is_private(module) or does_warn(index, path, index.facts(path)):
        return False
    top = module.partition(".")[0]
    homes = {index.module(resolution.path) for resolution in meant}
    return all(_is_private(home) and home.partition(".")[0] == top for home in homes)


def _is_private(module: str) -> bool:
    return any(part.startswith("_") for part in module.split("."))


def _is_switch(index: Index, path: str) -> bool:
    """Whether a module chooses between definitions of other modules."""
    tables = index.resolver.table(path).names.values()
    return any(len(binders) > 1 and len(choices(index, path, binders)) > 1 for binders in tables)


def forwarded_names(index: Index, path: str) -> Mapping[str, Resolution]:
    """The names of other modules that a module has."""
    names: dict[str, Resolution] = {}
    if index.facts(path).failure is not None:
        return names
    table = index.resolver.table(path)
    starred = index.resolver.star_names(path)[0] if table.stars else frozenset()
    for name in (*table.names, *sorted(starred - table.names.keys())):
        resolution = index.resolver.name(path, name)
        if (
            resolution.kind == "definition"
            and resolution.path != path
            and not name.startswith("__")
        ):
            names[name] = resolution
    return names


def does_warn(index: Index, path: str, facts: Facts) -> bool:
    """Whether the module, or its `__getattr__`, warns that it is going."""
    if any(not WARNINGS.isdisjoint(scope.free) for scope in facts.scopes):
        return True
    if not facts.effects:
        return False
    lines = index.world.read([path]).get(path, b"").lower().split(b"\n")
    return any(b"deprecat" in b" ".join(lines[at - 1 : at + 2]) for at in facts.effects)
