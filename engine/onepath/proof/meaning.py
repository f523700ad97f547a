"""What every use in a file means, so that before and after can be compared."""

from collections.abc import Callable
from typing import Any

from onepath.model import Alias, Facts, ImportFact, Use
from onepath.symbols.renames import Match, Renames
from onepath.symbols.resolve import Resolution, Resolver
from onepath.symbols.sites import chain_start

Meaning = tuple[Any, ...]
Canonical = Callable[[Match], Resolution]


class Reader:
    """Reads the meaning of uses in one state of the code.

    Args:
        resolver: Over that state.
        renames: For the state before: what is deprecated there; None for the state after.
        canonical: What a deprecated path shall mean afterwards.
    """

    def __init__(
        self, resolver: Resolver, renames: Renames | None = None, canonical: Canonical | None = None
    ) -> None:
        self._resolver = resolver
        self._renames = renames
        self._canonical = canonical

    def meanings(self, path: str, facts: Facts) -> list[tuple[Use, frozenset[Meaning]]]:
        """Each use, in the order of the file, with all that it may mean."""
        binders: dict[tuple[int, str], list[tuple[ImportFact, Alias]]] = {}
        for statement in facts.imports:
            for alias in statement.names:
                if alias.name != "*":
                    binders.setdefault((statement.scope, alias.bound), []).append(
                        (statement, alias)
                    )
        starts: dict[tuple[int, str], str | None] = {}
        known: dict[tuple[Any, ...], frozenset[Meaning]] = {}
        found = []
        for use in facts.uses:
            key = (use.bound_in, use.name)
            chain = tuple(name for name, _ in use.chain)
            same = (key, chain)
            if same in known:
                found.append((use, known[same]))
                continue
            if key not in binders:
                known[same] = frozenset({("local", use.name, chain)})
                found.append((use, known[same]))
                continue
            if self._renames is not None and key not in starts:
                starts[key] = chain_start(path, facts, self._renames, *key)
            meanings = {
                self._bound(path, statement, alias, use, starts.get(key))
                for statement, alias in binders[key]
            }
            known[same] = frozenset(meanings)
            found.append((use, known[same]))
        return found

    def _bound(
        self, path: str, statement: ImportFact, alias: Alias, use: Use, start: str | None
    ) -> Meaning:
        chain = tuple(name for name, _ in use.chain)
        renames, canonical = self._renames, self._canonical
        if renames is not None and canonical is not None:
            bound_itself = statement.is_from or alias.asname
            match = renames.of_alias(path, statement, alias) if bound_itself else None
            if match is not None:
                return self._further(canonical(match), chain)
            match = renames.of_chain(path, start, use) if start is not None else None
            if match is not None:
                return self._further(canonical(match), chain[match.length :])
        target = self._resolver.imported(path, statement, alias)
        if renames is not None and canonical is not None:
            for step in target.route:
                passed = renames.symbols.get(step)
                if passed is not None:
                    return self._further(canonical(passed), (*target.rest, *chain))
        return self._further(target, chain)

    def _further(self, target: Resolution, chain: tuple[str, ...]) -> Meaning:
        if target.kind == "module" and chain:
            target = self._resolver.attributes(target.path, list(chain))
            chain = ()
        if target.kind == "unresolved":
            return ("unresolved",)
        if target.kind == "external":
            # `import a.b; a.b.c` and `from a import b; b.c` are one thing outside, too.
            return ("external", ".".join((target.path, *target.rest, *chain)))
        return (target.kind, target.path, target.name, (*target.rest, *chain))
