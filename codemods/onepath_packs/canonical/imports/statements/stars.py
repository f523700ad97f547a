"""`from old import *`: expanded to the names that are used, where those are certain."""

import builtins
from collections.abc import Sequence

from onepath.edit.bindings import is_public
from onepath.edit.draft import Draft
from onepath.edit.imports.statements import Name, new_from
from onepath.importing.process import ATTRIBUTES
from onepath.model import Guard, ImportFact
from onepath.symbols.destinations import Destination
from onepath.symbols.modules import is_test
from onepath.symbols.sites import StarSite
from onepath_packs.canonical.imports.statements.offered import is_fixture_of

_CODE = "star-import"
_GONE = "star-names-gone"
_KNOWN = frozenset(dir(builtins)) | ATTRIBUTES
"""Names that a module has without binding them."""


def plan_stars(draft: Draft, sites: Sequence[StarSite]) -> None:
    """Expand each star import that brings a deprecated name into use, or refuse."""
    for site in sites:
        _plan(draft, site)


def _plan(draft: Draft, site: StarSite) -> None:
    statement, renames = draft.facts.imports[site.statement], draft.renames
    resolver = renames.resolver
    dotted = resolver.modules.absolute(draft.path, statement.level, statement.module) or ""
    whole = renames.module(dotted)
    if site.module.startswith("?"):
        reason = _why_not_moved(draft, statement, dotted, whole)
        if whole is None or reason is not None:
            draft.refuse(statement.line, _CODE, reason or "")
        else:
            _point(draft, site, whole)
        return
    names, complete = resolver.star_names(site.module)
    used = sorted(_unbound(draft) & names)
    placed = {
        name: renames.placed(draft.path, match)
        for name in names
        if (match := renames.symbol(site.module, name)) is not None
    }
    if whole is None and placed and not any(placed.values()):
        return  # the module goes on using what it uses
    moved = {name: placed.get(name) for name in used}
    if whole is None and not any(moved.values()):
        if _is_forwarded(draft, names):
            draft.refuse(statement.line, _CODE, f"this module passes on all of '{dotted}'")
        return
    if whole and not any(moved.values()) and (not used or _is_forwarded(draft, names)):
        target = resolver.modules.find(whole.module, draft.path)
        if target is not None and complete and resolver.star_names(target) == (names, True):
            _point(draft, site, whole)
            return
    reason = _why_not(draft, site, names, complete)
    if reason is not None:
        draft.refuse(statement.line, _CODE, reason)
        return
    lines: dict[str, list[Name]] = {}
    for name in used:
        match = moved[name]
        if match is not None:
            # Names that a star brings are not tied to it by scoping, so uses keep their name.
            to = Name(match.to.name, name if match.to.name != name else None)
            lines.setdefault(draft.spelled(statement, match.to.module), []).append(to)
        else:
            module = dotted if whole is None else whole.module
            lines.setdefault(draft.spelled(statement, module), []).append(Name(name))
    indent = draft.indent(statement)
    text = f"\n{indent}".join(new_from(module, group, indent) for module, group in lines.items())
    draft.statement(site.statement).replacement = text
    _tell_what_goes(draft, statement, names.difference(used))


def _tell_what_goes(draft: Draft, statement: ImportFact, unused: frozenset[str]) -> None:
    """List names that users of a package may have had through one of its modules.

    Nothing in the repository reads them there; whoever wrote the star need not have meant them.
    """
    folder = draft.path.rpartition("/")[0]
    is_inside = f"{folder}/__init__.py" in draft.renames.resolver.modules.files
    gone = sorted(
        name for name in unused.difference(draft.facts.scopes[0].bound) if not name.startswith("_")
    )
    if not gone or not is_inside or is_test(draft.path):
        return
    others = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
    reason = f"'{gone[0]}'{others} came with the star: nothing here reads them from this module"
    draft.refuse(statement.line, _GONE, reason)


def _why_not_moved(
    draft: Draft, statement: ImportFact, dotted: str, whole: Destination | None
) -> str | None:
    """Why the star of a module that is not here can't become that of its new place."""
    resolver = draft.renames.resolver
    target = resolver.modules.find(whole.module, draft.path) if whole else None
    if whole is None or target is None or statement.guard & (Guard.TRY | Guard.HANDLER):
        return f"what '{dotted}' gave is not known any more"
    names, complete = resolver.star_names(target)
    lost = sorted(_unbound(draft) - names - _KNOWN)
    if complete and lost and not _has_other_star(draft, statement):
        return f"'{whole.module}' does not give '{lost[0]}', which nothing else binds"
    return None


def _point(draft: Draft, site: StarSite, to: Destination) -> None:
    """Keep the star: a module that moved whole gives where it is now what it gave before."""
    module = draft.spelled(draft.facts.imports[site.statement], to.module)
    draft.statement(site.statement).replacement = f"from {module} import *"


def _why_not(draft: Draft, site: StarSite, names: frozenset[str], complete: bool) -> str | None:
    statement = draft.facts.imports[site.statement]
    if not complete:
        return "what the star brings can't be known whole"
    if not draft.alone(statement):
        return "the star import shares its line"
    if _is_forwarded(draft, names) or not _unbound(draft) & names:
        return "this module passes on what the star brings"
    if any(is_fixture_of(draft.renames.resolver, site.module, name) for name in names):
        return "pytest may look for fixtures that the star brings"
    if _has_other_star(draft, statement):
        return "another star import may bring the same names"
    return None


def _has_other_star(draft: Draft, statement: ImportFact) -> bool:
    return any(
        alias.name == "*" and other.start != statement.start
        for other in draft.facts.imports
        for alias in other.names
    )


def _is_forwarded(draft: Draft, names: frozenset[str]) -> bool:
    others = names.difference(draft.facts.scopes[0].bound)
    return any(is_public(draft, name) for name in others)


def _unbound(draft: Draft) -> set[str]:
    """Names read somewhere that nothing in the file binds on the way out."""
    facts = draft.facts
    found = set()
    for index, scope in enumerate(facts.scopes):
        for name in scope.free:
            at = index
            while at != -1 and name not in facts.scopes[at].bound:
                at = facts.scopes[at].parent
            if at == -1:
                found.add(name)
    return found
