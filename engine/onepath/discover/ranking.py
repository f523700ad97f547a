"""The most fragmented names of a repository."""

from collections import Counter

from onepath.symbols.routes import Target, path_uses
from onepath.symbols.world import World

TOP = 20


def ranking(world: World) -> str:
    """A table of the names that are imported by the most paths, most fragmented first.

    The measure is the number of imports that do not use the name's most used path.
    """
    world.book.load(world.book.python)
    paths: dict[Target, Counter[str]] = {}
    for file in world.book.python:
        for use in path_uses(file, world.facts(file), world.resolver):
            if use.resolution.kind == "definition" and not use.resolution.rest:
                target = use.resolution.path, use.resolution.name
                paths.setdefault(target, Counter())[use.dotted] += 1
    ranked = sorted(
        ((sum(c.values()) - max(c.values()), len(c), t, c) for t, c in paths.items() if len(c) > 1),
        key=lambda row: (-row[0], -row[1], row[2]),
    )
    if not ranked:
        return "Every name is imported by one path only: nothing is fragmented.\n"
    lines = [f"{'astray':>7} {'paths':>6} {'uses':>6}  name, and its most used path"]
    for astray, count, (path, name), counter in ranked[:TOP]:
        total = sum(counter.values())
        lines.append(f"{astray:>7} {count:>6} {total:>6}  {name} in {path}")
        lines.append(f"{'':>23}{counter.most_common(1)[0][0]}")
    if len(ranked) > TOP:
        lines.append(f"{'':>23}and {len(ranked) - TOP} more names with several paths")
    lines.append("")
    lines.append("Choose one path and run `migrate init --canonical PATH`.")
    return "\n".join(lines) + "\n"
