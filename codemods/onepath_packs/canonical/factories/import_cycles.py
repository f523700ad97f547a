"""Whether an import that a factory's call comes to need would create an import cycle."""

from onepath.analysis.factories.variants import Goal
from onepath.analysis.index import Index
from onepath.model import Guard
from onepath.symbols.graph.imports import reachable
from onepath_packs.canonical.factories.sites import Site


def cycle_problem(index: Index, site: Site, goal: Goal) -> tuple[str, str] | None:
    """Code and reason, if importing what stays at a place would create an import cycle."""
    world, path = index.world, site.path
    target = world.modules.find(goal.to.module)
    if target is None or target == path or target in world.imports(path):
        return None
    if site.statement is not None:
        statement = world.facts(path).imports[site.statement]
        if statement.guard & (Guard.FUNCTION | Guard.TYPE_CHECKING):
            return None
    if not _reaches(index, target, path) or _reaches(index, path, target):
        return None
    text = f"'{goal.to.module}' imports this module; importing it here would create an import cycle"
    return "import-cycle", text


def _reaches(index: Index, start: str, end: str) -> bool:
    world = index.world
    return index.once(
        ("reaches", start, end),
        lambda: end in reachable([start], world.imports, world.book.load, until=end),
    )
