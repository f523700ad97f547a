"""Every place of one file that spells a deprecated path."""

from collections.abc import Container, Iterator, Mapping
from typing import NamedTuple

from onepath.model import Alias, Facts, ImportFact, Use, UseKind
from onepath.symbols.modules import is_package
from onepath.symbols.renames import ChainStart, Match, Renames
from onepath.symbols.resolve import Resolver


class DirectSite(NamedTuple):
    """A name in an import statement: `from old import Name`, `import old.module`."""

    statement: int
    alias: int
    match: Match


class ChainSite(NamedTuple):
    """A path reached through an imported module: `module.Name`."""

    use: int
    match: Match
    string: int = -1
    """The string that has the last part of the path, as in `patch.object(module, "Name")`: an index
    into `Facts.strings`; -1 where the use has all of it."""

    def chain(self, facts: Facts) -> Use:
        """The use, with the part that a string has."""
        use = facts.uses[self.use]
        if self.string < 0:
            return use
        end = use.chain[-1][1] if use.chain else use.end
        return use._replace(chain=(*use.chain, (facts.strings[self.string].value, end)))


class StarSite(NamedTuple):
    """A star import through which a deprecated path may come."""

    statement: int
    module: str


class Sites(NamedTuple):
    """What one file has."""

    directs: tuple[DirectSite, ...]
    chains: tuple[ChainSite, ...]
    stars: tuple[StarSite, ...]

    def __bool__(self) -> bool:
        return bool(self.directs or self.chains or self.stars)


def find_sites(path: str, facts: Facts, renames: Renames) -> Sites:
    """Look through the imports and attribute chains of a file."""
    directs, stars = [], []
    for index, statement in enumerate(facts.imports):
        for place, alias in enumerate(statement.names):
            if alias.name == "*":
                module = renames.star_modules(path, statement)
                if module is not None:
                    stars.append(StarSite(index, module))
            else:
                match = renames.of_alias(path, statement, alias)
                match = None if match is None else renames.placed(path, match)
                if match is not None:
                    directs.append(DirectSite(index, place, match))
    return Sites(tuple(directs), tuple(_chains(path, facts, renames)), tuple(stars))


def _chains(path: str, facts: Facts, renames: Renames) -> Iterator[ChainSite]:
    words = frozenset(renames.words)
    starts: dict[tuple[int, str], ChainStart | None] = {}
    for index, use in enumerate(facts.uses):
        if use.name not in renames.tops and not may_match(use, words):
            continue
        key = (use.bound_in, use.name)
        if key not in starts:
            starts[key] = chain_start(path, facts, renames, *key)
        start = starts[key]
        if start is not None:
            match = renames.of_chain(path, start, use)
            match = None if match is None else renames.placed(path, match)
            if match is not None:
                yield ChainSite(index, match)


def may_match(use: Use, words: Container[str]) -> bool:
    """Whether a chain has one of some words, so that it may be a renamed path."""
    return bool(use.chain) and any(name in words for name, _ in use.chain)


def chain_start(
    path: str, facts: Facts, renames: Renames, scope: int, name: str
) -> ChainStart | None:
    """The one module that a name is bound to; else None."""
    starts = starts_of(path, facts, renames, scope, name)
    return starts[0] if len(starts) == 1 else None


def starts_of(
    path: str, facts: Facts, renames: Renames, scope: int, name: str
) -> tuple[ChainStart, ...]:
    """All modules that a name may be bound to, by their names; none if it is anything else."""
    named: dict[str, bool] = {}
    loaded: set[str] = set()
    for index, _, alias in facts.binders.get((scope, name), ()):
        statement = facts.imports[index]
        if not statement.is_from:
            named[alias.name if alias.asname else name] = alias.asname is not None
            if not alias.asname:
                loaded.update(_with_parents(alias.name))
            continue
        module = _imported_module(path, statement, alias, renames)
        if module is None:
            return ()
        named[module] = True
    return tuple(
        ChainStart(module, named[module], frozenset() if named[module] else frozenset(loaded))
        for module in sorted(named)
    )


def _imported_module(
    path: str, statement: ImportFact, alias: Alias, renames: Renames
) -> str | None:
    """The dotted name of the module that `from a import b` may bind; None if it is no module."""
    resolver = renames.resolver
    target = resolver.imported(path, statement, alias)
    if target.kind == "module":
        return resolver.modules.name(target.path)
    if target.kind == "external":
        # Whatever it is: what is read from it is read by a path that is deprecated.
        return target.path if target.path in renames.above else None
    if target.kind == "unresolved" and target.reason in ("no such module", "no such name"):
        module = resolver.modules.absolute(path, statement.level, statement.module)
        return f"{module}.{alias.name}"
    return None


def _with_parents(dotted: str) -> Iterator[str]:
    while dotted:
        yield dotted
        dotted = dotted.rpartition(".")[0]


def is_written_to(use: Use) -> bool:
    """Whether the use assigns to, or deletes, what the chain names."""
    return bool(use.kind & (UseKind.STORE | UseKind.DELETE))


def may_be_renamed(
    sites: Mapping[str, Sites], facts: Mapping[str, Facts], resolver: Resolver
) -> dict[str, frozenset[str]]:
    """The module-level names of files that may get another name, or go, as their paths move.

    Args:
        sites: By file.
        facts: Those of these files at least.
        resolver: Knows what star imports bring.
    """
    found = {
        path: frozenset(_bound(one, facts[path], resolver))
        for path, one in sites.items()
        if not is_package(path) and not path.endswith(".pyi")  # these keep all names
    }
    return {path: names for path, names in found.items() if names}


def _bound(sites: Sites, facts: Facts, resolver: Resolver) -> Iterator[str]:
    imported = {
        alias.name for statement in facts.imports for alias in statement.names if alias.asname
    }
    for site in sites.directs:
        statement = facts.imports[site.statement]
        alias, to = statement.names[site.alias], site.match.to
        if statement.scope == 0 and (alias.bound != to.leaf or to.leaf in imported):
            yield alias.bound
    yield from _replaceable(sites, facts)
    for star in sites.stars:
        if facts.imports[star.statement].scope == 0 and not star.module.startswith("?"):
            yield from resolver.star_names(star.module)[0]


def _replaceable(sites: Sites, facts: Facts) -> Iterator[str]:
    """Names of modules of which nothing is read but what moves: the import may be replaced."""
    moving = {site.use for site in sites.chains}
    names = {facts.uses[use].name for use in moving if facts.uses[use].bound_in == 0}
    if not names:
        return
    for index, use in enumerate(facts.uses):
        if use.bound_in == 0 and index not in moving:
            names.discard(use.name)
    for statement in facts.imports:
        for alias in statement.names if statement.scope == 0 else ():
            if alias.bound in names:
                yield alias.bound
