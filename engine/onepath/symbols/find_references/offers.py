"""What a file offers to others by name, without the places of it: equal offers, equal resolutions.

Used to tell whether a changed file can change what names mean in files that did not change.
"""

from collections.abc import Collection, Iterable
from typing import Any

from onepath.model import Facts
from onepath.symbols.binders import Binder
from onepath.symbols.resolve import Resolver

Plain = tuple[Any, ...]


def offers(resolver: Resolver, path: str, names: Collection[str], *, starred: bool) -> Plain:
    """What resolving any of these names of a file can depend on in that file.

    Args:
        resolver: Over the snapshot.
        path: The file.
        names: What others asked for there; whether it is there or not.
        starred: Whether others asked for all names at once.

    Returns:
        The statements that bind the names, in their order but without their places, and
        everything by which a module may have names that no statement shows.
    """
    facts, table = resolver.facts(path), resolver.table(path)
    wanted = set(names)
    if starred:
        wanted.update(table.names)
    wanted = _with_heads(wanted, table.names)
    found: list[tuple[int, Plain]] = [
        (binder.start, (name, *_plain(binder)))
        for name in sorted(wanted & table.names.keys())
        for binder in table.names[name]
    ]
    found += [(star.start, ("*", star.module, star.level, star.guard)) for star in table.stars]
    scope = facts.scopes[0] if facts.scopes else None
    return (
        tuple(plain for _, plain in sorted(found)),
        wanted.intersection(scope.bound) if scope else (),
        wanted.intersection(scope.multiple) if scope else (),
        facts.failure,
        facts.has_getattr,
        facts.dynamic,
        _exports(facts) if starred else None,
    )


def _with_heads(names: Iterable[str], table: dict[str, list[Binder]]) -> set[str]:
    """The names, and those by way of which an alias among them has its meaning."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [
                binder.definition.target.partition(".")[0]
                for binder in table.get(name, ())
                if binder.definition is not None and binder.definition.kind == "alias"
            ]
    return found


def _plain(binder: Binder) -> Plain:
    if binder.imported is not None:
        statement, alias = binder.imported
        return (binder.guard, statement.is_from, statement.module, statement.level, alias[:2])
    definition = binder.definition
    return (binder.guard, definition and (definition.kind, definition.target, definition.qualname))


def _exports(facts: Facts) -> Plain | None:
    exports = facts.exports
    if exports is None:
        return None
    return tuple(name for name, _, _ in exports.names), exports.complete, exports.sources
