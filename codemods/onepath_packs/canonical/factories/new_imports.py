"""What an import that a factory's call comes to need does: it may create a cycle, or come early."""

from collections.abc import Iterable, Iterator, Mapping

from onepath.analysis.factories.variants import CLASS, Goal, Variant
from onepath.analysis.index import Index
from onepath.model import Guard
from onepath.symbols.graph.imports import alias_targets, reachable
from onepath_packs.canonical.factories.sites import VariantSite


def cycle_problem(index: Index, site: VariantSite, goal: Goal) -> tuple[str, str] | None:
    """Code and reason, if importing what is kept at a place would create an import cycle."""
    world, path = index.world, site.path
    target = world.modules.find(goal.to.module)
    if target is None or target == path or target in world.imports(path):
        return None
    if _is_late(index, site):
        return None
    if not _reaches(index, target, path) or _reaches(index, path, target):
        return None
    text = f"'{goal.to.module}' imports this module; importing it here would create an import cycle"
    return "import-cycle", text


def imported_early(
    index: Index, sites: Iterable[VariantSite], variants: Mapping[str, Variant]
) -> Iterator[str]:
    """What is said of files that come to import at once what a factory imported when it was called.

    Args:
        index: The code as it is.
        sites: The uses that are rewritten.
        variants: The variants by name.
    """
    world = index.world
    said: set[tuple[str, str]] = set()
    for site in sorted(sites, key=lambda variant_site: (variant_site.path, variant_site.line)):
        variant = variants[site.variant]
        module = variant.goal.to.module
        target = world.modules.find(module)
        if target in (None, site.path) or _is_late(index, site) or (site.path, module) in said:
            continue
        if target in _imported_in(index, variant) and not _reaches(index, site.path, target):
            said.add((site.path, module))
            yield (
                f"{site.path}: '{module}' is now imported with this file; '{site.variant}' "
                f"imported it only when it was called (line {site.line})"
            )


def _imported_in(index: Index, variant: Variant) -> Iterator[str]:
    """What a factory imports when it is called."""
    path, body = variant.callee.place[0], variant.callee.definition
    for statement in index.facts(path).imports:
        if variant.callee.kind != CLASS and body.start <= statement.start < body.end:
            for place in range(len(statement.names)):
                yield from alias_targets(path, statement, place, index.world.modules)


def _is_late(index: Index, site: VariantSite) -> bool:
    """Whether the import that brings a variant runs late itself."""
    if site.statement is None:
        return False
    statement = index.facts(site.path).imports[site.statement]
    return bool(statement.guard & (Guard.FUNCTION | Guard.TYPE_CHECKING))


def _reaches(index: Index, start: str, end: str) -> bool:
    world = index.world
    return index.once(
        ("reaches", start, end),
        lambda: end in reachable([start], world.imports, world.fact_store.load, until=end),
    )
