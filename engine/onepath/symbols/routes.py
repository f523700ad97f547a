"""Who reaches a definition by which path."""

from collections.abc import Collection, Iterable, Iterator, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from onepath.model import Definition, Facts
from onepath.symbols.binders import Binder
from onepath.symbols.graph.imports import is_deferred
from onepath.symbols.resolve import Resolution, Resolver, Step

RouteTarget = tuple[str, str]
"""(path of a file, name in it): a definition."""


class PathUse(NamedTuple):
    """One use of a written path to a module-level name."""

    module: str
    """Dotted name of the module as it resolves, or as written if it is gone."""
    name: str
    file: str
    line: int
    """Of the import; 0 for a chain of attributes."""
    resolution: Resolution
    deferred: bool = False
    """Whether it is an import in a function, or for type checkers alone."""

    @property
    def dotted(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass
class Route:
    """One path to a definition and its uses."""

    dotted: str
    steps: tuple[Step, ...] = ()
    count: int = 0
    files: set[str] = field(default_factory=set)

    def add(self, use: PathUse) -> None:
        self.count += 1
        self.files.add(use.file)
        self.steps = self.steps or use.resolution.route


def path_uses(
    path: str, facts: Facts, resolver: Resolver, names: Set[str] | None = None
) -> Iterator[PathUse]:
    """Every use of a module-level name of this repository by a path: `from` imports and chains.

    Args:
        path: A file.
        facts: Its facts.
        resolver: Tells where names lead.
        names: The names that are asked about; None for all.
    """
    modules = resolver.modules
    for statement in facts.imports:
        if not statement.is_from:
            continue
        dotted = modules.absolute(path, statement.level, statement.module)
        if not dotted:
            continue
        found = modules.find(dotted, path)
        for alias in statement.names:
            if alias.name == "*" or (names is not None and alias.name not in names):
                continue
            resolution = resolver.imported(path, statement, alias)
            if resolution.kind in ("definition", "unresolved"):
                name = modules.name(found) if found else dotted
                deferred = is_deferred(statement)
                yield PathUse(name, alias.name, path, statement.line, resolution, deferred)
    heads = None if names is None else heads_of(facts, names)
    yield from _chain_uses(path, facts, resolver, heads)


def heads_of(facts: Facts, names: Set[str]) -> Set[tuple[int, str]]:
    """(scope that binds it, name) of what one of these names is read from, or which is one."""
    return {
        (bound_in, head)
        for head, _, bound_in, _, _, _, chain, _ in facts.plain_uses
        if head in names or (chain and not names.isdisjoint([name for name, _ in chain]))
    }


def _chain_uses(
    path: str, facts: Facts, resolver: Resolver, heads: Set[tuple[int, str]] | None
) -> Iterator[PathUse]:
    modules: dict[tuple[int, str], str] = {}
    for statement in facts.imports:
        for alias in statement.names:
            if alias.name != "*" and (heads is None or (statement.scope, alias.bound) in heads):
                target = resolver.imported(path, statement, alias)
                if target.kind == "module":
                    modules[statement.scope, alias.bound] = target.path
    if not modules:
        return
    # Records are made of none of them: there are millions in a large repository.
    for head, _, bound_in, _, _, _, chain, _ in facts.plain_uses:
        at = modules.get((bound_in, head)) if chain else None
        for name, _ in chain if at is not None else ():
            inner = resolver.name(at or "", name)
            if inner.kind == "module":
                at = inner.path
                continue
            if inner.kind == "definition" and at is not None:
                yield PathUse(resolver.modules.name(at), name, path, 0, inner)
            break


def names_of(
    targets: Collection[RouteTarget],
    paths: Iterable[str],
    resolver: Resolver,
    words: Collection[str],
) -> dict[Step, Resolution]:
    """Module-level names in these files that lead to one of some definitions.

    Args:
        targets: The definitions.
        paths: The files.
        resolver: Tells where names lead.
        words: What a name must be, or must be bound to; names that are found count as well. Whoever
            asks again with more files, until no more names are found, finds all.
    """
    paths, words = list(paths), set(words)
    found: dict[Step, Resolution] = {}
    tables = ((path, resolver.table(path).names) for path in paths)
    candidates: list[Step] = [
        (path, name)
        for path, names in tables
        for name, binders in names.items()
        if name in words or not words.isdisjoint(_words_of(binders))
    ]
    mentioning: dict[str, list[Step]] | None = None
    while candidates:
        step = candidates.pop()
        resolution = resolver.name(*step) if step not in found else None
        if resolution is None or resolution.kind != "definition" or resolution.rest:
            continue
        if (resolution.path, resolution.name) not in targets:
            continue
        found[step] = resolution
        if step[1] not in words:
            words.add(step[1])
            mentioning = mentioning or _by_word(paths, resolver)
            candidates += mentioning.get(step[1], ())
    return dict(sorted(found.items()))


def _by_word(paths: Iterable[str], resolver: Resolver) -> dict[str, list[Step]]:
    """Word -> the module-level names that are it, or are bound to what it is part of."""
    found: dict[str, list[Step]] = {}
    for path in paths:
        for name, binders in resolver.table(path).names.items():
            for word in {name, *_words_of(binders)}:
                found.setdefault(word, []).append((path, name))
    return found


def _words_of(binders: Iterable[Binder]) -> Iterator[str]:
    for binder in binders:
        if binder.imported is not None:
            yield binder.imported[1].name
        if binder.definition is not None and binder.definition.target:
            yield from binder.definition.target.split(".")


def is_shim(path: str, resolver: Resolver) -> bool:
    """Whether a module only forwards: imports, aliases and `__all__`, and nothing of its own.

    It may warn that it is going.
    """
    facts = resolver.facts(path)
    if not facts.imports or facts.effects or facts.failure is not None:
        return False
    return not any(is_own(path, definition, resolver) for definition in facts.definitions)


def is_own(path: str, definition: Definition, resolver: Resolver) -> bool:
    """Whether a definition is no other name of something, nor what stands in for an import."""
    name = definition.qualname
    if name.startswith("__"):
        return False
    if definition.kind == "assign":
        binders = resolver.table(path).names.get(name, ())
        return not any(binder.imported for binder in binders)
    return definition.kind != "alias" or is_new_value(path, definition, resolver)


def is_new_value(path: str, definition: Definition, resolver: Resolver) -> bool:
    """Whether an alias is no other name of something: `pi = registry.pi` reads a new value."""
    if definition.kind != "alias" or "." not in definition.target or "." in definition.qualname:
        return False
    resolution = resolver.name(path, definition.qualname)
    return (resolution.kind, resolution.path, resolution.name) == (
        "definition",
        path,
        definition.qualname,
    )
