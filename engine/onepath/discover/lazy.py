"""Names that a lazy module takes from another one when they are asked for (PEP 562)."""

from collections.abc import Iterable, Iterator, Mapping

from onepath.discover.lost_names.history import LostName
from onepath.symbols.resolve import Resolution
from onepath.symbols.spelling.named import paths_named
from onepath.symbols.world import World


def lazy_names(world: World, paths: Iterable[str]) -> Mapping[LostName, Resolution]:
    """What those of some dotted paths lead to that a table of a lazy module names.

    Args:
        world: The code.
        paths: Dotted paths, each of a module and a name in it.

    Returns:
        (dotted module, name) -> the definition, where all entries for the name lead to one.
    """
    known = {}
    for path in paths:
        resolution = world.resolver.dotted(path)
        if resolution.kind == "unresolved" and resolution.reason == "dynamic":
            meant = {
                entry.target: entry for entry in _entries(world, resolution.path, resolution.name)
            }
            if len(meant) == 1:
                module, _, name = path.rpartition(".")
                [known[module, name]] = meant.values()
    return known


def _entries(world: World, file: str, name: str) -> Iterator[Resolution]:
    """The definitions that the tables of a file name for one of its attributes."""
    facts = world.facts(file)
    for record in facts.named:
        if record.how not in ("table", "bare"):
            continue
        for attribute in record.attributes:
            if attribute.name == name:
                for module in paths_named(file, facts, world.resolver, record):
                    resolution = world.resolver.dotted(f"{module}.{name}", file)
                    if resolution.kind == "definition" and not resolution.rest:
                        yield resolution._replace(route=())
