"""What importing a file runs besides it: packages above it, and what functions import by then."""

from collections.abc import Iterator
from posixpath import dirname

from onepath.importing.body import body_of
from onepath.importing.steps import Bind
from onepath.model import Guard, UseKind
from onepath.symbols.graph.imports import alias_targets, import_edges, is_deferred
from onepath.symbols.modules import is_package
from onepath.symbols.world import World


def packages_above(path: str, world: World) -> Iterator[str]:
    """The `__init__` files of the packages around a module, outermost first."""
    folder = dirname(path)
    if path.endswith("/__init__.py"):
        folder = dirname(folder)
    found = []
    while folder:
        init = f"{folder}/__init__.py"
        if init not in world.modules.files:
            break
        found.append(init)
        folder = dirname(folder)
    yield from reversed(found)


def import_time_names(path: str, world: World) -> dict[tuple[str, str], frozenset[str]]:
    """What the statements of a file import that run while it is imported.

    Returns:
        (module, name) -> the files that this leads to; the name is empty for `import module`.
    """
    facts, modules = world.facts(path), world.modules
    called = _called_lines(path, world)
    found = {}
    for statement in facts.imports:
        if is_deferred(statement) and statement.line not in called:
            continue
        for place, alias in enumerate(statement.names):
            targets = alias_targets(path, statement, place, modules)
            if statement.is_from:
                module = modules.absolute(path, statement.level, statement.module) or ""
                found[module, alias.name] = targets
            else:
                found[alias.name, ""] = targets
    return found


def _called_lines(path: str, world: World) -> frozenset[int]:
    """The lines of imports in functions that run while their module is imported, or when it is
    asked for a name that it does not have (PEP 562)."""
    facts = world.facts(path)
    if not any(is_deferred(fact) for fact in facts.imports):
        return frozenset()
    scopes = facts.scopes
    called = {"__getattr__"}
    for use in facts.uses:
        if use.bound_in == 0 and use.kind & (UseKind.CALLEE | UseKind.DECORATOR):
            at = use.scope
            while scopes[at].kind in ("class", "comprehension"):
                at = scopes[at].parent
            if at == 0:
                called.add(use.name)
    inside = {
        index
        for index, scope in enumerate(scopes)
        if scope.kind in ("function", "class") and scope.parent == 0 and scope.name in called
    }
    inside |= {index for index, scope in enumerate(scopes) if scope.parent in inside}
    return frozenset(
        fact.line
        for fact in facts.imports
        if is_deferred(fact) and fact.scope in inside and not fact.guard & Guard.TYPE_CHECKING
    )


def lazily_imported(path: str, world: World) -> Iterator[str]:
    """The modules that the tables of a module with a `__getattr__` (PEP 562) name."""
    if not world.facts(path).has_getattr:
        return
    body, name = body_of(world.read([path]).get(path, b"")), world.modules.name(path)
    package = name if is_package(path) else name.rpartition(".")[0]
    for step in body.steps if body is not None else ():
        table = step.table if isinstance(step, Bind) else None
        for text in (one for key, names in (table or {}).items() for one in (key, *names)):
            for dotted in (text.lstrip("."), f"{package}.{text.lstrip('.')}"):
                found = world.modules.find(dotted, path)
                if found is not None and not found.endswith("/") and found != path:
                    yield found


def imports_of_called(path: str, world: World) -> Iterator[str]:
    """What such functions import."""
    lines = _called_lines(path, world)
    for edge in import_edges(path, world.facts(path), world.modules) if lines else ():
        if edge.deferred and edge.line in lines:
            yield edge.target
