"""What the names of one file mean, asked for by where they stand."""

import builtins
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from onepath.model import Use
from onepath.symbols.resolve import Resolution, Resolver
from onepath.symbols.tree.names import Tree

Symbol = tuple[str, ...]
"""What two names must share to be one thing."""


class ChainMeaning(NamedTuple):
    """What a chain of names may mean."""

    symbols: frozenset[Symbol]
    doubt: str = ""
    """Why it may be something else; empty if it is certain."""
    use: int | None = None
    """The use that it begins with, an index into the facts."""
    statement: int | None = None
    """The import that binds its first name."""


def symbol_of(resolution: Resolution) -> Symbol:
    """What a resolution leads to."""
    if resolution.kind == "definition":
        return ("definition", resolution.path, resolution.name, *resolution.rest)
    if resolution.kind == "module":
        return ("module", resolution.path)
    return ("dotted", ".".join(filter(None, (resolution.path, resolution.name, *resolution.rest))))


def symbol_named(resolver: Resolver, dotted: str) -> Symbol:
    """What a dotted path of a pattern means."""
    head = dotted.partition(".")[0]
    if hasattr(builtins, head) and resolver.modules.find(head) is None:
        return ("builtin", *dotted.split("."))
    return symbol_of(resolver.dotted(dotted))


class FileNames:
    """The names of one file.

    Args:
        tree: The file.
    """

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._facts = tree.facts

    def meaning(self, start: int, parts: Sequence[str], string: int | None) -> ChainMeaning | None:
        """What a chain of attributes means; None for what is certainly local.

        Args:
            start: Where in the file its first name is.
            parts: The names.
            string: Where the f-string begins in which it is; None if it is in none.
        """
        at = self._exact.get(start)
        if at is None and string is not None:
            at = self._in_string.get((string, parts[0]))
        if at is not None and self._facts.uses[at].name == parts[0]:
            return self._of_use(at, list(parts[1:]))
        if not self._is_free(start, parts[0]):
            return None
        return self._of_free(parts)

    def is_builtin(self, scope: int, name: str) -> bool:
        """Whether a name read in a scope is the builtin one."""
        return (
            hasattr(builtins, name)
            and not self._stars
            and not any(name in self._facts.scopes[one].bound for one in self._seen_from(scope))
        )

    @cached_property
    def _exact(self) -> dict[int, int]:
        return {use.start: at for at, use in enumerate(self._facts.uses) if use.exact}

    @cached_property
    def _in_string(self) -> dict[tuple[int, str], int]:
        """(f-string, name) -> a use of it, where all of them mean one binding."""
        found: dict[tuple[int, str], list[int]] = {}
        for at, use in enumerate(self._facts.uses):
            if not use.exact:
                found.setdefault((use.start, use.name), []).append(at)
        uses = self._facts.uses
        return {
            key: places[0]
            for key, places in found.items()
            if len({uses[at].bound_in for at in places}) == 1
        }

    def _of_use(self, at: int, attributes: list[str]) -> ChainMeaning:
        use = self._facts.uses[at]
        binding = self._tree.binding(use)
        if binding is not None and binding.sole:
            resolutions = {binding.resolution}
        else:
            resolutions = set(self._imported(use)) | ({binding.resolution} if binding else set())
        meant = frozenset(
            symbol_of(self._tree.extended(resolution, attributes)) for resolution in resolutions
        )
        statement = binding.statement if binding is not None else None
        doubt = "" if binding is not None and binding.sole else "it is bound more than once"
        return ChainMeaning(meant, doubt, at, statement)

    def _imported(self, use: Use) -> Iterator[Resolution]:
        for statement in self._facts.imports:
            scope = statement.scope
            binds = scope == use.bound_in or use.name in self._facts.scopes[scope].redirected
            for alias in statement.names if binds else ():
                if alias.bound == use.name and alias.name != "*":
                    yield self._tree.resolver.imported(self._tree.path, statement, alias)

    def _of_free(self, parts: Sequence[str]) -> ChainMeaning | None:
        """What a name means that the file does not bind: a builtin, or what a star brings."""
        name = parts[0]
        resolution = self._tree.resolver.name(self._tree.path, name)
        if self._stars and resolution.kind != "unresolved":
            meant = self._tree.extended(resolution, list(parts[1:]))
            doubt = "" if len(self._stars) == 1 else "several star imports may bring it"
            return ChainMeaning(frozenset({symbol_of(meant)}), doubt)
        if self._stars and resolution.reason != "no such name":
            rest = ".".join(parts)
            symbols: set[Symbol] = {
                ("dotted", f"{module}.{rest}") for module in self._stars if module
            }
            if hasattr(builtins, name):
                symbols.add(("builtin", *parts))
            return ChainMeaning(frozenset(symbols), "a star import may bring it")
        return ChainMeaning(frozenset({("builtin", *parts)})) if hasattr(builtins, name) else None

    @cached_property
    def _stars(self) -> tuple[str, ...]:
        """The modules of the file's star imports; an empty name for one that leads nowhere."""
        modules = self._tree.resolver.modules
        return tuple(
            modules.absolute(self._tree.path, fact.level, fact.module) or ""
            for fact in self._facts.imports
            if fact.names[0].name == "*"
        )

    def _is_free(self, start: int, name: str) -> bool:
        scope = self._tree.scope_at(start)
        return not any(name in self._facts.scopes[one].bound for one in self._seen_from(scope))

    def _seen_from(self, scope: int) -> Iterator[int]:
        """The scopes whose names are seen from one."""
        scopes, at = self._facts.scopes, scope
        while at >= 0:
            if at == scope or scopes[at].kind != "class":
                yield at
            at = scopes[at].parent
