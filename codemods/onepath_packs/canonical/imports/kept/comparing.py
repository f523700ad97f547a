"""Functions that set one route to a symbol against another: they keep both."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from onepath.edit.draft import Draft
from onepath.edit.imports.guards import catches_import_errors
from onepath.facts.extract.file import parse
from onepath.facts.source import SourceText, UndecodableError
from onepath.model import Block, Guard, ImportFact
from onepath.symbols.find_references.callees import Purpose, purpose_of
from onepath.symbols.renames import module_id
from onepath.symbols.sites import Sites

_DISPLAYS = (ast.List, ast.Tuple, ast.Set, ast.Dict)


class CanonicalUse(NamedTuple):
    """A use that means a canonical path, and by which path it gets there."""

    path: str
    directs: frozenset[int]
    """Indices of the sites that bring it; none if it is canonical already."""
    chain: int | None


class KeptSites(NamedTuple):
    """The sites that stay."""

    directs: set[int]
    chains: set[int]

    def add(self, mentions: Iterable[CanonicalUse]) -> None:
        """Let what mentions rest on stay."""
        for mention in mentions:
            self.directs.update(mention.directs)
            if mention.chain is not None:
                self.chains.add(mention.chain)


class _Route(NamedTuple):
    """An import of a canonical thing."""

    path: str
    statement: ImportFact
    bound: str
    site: int | None


def by_two_routes(draft: Draft, sites: Sites) -> set[int]:
    """The `from` imports, by their index in the sites, that are there for the route they take.

    One function imports a symbol by two routes; or a file tries two routes only to see whether
    they work: what it imports is not used.
    """
    compared: list[_Route] = []
    tried: dict[str, list[_Route]] = {}
    for scope, routes in _routes(draft, sites).items():
        for canonical, group in routes.items():
            if draft.facts.scopes[scope].kind != "module" and _are_compared(draft, group):
                compared += group
            only_tried = [route for route in group if _is_only_tried(draft, route)]
            tried.setdefault(canonical, []).extend(only_tried)
    for group in tried.values():
        if len({route.path for route in group}) > 1:
            compared += group
    return {route.site for route in compared if route.site is not None}


def strings_by_two_routes(draft: Draft) -> frozenset[int]:
    """The functions (scopes) that import a symbol by strings, or by a string and a statement."""
    paths: dict[tuple[int, str], set[str]] = {}
    facts, renames = draft.facts, draft.renames
    if renames.homes:
        return frozenset()
    leaves = {*renames.words, *(dotted.rpartition(".")[2] for dotted in renames.inner)}
    for string in facts.strings:
        value = string.value.replace(":", ".")
        module, _, name = value.rpartition(".")
        if name not in leaves or facts.scopes[string.scope].kind == "module":
            continue
        match = renames.symbol(module_id(renames.resolver, module, draft.path), name)
        canonical = value if value in renames.inner else match and match.to.dotted
        purpose = purpose_of(draft.path, facts, renames.resolver, string)
        if canonical and purpose is Purpose.IMPORTS:
            paths.setdefault((string.scope, canonical), set()).add(value)
    for (scope, canonical), found in paths.items():
        for statement in facts.imports:
            if statement.scope == scope:
                found.update(path for path, to in _imported(draft, statement) if to == canonical)
    return frozenset(scope for (scope, _), found in paths.items() if len(found) > 1)


def in_displays(
    draft: Draft, mentions: Mapping[int, tuple[str, CanonicalUse]]
) -> Iterator[CanonicalUse]:
    """The uses that stand in one display with a use of the same thing by another path.

    Args:
        draft: The file.
        mentions: By the offset at which a use begins: what it means, and the mention.
    """
    paths: dict[str, set[str]] = {}
    for canonical, mention in mentions.values():
        paths.setdefault(canonical, set()).add(mention.path)
    if not any(len(found) > 1 for found in paths.values()):
        return
    try:
        text = SourceText(draft.data)
        tree = parse(text.utf8)
    except (SyntaxError, UndecodableError):
        return
    for display in _displays(tree):
        groups: dict[str, list[CanonicalUse]] = {}
        for node in _elements(display):
            name: ast.expr = node
            while isinstance(name, ast.Attribute):
                name = name.value
            offset = text.line_starts[name.lineno - 1] + name.col_offset
            found = mentions.get(text.to_file(offset))
            if found is not None:
                groups.setdefault(found[0], []).append(found[1])
        for group in groups.values():
            if len({mention.path for mention in group}) > 1:
                yield from group


def _routes(draft: Draft, sites: Sites) -> Mapping[int, Mapping[str, list[_Route]]]:
    """The imports of each canonical path, by scope."""
    found: dict[int, dict[str, list[_Route]]] = {}
    if not sites.directs:
        return found
    at_site = {(site.statement, site.alias): at for at, site in enumerate(sites.directs)}
    for index, statement in enumerate(draft.facts.imports):
        for place, alias in enumerate(statement.names if statement.is_from else ()):
            site = at_site.get((index, place))
            if site is not None:
                match = sites.directs[site].match
                if draft.renames.resolver.dotted(match.to.dotted).kind == "module":
                    continue  # a module is bound for what is read from it
                path, canonical = match.old, match.to.dotted
            else:
                module = draft.renames.resolver.modules.absolute(
                    draft.path, statement.level, statement.module
                )
                path = canonical = f"{module}.{alias.name}"
                if canonical not in draft.renames.inner:
                    continue
            route = _Route(path, statement, alias.bound, site)
            found.setdefault(statement.scope, {}).setdefault(canonical, []).append(route)
    return found


def _imported(draft: Draft, statement: ImportFact) -> Iterator[tuple[str, str]]:
    """The path and the canonical path of each name of a `from` import that has one."""
    renames = draft.renames
    for alias in statement.names if statement.is_from else ():
        match = renames.of_alias(draft.path, statement, alias)
        module = renames.resolver.modules.absolute(draft.path, statement.level, statement.module)
        dotted = f"{module}.{alias.name}"
        if match is not None:
            yield match.old, match.to.dotted
        elif dotted in renames.inner:
            yield dotted, dotted


def _are_compared(draft: Draft, group: Sequence[_Route]) -> bool:
    """Whether imports of one thing give it several names, or are tried one by one.

    They are not compared where one stands in for another that failed, or only binds it again.
    """
    if len({route.path for route in group}) == 1:
        return False
    tried = [_try_around(draft, route) for route in group]
    owners = [None if block is None else block.owner_start for block in tried]
    kinds = {block.kind for block in tried if block is not None}
    if len({route.bound for route in group}) > 1:
        return True
    if len(set(owners)) == 1 and kinds == {"try", "except"}:
        return False
    return any(owner is not None for owner in owners) and len(set(owners)) > 1


def _is_only_tried(draft: Draft, route: _Route) -> bool:
    """Whether an import is in a `try` for missing imports, and nothing uses what it binds."""
    block = _try_around(draft, route)
    if block is None or block.kind != "try":
        return False
    catches = any(
        other.kind == "except"
        and other.owner_start == block.owner_start
        and catches_import_errors(other.test)
        for other in draft.facts.blocks
    )
    return catches and not draft.uses_of(route.statement.scope, route.bound)


def _try_around(draft: Draft, route: _Route) -> Block | None:
    """The part of a `try` statement in which an import is directly."""
    block = draft.facts.blocks[route.statement.block]
    guarded = route.statement.guard & (Guard.TRY | Guard.HANDLER)
    return block if guarded and block.kind in ("try", "except") else None


def _displays(tree: ast.AST) -> Iterator[ast.expr]:
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _DISPLAYS):
            yield node
        waiting.extend(ast.iter_child_nodes(node))


def _elements(display: ast.expr) -> Iterator[ast.Name | ast.Attribute]:
    """The names and chains among the elements of a display, and of displays in it."""
    match display:
        case ast.Name() | ast.Attribute():
            yield display
        case ast.List(elts=inside) | ast.Tuple(elts=inside) | ast.Set(elts=inside):
            for node in inside:
                yield from _elements(node)
        case ast.Dict(keys=keys, values=values):
            for item in (*keys, *values):
                if item is not None:
                    yield from _elements(item)
