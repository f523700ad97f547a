"""Names that imports ask for and that are nowhere any more."""

from collections.abc import Iterator

from onepath.discover.lost_names.history import LostName
from onepath.model import Facts, ImportFact
from onepath.symbols.resolve import Resolver
from onepath.symbols.routes import PathUse, Route, path_uses
from onepath.symbols.world import World

GONE = ("no such module", "no such name")


def dangling_names(world: World) -> dict[LostName, Route]:
    """Every dangling name of a repository, all of whose facts are loaded, with its uses."""
    found: dict[LostName, Route] = {}
    for path in world.fact_store.python:
        for use in dangling_uses(path, world.facts(path), world.resolver):
            found.setdefault((use.module, use.name), Route(use.dotted)).add(use)
    return found


def dangling_uses(path: str, facts: Facts, resolver: Resolver) -> Iterator[PathUse]:
    """The uses of names in a file that lead nowhere, those through a module that is gone too."""
    for use in path_uses(path, facts, resolver):
        if use.resolution.kind == "unresolved" and use.resolution.reason in GONE:
            yield use
    gone = {
        (statement.scope, bound): dotted
        for statement in facts.imports
        for bound, dotted in _gone_modules(path, statement, resolver)
    }
    for one in facts.uses if gone else ():
        dotted, inner = gone.get((one.bound_in, one.name), ("", []))
        names = [name for name, _ in one.chain]
        if dotted and names[: len(inner)] == inner and len(names) > len(inner):
            resolution = resolver.module(path, dotted)
            yield PathUse(dotted, names[len(inner)], path, 0, resolution)


def _gone_modules(
    path: str, statement: ImportFact, resolver: Resolver
) -> Iterator[tuple[str, tuple[str, list[str]]]]:
    """Names that an import binds to modules that are gone: name, dotted path, attributes to it."""
    module = resolver.modules.absolute(path, statement.level, statement.module)
    for alias in statement.names:
        if statement.is_from:
            resolution = resolver.imported(path, statement, alias)
            if resolution.kind == "unresolved" and resolution.reason in GONE and module:
                yield alias.bound, (f"{module}.{alias.name}", [])
        elif resolver.module(path, alias.name).kind == "unresolved":
            inner = [] if alias.asname else alias.name.split(".")[1:]
            yield alias.bound, (alias.name, inner)
