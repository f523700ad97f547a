"""The import graph: what is read when a module is imported."""

from collections.abc import Callable, Iterable, Iterator
from posixpath import dirname
from typing import NamedTuple, TypeGuard

from onepath.model import Facts, Guard, ImportFact
from onepath.symbols.modules import Modules

_DEFERRED = Guard.FUNCTION | Guard.TYPE_CHECKING


class Edge(NamedTuple):
    """One module needs another."""

    target: str
    """Path of the file that is imported."""
    line: int
    deferred: bool
    """Whether the import is in a function or under `TYPE_CHECKING`."""
    for_types: bool = False
    """Whether it stands under `TYPE_CHECKING`, so that it never runs."""
    waits: bool = True
    """Whether the importer needs what the other module binds by then. It needs nothing of a package
    around it, which is there already, if it takes only submodules from it or reads it later."""


def import_edges(path: str, facts: Facts, modules: Modules) -> Iterator[Edge]:
    """Everything a file imports from this repository, in the order of its statements.

    Importing `a.b.c` runs the packages above it first, so those are there as well.
    """
    for statement in facts.imports:
        deferred = is_deferred(statement)
        for_types = bool(statement.guard & Guard.TYPE_CHECKING)
        around = _package_around(path, facts, statement, modules)
        for target in _targets(path, statement, modules):
            yield Edge(target, statement.line, deferred, for_types, target != around)


def _package_around(path: str, facts: Facts, statement: ImportFact, modules: Modules) -> str | None:
    """The package around a file that a statement names without a need for what it binds."""
    if statement.is_from:
        dotted = modules.absolute(path, statement.level, statement.module)
        package = modules.find(dotted, path) if dotted else None
        if not _is_around(package, path):
            return None
        inner = [modules.submodule(package, alias.name) for alias in statement.names]
        return package if all(one and not one.endswith("/") for one in inner) else None
    for alias in statement.names:
        package = modules.find(alias.name, path)
        if _is_around(package, path):
            return None if _reads_at_once(facts, alias.bound) else package
    return None


def _is_around(package: str | None, path: str) -> TypeGuard[str]:
    return (
        package is not None
        and package != path
        and package.endswith("/__init__.py")
        and path.startswith(package.removesuffix("__init__.py"))
    )


def _reads_at_once(facts: Facts, name: str) -> bool:
    """Whether a name is read while the module is imported."""
    return any(
        head == name and not _in_function(facts, scope) for head, scope, *_ in facts.plain_uses
    )


def _in_function(facts: Facts, scope: int) -> bool:
    while scope > 0:
        if facts.scopes[scope].kind in ("function", "lambda"):
            return True
        scope = facts.scopes[scope].parent
    return False


def alias_targets(path: str, statement: ImportFact, place: int, modules: Modules) -> frozenset[str]:
    """The files that one name of an import statement makes a file import."""
    return frozenset(_targets(path, statement._replace(names=(statement.names[place],)), modules))


def is_deferred(statement: ImportFact) -> bool:
    """Whether an import does not run while its module is imported."""
    return bool(statement.guard & _DEFERRED)


def imported_modules(
    path: str, facts: Facts, modules: Modules, *, but_under: int = _DEFERRED
) -> Iterator[str]:
    """Files that importing `path` imports while it runs, in the order of its statements.

    Args:
        path: The file.
        facts: What is in it.
        modules: All modules.
        but_under: Statements under one of these guards don't count.
    """
    for statement in facts.imports:
        if not statement.guard & but_under:
            yield from _targets(path, statement, modules)


def _targets(path: str, statement: ImportFact, modules: Modules) -> Iterator[str]:
    if not statement.is_from:
        for alias in statement.names:
            yield from _with_parents(modules, alias.name, path)
        return
    dotted = modules.absolute(path, statement.level, statement.module)
    if not dotted:
        return
    yield from _with_parents(modules, dotted, path)
    package = modules.find(dotted, path)
    for alias in statement.names:
        inner = modules.submodule(package, alias.name) if package else None
        if inner is not None and not inner.endswith("/"):
            yield inner


def _with_parents(modules: Modules, dotted: str, importer: str) -> tuple[str, ...]:
    own = dirname(importer)
    key = (dotted, own)
    known = modules.ways.get(key)
    if known is None:
        known = modules.ways[key] = tuple(_way(modules, dotted, importer, own))
    return known


def _way(modules: Modules, dotted: str, importer: str, own: str) -> Iterator[str]:
    parts = dotted.split(".")
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
    neighbours: Callable[[str], Iterable[str]],
    load: Callable[[Iterable[str]], None],
    until: str | None = None,
) -> frozenset[str]:
    """Every file that importing one of `start` imports; the start itself only if it is met again.

    Args:
        start: Files to begin with.
        neighbours: What a file imports.
        load: Told which files are wanted next, so that they can be read together.
        until: Stop as soon as this file is met.
    """
    met: set[str] = set()
    frontier = list(start)
    begun = frozenset(frontier)
    while frontier:
        load(frontier)
        found = {other: None for path in frontier for other in neighbours(path) if other not in met}
        met.update(found)
        if until is not None and until in met:
            break
        frontier = [path for path in found if path not in begun]
    return frozenset(met)
