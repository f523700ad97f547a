"""Places of a file that a proof has taken back: they are refused, or done in a form that works."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from onepath.edit.draft import Draft
from onepath.model import BindingKey, Guard
from onepath.symbols.destinations import Destination
from onepath.symbols.modules import is_package
from onepath.symbols.sites import ChainSite, DirectSite, Sites


class KeepReason(NamedTuple):
    """Why something is kept."""

    code: str
    reason: str
    always: bool = False
    """Whether it holds for imports in functions as well."""


def allowed(
    draft: Draft,
    sites: Sites,
    spared: Mapping[str, KeepReason],
    held: Mapping[BindingKey, KeepReason],
) -> Sites:
    """The sites that may be rewritten; the others are refused.

    Args:
        draft: The file.
        sites: What it has.
        spared: Modules, and names in modules, that it must not import while it is imported itself.
        held: Bindings that stay.
    """
    directs = [_direct(draft, site, spared, held) for site in sites.directs]
    chains = [site for site in sites.chains if _chain(draft, site, spared, held)]
    return sites._replace(
        directs=tuple(site for site in directs if site is not None), chains=tuple(chains)
    )


def _direct(
    draft: Draft,
    site: DirectSite,
    spared: Mapping[str, KeepReason],
    held: Mapping[BindingKey, KeepReason],
) -> DirectSite | None:
    """A site as it may be rewritten; None if it is refused."""
    statement = draft.facts.imports[site.statement]
    bound = statement.names[site.alias].bound
    reason = held.get((statement.scope, bound))
    if reason is not None:
        draft.refuse(statement.line, *reason[:2])
        return None
    for module in _to_load(draft, _old_module(draft, site)):
        if not _loading(draft, site.statement, module):
            why = f"'{module}' is needed, which this import loads"
            draft.refuse(statement.line, "module-not-loaded", why)
            return None
    to = site.match.to
    is_deferred = bool(statement.guard & (Guard.FUNCTION | Guard.TYPE_CHECKING))
    for destination in (to, *draft.renames.on_the_way(to)):
        is_own = draft.renames.is_module(destination.module, draft.path)
        if is_own and not draft.is_document and not _is_submodule(draft, destination):
            reason = KeepReason("self-import", f"this file is '{destination.module}' itself")
            break
        reason = _spared(spared, destination)
        if reason is None or (is_deferred and not reason.always):
            if draft.imports_from(statement, destination) and destination != to:
                reason = _spared(spared, to)  # it comes from the module that works already
                break
            return site._replace(match=site.match._replace(to=destination))
    reason = reason or _spared(spared, to)
    assert reason is not None
    draft.refuse(statement.line, *reason[:2])
    return None


def _spared(spared: Mapping[str, KeepReason], to: Destination) -> KeepReason | None:
    """Why a path must not be imported: for itself, or for its module."""
    return spared.get(to.dotted) or spared.get(to.module)


def _is_submodule(draft: Draft, to: Destination) -> bool:
    """Whether a package takes from itself a module below it, which it may while it is imported."""
    resolution = draft.renames.resolver.dotted(to.dotted)
    return bool(draft.renames.homes) and resolution.kind == "module"


def _chain(
    draft: Draft,
    site: ChainSite,
    spared: Mapping[str, KeepReason],
    held: Mapping[BindingKey, KeepReason],
) -> bool:
    use, module = draft.facts.uses[site.use], site.match.to.module
    reason = held.get((use.bound_in, use.name))
    sparing = _spared(spared, site.match.to)
    if reason is None and sparing is not None:
        runs_late = draft.runs_late(use.bound_in)
        is_late = module in draft.late and draft.runs_late(use.scope)
        reason = sparing
        if not reason.always and (runs_late or is_late):
            reason = None
    if reason is not None:
        draft.refuse(draft.line_of(use.start), *reason[:2])
    return reason is None


def keep_loaded(draft: Draft, sites: Iterable[DirectSite]) -> None:
    """Let the statements that had loaded a module which others read go on loading it."""
    done: set[tuple[int, str]] = set()
    for site in sites:
        scope = draft.facts.imports[site.statement].scope
        for module in _to_load(draft, _old_module(draft, site)):
            if (scope, module) in done:
                continue
            done.add((scope, module))
            text = _loading(draft, site.statement, module)
            name = text.rpartition(" ")[2].partition(".")[0]
            marked = not draft.uses_of(scope, name)
            marked = marked and draft.alone(draft.facts.imports[site.statement])
            draft.statement(site.statement).loads.append(text + ("  # noqa: F401" * marked))


def _to_load(draft: Draft, module: str) -> list[str]:
    """What has to be loaded besides where a module is imported no more."""
    return sorted(one for one, by in draft.loads.items() if by == module)


def _old_module(draft: Draft, site: DirectSite) -> str:
    """The module that an import loads, dotted."""
    statement = draft.facts.imports[site.statement]
    modules = draft.renames.resolver.modules
    if not statement.is_from:
        return statement.names[site.alias].name
    module = modules.absolute(draft.path, statement.level, statement.module) or ""
    found = modules.find(module, draft.path)
    return modules.name(found) if found else module


def _loading(draft: Draft, index: int, module: str) -> str:
    """A statement that loads a module and gets in the way of no name; empty if there is none."""
    statement = draft.facts.imports[index]
    package, _, leaf = module.rpartition(".")
    if is_package(draft.path) and draft.renames.is_module(package, draft.path):
        return f"from . import {leaf}"
    top = module.partition(".")[0]
    binding = [
        (fact, alias)
        for fact in draft.facts.imports
        if fact.scope == statement.scope
        for alias in fact.names
        if alias.bound == top
    ]
    is_top = bool(binding) and top not in draft.facts.scopes[statement.scope].multiple
    is_top = is_top and not any(fact.is_from or alias.asname for fact, alias in binding)
    reason = draft.why_not(
        statement.scope, top, Destination(top, ""), [statement.scope], already=is_top
    )
    return f"import {module}" if reason is None else ""
