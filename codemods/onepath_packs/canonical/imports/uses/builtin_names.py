"""Names that need no import: `list` in the place of `typing.List`."""

from collections.abc import Sequence

from onepath.edit.bindings import binders, is_public
from onepath.edit.draft import Draft
from onepath.edit.fstrings import replace_in_fstring
from onepath.model import Use
from onepath.symbols.sites import DirectSite


def hides_builtin(draft: Draft, name: str, reader: int) -> bool:
    """Whether a name that is built in means something else where a scope reads it."""
    scopes, at = draft.facts.scopes, reader
    while at != -1:
        scope = scopes[at]
        is_bound = name in scope.bound and (at, name) not in draft.freed
        if is_bound and (scope.kind != "class" or at == reader):
            return True
        if name in scope.redirected:
            return True
        at = scope.parent
    return False


def plan_builtins(draft: Draft, sites: Sequence[DirectSite]) -> tuple[DirectSite, ...]:
    """Let uses of imports be those of builtins, and take out the imports that lose their last use.

    Returns:
        The other sites.
    """
    groups: dict[tuple[int, str], list[DirectSite]] = {}
    for site in sites:
        statement = draft.facts.imports[site.statement]
        if site.match.to.is_builtin and statement.is_from:
            key = statement.scope, statement.names[site.alias].bound
            groups.setdefault(key, []).append(site)
    # An import that binds the name of a builtin is what could hide it from the others.
    for (scope, old), group in sorted(groups.items(), key=_hides_nothing):
        reason = _why_not(draft, scope, old, group)
        if reason or not _replace_uses(draft, scope, old, group[0].match.to.name):
            for site in group if reason else ():
                line = draft.facts.imports[site.statement].line
                draft.refuse(line, "name-taken", f"'{site.match.old}': {reason}")
            continue
        for site in group:
            draft.moved.add((site.statement, site.alias))
            _take_out(draft, site)
        draft.freed.add((scope, old))
    return tuple(
        site
        for site in sites
        if not (site.match.to.is_builtin and draft.facts.imports[site.statement].is_from)
    )


def _hides_nothing(item: tuple[tuple[int, str], Sequence[DirectSite]]) -> bool:
    (_, old), group = item
    return group[0].match.to.name != old


def _take_out(draft: Draft, site: DirectSite) -> None:
    if not draft.take_out(site.statement, site.alias):
        draft.statement(site.statement).replacement = "pass"


def _why_not(draft: Draft, scope: int, old: str, group: Sequence[DirectSite]) -> str:
    """Why no use of an import can be that of a builtin, in words; empty if some can."""
    facts = draft.facts
    chosen = {(site.statement, site.alias) for site in group}
    if any((index, place) not in chosen for index, place, _ in binders(draft, scope, old)):
        return f"'{old}' is imported from elsewhere as well"
    if old in facts.scopes[scope].multiple or any(old in one.redirected for one in facts.scopes):
        return f"'{old}' is bound in other ways as well"
    if len({site.match.to for site in group}) > 1:
        return f"'{old}' means several things"
    return ""


def _replace_uses(draft: Draft, scope: int, old: str, new: str) -> bool:
    """Rewrite the uses that can be those of a builtin; True if the import has no purpose left."""
    exports = draft.facts.exports
    listed = exports is not None and any(old == name for name, _, _ in exports.names)
    by_spelling = bool(draft.spelling.reader(scope, old))
    public = by_spelling or (scope == 0 and is_public(draft, old))
    if public:
        for index, _, _ in binders(draft, scope, old):
            reason = f"others may import '{old}' from here, and '{new}' needs no import"
            draft.refuse(draft.facts.imports[index].line, "name-taken", reason)
        if not listed:
            return False  # the import would be left without a use
    kept = [
        use
        for at, use in draft.uses_of(scope, old)
        if not (
            _reads_builtin(draft, scope, old, new, use)
            and _replace(draft, scope, at, use, old, new)
        )
    ]
    for use in kept:
        reason = f"'{old}' is left, because '{new}' is not the builtin here"
        draft.refuse(draft.line_of(use.start), "name-taken", reason)
    return not (kept or public)


def _reads_builtin(draft: Draft, scope: int, old: str, new: str, use: Use) -> bool:
    """Whether the new name means the builtin where a use is, once the import is gone."""
    if new != old:
        return not hides_builtin(draft, new, use.scope)
    at = use.scope
    while at != scope:
        if old in draft.facts.scopes[at].bound:
            return False
        at = draft.facts.scopes[at].parent
    at = draft.facts.scopes[scope].parent
    return at == -1 or not hides_builtin(draft, new, at)


def _replace(draft: Draft, scope: int, at: int, use: Use, old: str, new: str) -> bool:
    if use.exact:
        draft.edit(use.start, use.end, new, "name")
    else:
        same = [one for _, one in draft.uses_of(scope, old) if one.start == use.start]
        text = draft.text(use.start, use.end)
        if replace_in_fstring(text, old, new, len(same)) is None:
            return False
        draft.in_fstring(use.start, use.end, old, new)
    draft.replaced.add(at)
    return True
