"""What the names of a file mean, so that before and after can be compared."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from onepath.model import Alias, BindingKey, Facts, ImportFact, Use
from onepath.symbols.renames import ChainStart, Match, Renames
from onepath.symbols.resolve import Resolution, Resolver
from onepath.symbols.sites import chain_start

Meaning = tuple[Any, ...]
CanonicalOf = Callable[[Match], Resolution]
WrittenName = tuple[bool, str, str, bool]
"""An import as written: whether `from`, absolute module, name, whether it has an `as`."""


def differs(before: frozenset[Meaning], after: frozenset[Meaning]) -> bool:
    """Whether a use means something else; what led nowhere before may lead anywhere."""
    return before != after and not any(meaning[0] == "unresolved" for meaning in before)


def is_nowhere(meaning: Meaning) -> bool:
    """Whether a name certainly leads nowhere; one that is made at run time may be there."""
    return meaning[0] == "unresolved" and meaning[1] in ("no such module", "no such name")


class MeaningReader:
    """Reads meanings in one state of the code.

    Args:
        resolver: Over that state.
        renames: For the state before: what is deprecated there; None for the state after.
        canonical: What a deprecated path shall mean afterwards.
    """

    def __init__(
        self,
        resolver: Resolver,
        renames: Renames | None = None,
        canonical: CanonicalOf | None = None,
    ) -> None:
        self.resolver = resolver
        self._renames = renames
        self._canonical = canonical

    def open(self, path: str, facts: Facts) -> "FileMeanings":
        """The meanings in one file."""
        return FileMeanings(self, path, facts)

    def start(self, path: str, facts: Facts, key: BindingKey) -> ChainStart | None:
        """The module that a name is bound to, where deprecated paths are looked for."""
        return None if self._renames is None else chain_start(path, facts, self._renames, *key)

    def imported(
        self,
        path: str,
        statement: ImportFact,
        alias: Alias,
        use: Use | None,
        start: ChainStart | None,
    ) -> Meaning:
        """What a name that one import binds means, with the attributes that a use adds."""
        chain = () if use is None else tuple(name for name, _ in use.chain)
        renames, canonical = self._renames, self._canonical
        if renames is not None and canonical is not None:
            # The path that is longer says more than the module that it begins with.
            match = renames.of_chain(path, start, use) if start is not None and use else None
            if match is not None:
                return self._further(canonical(match), chain[match.length :])
            bound_itself = statement.is_from or alias.asname
            match = renames.of_alias(path, statement, alias) if bound_itself else None
            if match is not None:
                return self._further(canonical(match), chain)
        target = self.portion(self.resolver.imported(path, statement, alias))
        if renames is not None and canonical is not None:
            for step in target.route:
                passed = renames.symbols.get(step)
                if passed is not None:
                    return self._further(canonical(passed), (*target.rest, *chain))
        return self._further(target, chain)

    def portion(self, target: Resolution) -> Resolution:
        """What a namespace package has not here: another distribution may bring that part of it."""
        if target.reason != "no such name" or not target.path.endswith("/"):
            return target
        namespace = self.resolver.modules.name(target.path)
        return Resolution("external", f"{namespace}.{target.name}", "", target.rest)

    def _further(self, target: Resolution, chain: tuple[str, ...]) -> Meaning:
        if target.kind == "module" and chain:
            target = self.portion(self.resolver.attributes(target.path, list(chain)))
            chain = ()
        if target.kind == "unresolved":
            return ("unresolved", target.reason)
        if target.kind == "external":
            # `import a.b; a.b.c` and `from a import b; b.c` are one thing outside, too.
            return ("external", ".".join((target.path, *target.rest, *chain)))
        return (target.kind, target.path, target.name, (*target.rest, *chain))


class FileMeanings:
    """One file in one state. What is only compared as written is never resolved.

    Resolving reads the modules on the way, and most of what a test file imports has nothing to do
    with a change.
    """

    def __init__(self, reader: MeaningReader, path: str, facts: Facts) -> None:
        self._reader = reader
        self._path = path
        self._facts = facts
        self._starts: dict[BindingKey, ChainStart | None] = {}
        self._known: dict[tuple[BindingKey, tuple[str, ...]], frozenset[Meaning]] = {}

    @cached_property
    def binders(self) -> dict[BindingKey, list[tuple[ImportFact, Alias]]]:
        """The imports that bind each name."""
        found: dict[BindingKey, list[tuple[ImportFact, Alias]]] = {}
        for statement, alias in self._aliases():
            found.setdefault((statement.scope, alias.bound), []).append((statement, alias))
        return found

    @cached_property
    def written(self) -> dict[BindingKey, frozenset[WrittenName]]:
        """The imports that bind each name, as they are written."""
        return {
            key: frozenset(self._as_written(statement, alias) for statement, alias in binders)
            for key, binders in self.binders.items()
        }

    def unresolved(self, besides: frozenset[WrittenName]) -> set[str]:
        """Imports that lead nowhere, those left out that are written as in `besides`."""
        found = set()
        for statement, alias in self._aliases():
            if self._as_written(statement, alias) not in besides:
                resolver = self._reader.resolver
                # `import a.b` binds `a`, and fails without `a.b`.
                target = (
                    self._reader.portion(resolver.imported(self._path, statement, alias))
                    if statement.is_from
                    else resolver.module(self._path, alias.name)
                )
                if target.reason in ("no such module", "no such name"):
                    found.add(".".join(filter(None, (statement.module, alias.name))))
        return found

    def meaning(self, use: Use) -> frozenset[Meaning]:
        """All that a use may mean."""
        key = (use.bound_in, use.name)
        chain = tuple(name for name, _ in use.chain)
        known = self._known.get((key, chain))
        if known is None:
            if key in self.binders:
                known = frozenset(self._imported(key, use))
            else:
                known = frozenset({("local", use.name, chain)})
            self._known[key, chain] = known
        return known

    def bound(self, key: BindingKey) -> frozenset[Meaning]:
        """All that a name that imports bind may mean, whether or not it is used."""
        return frozenset(self._imported(key, None))

    def _imported(self, key: BindingKey, use: Use | None) -> Iterator[Meaning]:
        if key not in self._starts:
            self._starts[key] = self._reader.start(self._path, self._facts, key)
        for statement, alias in self.binders[key]:
            yield self._reader.imported(self._path, statement, alias, use, self._starts[key])

    def _aliases(self) -> Iterator[tuple[ImportFact, Alias]]:
        for statement in self._facts.imports:
            for alias in statement.names:
                if alias.name != "*":
                    yield statement, alias

    def _as_written(self, statement: ImportFact, alias: Alias) -> WrittenName:
        modules = self._reader.resolver.modules
        module = modules.absolute(self._path, statement.level, statement.module) or ""
        return statement.is_from, module, alias.name, alias.asname is None
