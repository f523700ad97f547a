"""Places whose purpose is the deprecated path itself: reported, never rewritten."""

from collections.abc import Sequence

from onepath.model import UseKind
from onepath.rewrite.draft import Draft
from onepath.rewrite.sites import DirectSite

CODE = "tests-the-path"
_EXPECTING = ("raises", "warns", "assertRaises", "assertRaisesRegex", "assertWarns", "deprecated_call",
              "assertWarnsRegex", "catch_warnings")  # fmt: skip


def without_purpose(draft: Draft, sites: Sequence[DirectSite]) -> tuple[DirectSite, ...]:
    """The sites that may be rewritten; the others are refused.

    A test that imports one thing by several paths to compare them, or that expects an import to
    warn or fail, would become a tautology.
    """
    purposeful = _expected_to_fail(draft, sites) | _compared(draft, sites)
    for site in sorted(purposeful):
        statement = draft.facts.imports[site.statement]
        draft.refuse(
            statement.line,
            CODE,
            f"'{site.match.old}' is what this test is about; it is left as it is",
        )
    return tuple(site for site in sites if site not in purposeful)


def _expected_to_fail(draft: Draft, sites: Sequence[DirectSite]) -> set[DirectSite]:
    found = set()
    for site in sites:
        at = draft.facts.imports[site.statement].block
        while at != -1:
            block = draft.facts.blocks[at]
            if (
                block.kind == "with"
                and block.test.partition("(")[0].rpartition(".")[2] in _EXPECTING
            ):
                found.add(site)
            at = block.parent
    return found


def _compared(draft: Draft, sites: Sequence[DirectSite]) -> set[DirectSite]:
    """Sites of one scope that bring one thing by several paths under names that are compared."""
    groups: dict[tuple[int, str], list[DirectSite]] = {}
    for site in sites:
        scope = draft.facts.imports[site.statement].scope
        groups.setdefault((scope, site.match.to.dotted), []).append(site)
    found: set[DirectSite] = set()
    for (scope, dotted), group in groups.items():
        names = {_bound(draft, site) for site in group}
        paths = {site.match.old for site in group}
        canonical = _canonical_names(draft, scope, dotted)
        if len(names | canonical) < 2 or len(paths) + bool(canonical) < 2:
            continue
        compared = {name for name in names | canonical if _is_compared(draft, scope, name)}
        if len(compared) > 1:
            found.update(site for site in group)
    return found


def _bound(draft: Draft, site: DirectSite) -> str:
    return draft.facts.imports[site.statement].names[site.alias].bound


def _canonical_names(draft: Draft, scope: int, dotted: str) -> set[str]:
    """Names that the scope already gives to the canonical path."""
    module, _, name = dotted.rpartition(".")
    resolver = draft.renames.resolver
    return {
        alias.bound
        for statement in draft.facts.imports
        if statement.scope == scope and statement.is_from
        for alias in statement.names
        if alias.name == name
        and resolver.modules.absolute(draft.path, statement.level, statement.module) == module
    }


def _is_compared(draft: Draft, scope: int, name: str) -> bool:
    return any(use.kind & UseKind.COMPARED for _, use in draft.uses_of(scope, name))
