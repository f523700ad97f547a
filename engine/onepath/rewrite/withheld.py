"""Places of a file that a proof has taken back: they are refused, or done in a form that works."""

from collections.abc import Mapping
from typing import NamedTuple

from onepath.model import Guard
from onepath.rewrite.draft import Draft
from onepath.symbols.sites import ChainSite, DirectSite, Sites

Key = tuple[int, str]
"""A binding: the scope that holds it, and its name."""


class Held(NamedTuple):
    """Why something stays."""

    code: str
    reason: str


def allowed(
    draft: Draft, sites: Sites, spared: Mapping[str, Held], held: Mapping[Key, Held]
) -> Sites:
    """The sites that may be rewritten; the others are refused.

    Args:
        draft: The file.
        sites: What it has.
        spared: Modules that it must not import while it is imported itself.
        held: Bindings that stay.
    """
    directs = [_direct(draft, site, spared, held) for site in sites.directs]
    chains = [site for site in sites.chains if _chain(draft, site, spared, held)]
    return sites._replace(
        directs=tuple(site for site in directs if site is not None), chains=tuple(chains)
    )


def _direct(
    draft: Draft, site: DirectSite, spared: Mapping[str, Held], held: Mapping[Key, Held]
) -> DirectSite | None:
    """A site as it may be rewritten; None if it is refused."""
    statement = draft.facts.imports[site.statement]
    bound = statement.names[site.alias].bound
    reason = held.get((statement.scope, bound))
    if reason is not None:
        draft.refuse(statement.line, *reason)
        return None
    to = site.match.to
    is_deferred = bool(statement.guard & (Guard.FUNCTION | Guard.TYPE_CHECKING))
    for destination in (to, *draft.renames.on_the_way(to)):
        if not draft.is_document and draft.renames.is_module(destination.module, draft.path):
            reason = Held("self-import", f"this file is '{destination.module}' itself")
            break
        reason = None if is_deferred else spared.get(destination.module)
        if reason is None:
            if draft.imports_from(statement, destination) and destination != to:
                reason = spared[to.module]  # it comes from the module that works already
                break
            return site._replace(match=site.match._replace(to=destination))
    draft.refuse(statement.line, *(reason or spared[to.module]))
    return None


def _chain(
    draft: Draft, site: ChainSite, spared: Mapping[str, Held], held: Mapping[Key, Held]
) -> bool:
    use, module = draft.facts.uses[site.use], site.match.to.module
    reason = held.get((use.bound_in, use.name))
    if reason is None and module in spared:
        runs_late = draft.runs_late(use.bound_in)
        is_late = module in draft.late and draft.runs_late(use.scope)
        reason = None if runs_late or is_late else spared[module]
    if reason is not None:
        draft.refuse(draft.line_of(use.start), *reason)
    return reason is None
