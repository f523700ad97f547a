"""The import graph: what is read when a module is imported."""

from collections.abc import Callable, Iterable, Iterator
from posixpath import dirname

from onepath.model import Facts, Guard
from onepath.symbols.modules import Modules

_DEFERRED = Guard.FUNCTION | Guard.TYPE_CHECKING


def imported_modules(path: str, facts: Facts, modules: Modules) -> Iterator[str]:
    """Files that importing `path` imports while it runs, in the order of its statements.

    Importing `a.b.c` runs the packages above it first, so those are there as well. Imports in
    functions and under `TYPE_CHECKING` are not.
    """
    for statement in facts.imports:
        if statement.guard & _DEFERRED:
            continue
        if not statement.is_from:
            for alias in statement.names:
                yield from _with_parents(modules, alias.name, path)
            continue
        dotted = modules.absolute(path, statement.level, statement.module)
        if not dotted:
            continue
        yield from _with_parents(modules, dotted, path)
        package = modules.find(dotted, path)
        for alias in statement.names:
            inner = modules.submodule(package, alias.name) if package else None
            if inner is not None and not inner.endswith("/"):
                yield inner


def _with_parents(modules: Modules, dotted: str, importer: str) -> Iterator[str]:
    parts = dotted.split(".")
    own = dirname(importer)
    for count in range(1, len(parts) + 1):
        found = modules.find(".".join(parts[:count]), importer)
        if found is None:
            return
        # The packages around the importer are being imported already.
        around = count < len(parts) and (own + "/").startswith(dirname(found) + "/")
        if not found.endswith("/") and not around:
            yield found


def reachable(
    start: Iterable[str],
    modules: Modules,
    facts: Callable[[str], Facts],
    load: Callable[[Iterable[str]], None],
    until: str | None = None,
) -> frozenset[str]:
    """Every file that importing one of `start` imports, the start not included unless it is met again.

    Args:
        start: Files to begin with.
        modules: The snapshot's modules.
        facts: Gives a file's facts.
        load: Told which files are wanted next, so that they can be read together.
        until: Stop as soon as this file is met.
    """
    met: set[str] = set()
    frontier = list(start)
    while frontier:
        load(frontier)
        found: dict[str, None] = {}
        for path in frontier:
            for other in imported_modules(path, facts(path), modules):
                if other not in met:
                    found[other] = None
        met.update(found)
        if until is not None and until in met:
            break
        frontier = list(found)
    return frozenset(met)
