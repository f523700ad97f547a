"""The most fragmented names of a repository."""

from typing import NamedTuple

from onepath.symbols.routes import Route, RouteTarget, path_uses
from onepath.symbols.world import World

TOP = 20


class Ranked(NamedTuple):
    """A name that is imported by several paths."""

    target: RouteTarget
    routes: tuple[Route, ...]
    """The most used one first."""

    @property
    def uses(self) -> int:
        return sum(route.count for route in self.routes)

    @property
    def astray(self) -> int:
        """How many imports do not use the most used path."""
        return self.uses - self.routes[0].count


def ranked_names(world: World) -> list[Ranked]:
    """Return the names that are imported by several paths, the most imports astray first."""
    world.fact_store.load(world.fact_store.python)
    paths: dict[RouteTarget, dict[str, Route]] = {}
    for file in world.fact_store.python:
        for use in path_uses(file, world.facts(file), world.resolver):
            if use.resolution.kind == "definition" and not use.resolution.rest:
                target = use.resolution.path, use.resolution.name
                routes = paths.setdefault(target, {})
                routes.setdefault(use.dotted, Route(use.dotted)).add(use)
    several = (
        Ranked(target, tuple(sorted(routes.values(), key=lambda route: -route.count)))
        for target, routes in paths.items()
        if len(routes) > 1
    )
    return sorted(several, key=lambda ranked: (-ranked.astray, -len(ranked.routes), ranked.target))


def ranking(world: World) -> str:
    """A table of the names that are imported by the most paths, most fragmented first."""
    ranked = ranked_names(world)
    if not ranked:
        return "Every name is imported by one path only: nothing is fragmented.\n"
    lines = [f"{'astray':>7} {'paths':>6} {'uses':>6}  name, and its most used path"]
    for one in ranked[:TOP]:
        path, name = one.target
        lines.append(f"{one.astray:>7} {len(one.routes):>6} {one.uses:>6}  {name} in {path}")
        lines.append(f"{'':>23}{one.routes[0].dotted}")
    if len(ranked) > TOP:
        lines.append(f"{'':>23}and {len(ranked) - TOP} more names with several paths")
    lines.append("")
    lines.append("Choose one path and run `migrate init --canonical PATH`.")
    return "\n".join(lines) + "\n"
