"""Places whose purpose is the deprecated path itself: reported, never rewritten."""

import re
from collections.abc import Iterable, Iterator, Sequence

from onepath.analysis.expecting import expecting_lines, expects, indentation
from onepath.edit.draft import Draft
from onepath.model import Block, Use, UseKind
from onepath.symbols.sites import Sites
from onepath_packs.canonical.imports.kept.comparing import (
    CanonicalUse,
    KeptSites,
    by_two_routes,
    in_displays,
)
from onepath_packs.canonical.imports.statements.switches import ALTERNATIVES

CODE = "tests-the-path"
_MISSING = re.compile(r"\b(?:Import|ModuleNotFound|Attribute)Error\b")
_ASSIGNED = re.compile(r"\s*([^\W\d]\w*)\s*=\s*")
_LONGEST_HEAD = 1000
"""Bytes before a value, on its line, that can be all of `name = `."""
_FAILING_LINE = re.compile(
    r"\s*(?:(?:pytest|self)\.fail\(|fail\(|raise AssertionError|assert (?:False|0)\b)"
)


def without_purpose(draft: Draft, sites: Sites) -> Sites:
    """The sites that may be rewritten; the others are refused.

    A test that imports one thing by several paths to compare them, or that expects an import to
    warn or to fail, would become a tautology. Where a definition itself moves, no test is about
    its old path as a route.
    """
    if draft.renames.homes:
        return sites
    directs, chains = taken = KeptSites(*_expected_to_fail(draft, sites))
    directs |= by_two_routes(draft, sites)
    mentions = list(_mentions(draft, sites))
    groups: dict[tuple[int, str], list[CanonicalUse]] = {}
    for use, canonical, mention in mentions:
        if use.kind & UseKind.COMPARED or _is_compared_later(draft, use):
            groups.setdefault((use.scope, canonical), []).append(mention)
    for group in groups.values():
        if len({mention.path for mention in group}) > 1:
            taken.add(group)
    apart = KeptSites(set(), set())
    for group in _of_two_definitions(draft, mentions):
        if len({mention.path for mention in group}) > 1:
            apart.add(group)
    exact = {use.start: (to, mention) for use, to, mention in mentions if use.exact}
    taken.add(in_displays(draft, exact))
    for index in directs | apart.directs:
        site = sites.directs[index]
        refuse = refuse_purpose if index in directs else _refuse_alternative
        refuse(draft, draft.facts.imports[site.statement].line, site.match.old)
    for index in chains | apart.chains:
        chain = sites.chains[index]
        refuse = refuse_purpose if index in chains else _refuse_alternative
        refuse(draft, draft.line_of(draft.facts.uses[chain.use].start), chain.match.old)
    directs |= apart.directs
    chains |= apart.chains
    return sites._replace(
        directs=tuple(site for at, site in enumerate(sites.directs) if at not in directs),
        chains=tuple(site for at, site in enumerate(sites.chains) if at not in chains),
    )


def is_failure_expected(draft: Draft, offset: int) -> bool:
    """Whether a place is in a `with` that expects what is inside to fail or to warn.

    Where a definition itself moves, what fails inside is not its path.
    """
    if draft.renames.homes:
        return False
    if draft.expecting is None:
        draft.expecting = tuple(expecting_lines(draft.text(0, len(draft.data)).split("\n")))
    line = draft.line_of(offset) - 1
    return line < len(draft.expecting) and draft.expecting[line]


def refuse_purpose(draft: Draft, line: int, old: str) -> None:
    """Leave a place that is about the deprecated path."""
    draft.refuse(line, CODE, f"'{old}' is what this place is about; it is left as it is")


def _refuse_alternative(draft: Draft, line: int, old: str) -> None:
    """Leave a place that uses two definitions, of which one was to take the other's place."""
    new = draft.renames.olds[old].dotted
    reason = f"'{old}' is used here beside '{new}', which is another definition: both are kept"
    draft.refuse(line, ALTERNATIVES, reason)


def _expected_to_fail(draft: Draft, sites: Sites) -> tuple[set[int], set[int]]:
    """Imports and chains inside what expects a failure or a warning."""
    directs = {
        index
        for index, site in enumerate(sites.directs)
        if _is_expected(draft, draft.facts.imports[site.statement].block)
    }
    chains = {
        index
        for index, site in enumerate(sites.chains)
        if is_failure_expected(draft, draft.facts.uses[site.use].start)
    }
    return directs, chains


def _is_expected(draft: Draft, at: int) -> bool:
    while at != -1:
        block = draft.facts.blocks[at]
        if block.kind == "with" and expects(block.test, alone=block.size == 1):
            return True
        if (
            block.kind == "try"
            and _catches_a_missing_path(draft, block)
            and _fails_unless_raised(draft, block)
        ):
            return True
        at = block.parent
    return False


