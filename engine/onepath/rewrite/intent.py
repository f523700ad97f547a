"""Places whose purpose is the deprecated path itself: reported, never rewritten."""

from typing import NamedTuple

from onepath.model import Use, UseKind
from onepath.rewrite.draft import Draft
from onepath.rewrite.sites import Sites

CODE = "tests-the-path"
_EXPECTING = frozenset((
    "raises", "warns", "deprecated_call", "catch_warnings", "assertRaises", "assertRaisesRegex",
    "assertWarns", "assertWarnsRegex",
))  # fmt: skip


class Mention(NamedTuple):
    """A compared use that means a canonical path, and by which path it gets there."""

    path: str
    directs: frozenset[int]
    """Indices of the sites that bring it; none if it is canonical already."""
    chain: int | None


def without_purpose(draft: Draft, sites: Sites) -> Sites:
    """The sites that may be rewritten; the others are refused.

    A test that imports one thing by several paths to compare them, or that expects an import to
    warn or to fail, would become a tautology.
    """
    directs = _expected_to_fail(draft, sites)
    chains: set[int] = set()
    for group in _compared(draft, sites).values():
        if len({mention.path for mention in group}) > 1:
            directs.update(*(mention.directs for mention in group))
            chains.update(mention.chain for mention in group if mention.chain is not None)
    for index in directs:
        site = sites.directs[index]
        _refuse(draft, draft.facts.imports[site.statement].line, site.match.old)
    for index in chains:
        chain = sites.chains[index]
        _refuse(draft, draft.line_of(draft.facts.uses[chain.use].start), chain.match.old)
    return sites._replace(
        directs=tuple(site for at, site in enumerate(sites.directs) if at not in directs),
        chains=tuple(site for at, site in enumerate(sites.chains) if at not in chains),
    )


def _refuse(draft: Draft, line: int, old: str) -> None:
    draft.refuse(line, CODE, f"'{old}' is what this place is about; it is left as it is")


def _expected_to_fail(draft: Draft, sites: Sites) -> set[int]:
    found = set()
    for index, site in enumerate(sites.directs):
        at = draft.facts.imports[site.statement].block
        while at != -1:
            block = draft.facts.blocks[at]
            context = block.test.partition("(")[0].rpartition(".")[2]
            if block.kind == "with" and context in _EXPECTING:
                found.add(index)
            at = block.parent
    return found


def _compared(draft: Draft, sites: Sites) -> dict[tuple[int, str], list[Mention]]:
    """Compared uses by the scope they stand in and the canonical path that they mean."""
    brought: dict[tuple[int, str], dict[str, set[int]]] = {}
    for index, site in enumerate(sites.directs):
        statement = draft.facts.imports[site.statement]
        key = (statement.scope, statement.names[site.alias].bound)
        brought.setdefault(key, {}).setdefault(site.match.to.dotted, set()).add(index)
    canonical = _canonical_names(draft)
    chained = {site.use: at for at, site in enumerate(sites.chains)}
    groups: dict[tuple[int, str], list[Mention]] = {}
    for index, use in enumerate(draft.facts.uses):
        if not use.kind & UseKind.COMPARED:
            continue
        key = (use.bound_in, use.name)
        if index in chained:
            match = sites.chains[chained[index]].match
            mention = Mention(match.old, frozenset(), chained[index])
            groups.setdefault((use.scope, match.to.dotted), []).append(mention)
        for dotted, indices in brought.get(key, {}).items() if not use.chain else ():
            old = sites.directs[min(indices)].match.old
            mention = Mention(old, frozenset(indices), None)
            groups.setdefault((use.scope, dotted), []).append(mention)
        dotted = _canonical_path(canonical, use)
        if dotted in draft.renames.inner:
            groups.setdefault((use.scope, dotted), []).append(Mention(dotted, frozenset(), None))
    return groups


def _canonical_names(draft: Draft) -> dict[tuple[int, str], str]:
    """What each imported name is called by its full path."""
    modules = draft.renames.resolver.modules
    found = {}
    for statement in draft.facts.imports:
        for alias in statement.names:
            if not statement.is_from:
                dotted = alias.name if alias.asname else alias.bound
            else:
                module = modules.absolute(draft.path, statement.level, statement.module)
                dotted = f"{module}.{alias.name}"
            found[statement.scope, alias.bound] = dotted
    return found


def _canonical_path(names: dict[tuple[int, str], str], use: Use) -> str:
    start = names.get((use.bound_in, use.name), "")
    return ".".join((start, *(name for name, _ in use.chain)))
