"""Names of a deprecated module that a string spells apart from it: `setattr(old, "Name", x)`."""

from collections.abc import Iterator

from onepath.model import DottedString, Facts, Guard
from onepath.rewrite.draft import Draft
from onepath.symbols.renames import Match
from onepath.symbols.resolve import Resolver
from onepath.symbols.sites import Sites

ATTRIBUTE = "string-attribute"


def names_attributes(string: DottedString) -> bool:
    """Whether names of attributes may stand beside the string, apart from their module."""
    return string.target >= 0 or string.callee.endswith("patch.multiple")


def attribute_owner(path: str, facts: Facts, resolver: Resolver, string: DottedString) -> str:
    """The id of the module whose attribute a string names, as in `setattr(module, "Name", x)`."""
    if string.target < 0:
        return ""
    use = facts.uses[string.target]
    for statement in facts.imports:
        for alias in statement.names if statement.scope == use.bound_in else ():
            if alias.name != "*" and alias.bound == use.name:
                found = resolver.imported(path, statement, alias)
                if found.kind == "module":
                    found = resolver.attributes(found.path, [name for name, _ in use.chain])
                if found.kind == "module":
                    return found.path
    return ""


def refuse_attributes(draft: Draft) -> None:
    """List every place that reads, replaces or looks for a deprecated name by a string."""
    for string, match in _named(draft):
        verb = string.callee.rpartition(".")[2]
        if verb in ("getattr", "hasattr"):
            reason = f"'{match.old}' is read by a string"
        else:
            reason = f"'{match.old}' is replaced here; users will look in '{match.to.module}'"
        draft.refuse(string.line, ATTRIBUTE, reason)


def without_replaced(draft: Draft, sites: Sites) -> Sites:
    """The sites less those that read, when they run, what the same file replaces by a string."""
    olds = {match.old for _, match in _named(draft)}
    if not olds:
        return sites
    directs, chains = [], []
    for direct in sites.directs:
        statement = draft.facts.imports[direct.statement]
        if direct.match.old in olds and statement.guard & Guard.FUNCTION:
            _refuse(draft, statement.line, direct.match)
        else:
            directs.append(direct)
    for chain in sites.chains:
        if chain.match.old in olds:
            _refuse(draft, draft.line_of(draft.facts.uses[chain.use].start), chain.match)
        else:
            chains.append(chain)
    return sites._replace(directs=tuple(directs), chains=tuple(chains))


def _refuse(draft: Draft, line: int, match: Match) -> None:
    reason = f"'{match.old}' is replaced or read by a string in this file: both must move"
    draft.refuse(line, ATTRIBUTE, reason)


def _named(draft: Draft) -> Iterator[tuple[DottedString, Match]]:
    for string in draft.facts.strings:
        owner = attribute_owner(draft.path, draft.facts, draft.renames.resolver, string)
        match = draft.renames.symbol(owner, string.value) if owner else None
        if match is not None:
            yield string, match