def _catches_a_missing_path(draft: Draft, block: Block) -> bool:
    return any(
        other.kind == "except"
        and other.owner_start == block.owner_start
        and _MISSING.search(other.test)
        for other in draft.facts.blocks
    )


def _fails_unless_raised(draft: Draft, block: Block) -> bool:
    """Whether the test fails if the body of a `try` gets to its end: there, or in its `else`."""
    lines = draft.text(block.owner_start, block.owner_end).split("\n")
    start = draft.line_start(block.owner_start)
    depth = len(draft.text(start, block.owner_start))
    header = "try"
    for line in lines[1:]:
        if line.strip() and indentation(line) == depth:
            header = re.split(r"\W", line.strip(), maxsplit=1)[0]
        elif header in ("try", "else") and _FAILING_LINE.match(line):
            return True
    return False


def _mentions(draft: Draft, sites: Sites) -> Iterator[tuple[Use, str, CanonicalUse]]:
    """Every use that means a canonical path by itself, with that path."""
    brought: dict[tuple[int, str], dict[str, set[int]]] = {}
    for index, site in enumerate(sites.directs):
        statement = draft.facts.imports[site.statement]
        key = (statement.scope, statement.names[site.alias].bound)
        brought.setdefault(key, {}).setdefault(site.match.to.dotted, set()).add(index)
    canonical = _canonical_names(draft)
    chained = {site.use: at for at, site in enumerate(sites.chains)}
    for index, use in enumerate(draft.facts.uses):
        if index in chained:
            match = sites.chains[chained[index]].match
            yield use, match.to.dotted, CanonicalUse(match.old, frozenset(), chained[index])
        for to, indices in brought.get((use.bound_in, use.name), {}).items():
            if not use.chain:
                old = sites.directs[min(indices)].match.old
                yield use, to, CanonicalUse(old, frozenset(indices), None)
        dotted = _canonical_path(canonical, use)
        if dotted in draft.renames.inner:
            yield use, dotted, CanonicalUse(dotted, frozenset(), None)


def _of_two_definitions(
    draft: Draft, mentions: Sequence[tuple[Use, str, CanonicalUse]]
) -> Iterable[list[CanonicalUse]]:
    """The uses in one function or class, or on one line of a module, of what is two definitions.

    With one of them in place of both, it would do another thing, or the same one twice.
    """
    alternatives = draft.renames.alternatives - draft.renames.merged
    canonical = {draft.renames.olds[old].dotted for old in alternatives}
    groups: dict[tuple[int, int, str], list[CanonicalUse]] = {}
    for use, to, mention in mentions if alternatives else ():
        if to in canonical:
            line = 0 if use.scope else draft.line_of(use.start)
            groups.setdefault((use.scope, line, to), []).append(mention)
    return groups.values()


def _is_compared_later(draft: Draft, use: Use) -> bool:
    """Whether the use is all that a name is assigned, and that name is compared in its scope."""
    line_start = draft.line_start(use.start)
    if use.start - line_start > _LONGEST_HEAD:
        return False
    end = use.chain[-1][1] if use.chain else use.end
    match = _ASSIGNED.fullmatch(draft.text(line_start, use.start))
    if match is None or draft.text(end, draft.line_end(end)).partition("#")[0].strip():
        return False
    scope = draft.facts.scopes[use.scope]
    name = re.escape(match[1])
    comparing = re.compile(
        rf"\b{name}\s+is\s+(?!(?:not\s+)?None\b)|\bis\s+(?:not\s+)?{name}\b"
        rf"|\b{name}\s*[!=]=|[!=]=\s*{name}\b"
        rf"|\b(?:assert(?:Is|IsNot|Equal)|id|issubclass)\([^()\n]*\b{name}\b"
    )
    return comparing.search(draft.text(scope.start, scope.end)) is not None


def _canonical_names(draft: Draft) -> dict[tuple[int, str], str]:
    """The full path of each imported name that a canonical path begins with."""
    modules = draft.renames.resolver.modules
    beginnings = {
        ".".join(parts[:count])
        for parts in (dotted.split(".") for dotted in draft.renames.inner)
        for count in range(1, len(parts) + 1)
    }
    found = {}
    for statement in draft.facts.imports:
        for alias in statement.names:
            if not statement.is_from:
                dotted = alias.name if alias.asname else alias.bound
            else:
                module = modules.absolute(draft.path, statement.level, statement.module)
                dotted = f"{module}.{alias.name}"
            if dotted in beginnings:
                found[statement.scope, alias.bound] = dotted
    return found


def _canonical_path(names: dict[tuple[int, str], str], use: Use) -> str:
    start = names.get((use.bound_in, use.name))
    return "" if start is None else ".".join((start, *(name for name, _ in use.chain)))
