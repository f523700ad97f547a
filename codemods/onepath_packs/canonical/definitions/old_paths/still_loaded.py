"""A module that is kept at its old path stays an attribute of its package.

Importing a module binds it in its package. Once the package imports the new module instead, nobody
who reads `package.old`, or goes through all names of the package, would find the old one there.
"""

from collections.abc import Collection, Iterable, Iterator

from onepath.codemod import Edit, Outcome, World, file_changes
from onepath.config.globs import Globs
from onepath.edit.lines import Lines
from onepath.model import Changeset, Guard, ImportFact
from onepath.symbols.graph.imports import alias_targets, reachable
from onepath.symbols.modules import is_package


def still_loaded(before: World, after: World, kept: Collection[str], excluded: Globs) -> Outcome:
    """Let packages import the modules that are kept, where they did so before, or tried to.

    Args:
        before: The code as it was.
        after: The code with the new modules, and with what passes names on at the old paths.
        kept: The files of the old modules.
        excluded: Files that may not change.
    """
    edits: dict[str, list[Edit]] = {}
    for path in sorted(kept):
        parent, _, leaf = before.modules.name(path).rpartition(".")
        package = before.modules.find(parent) if parent else None
        if package is None or not is_package(package) or excluded.match(package):
            continue
        if _is_there(after, package, path, leaf):
            continue
        if path in _certain(before, [package]):
            statements = _at_the_top(after, package)
        elif any(path in _of_statement(before, package, one) for one in _tried(before, package)):
            statements = _tried(after, package)
        else:
            continue
        edits.setdefault(package, []).extend(_imported(after, package, path, leaf, statements))
    return Outcome(Changeset(file_changes(after, edits), ()), {}, {})


def _is_there(world: World, package: str, module: str, leaf: str) -> bool:
    """Whether a package has a module as an attribute, or something else of that name."""
    loads = reachable([package], world.imports, world.fact_store.load)
    return module in loads or leaf in world.facts(package).scopes[0].bound


def _imported(
    world: World, package: str, module: str, leaf: str, statements: Iterable[ImportFact]
) -> Iterator[Edit]:
    """The import of the old module, after what loads the new one that it takes its names from.

    Args:
        world: The code.
        package: The package's file.
        module: The old module.
        leaf: Its name.
        statements: The imports after which it may stand.
    """
    needed = {*_targets(world, module)} - {package}
    for statement in statements:
        targets = {*_of_statement(world, package, statement)}
        if needed <= _certain(world, targets, around=package):
            data = world.read([package])[package]
            indent = data[data.rfind(b"\n", 0, statement.start) + 1 : statement.start]
            if indent.strip():
                continue  # it is not the first on its line
            at = Lines(data).end(statement.end)
            late = b"E402, " if b"E402" in data[statement.start : at] else b""
            text = indent + _line(world, package, leaf, statement) + b"  # noqa: " + late + b"F401"
            newline = b"\r\n" if b"\r\n" in data else b"\n"
            yield Edit(at, at, newline + text, "import", statement.line)
            return


def _line(world: World, package: str, leaf: str, before: ImportFact) -> bytes:
    """The import of a module of a package, spelled as those that the package has."""
    own = [fact for fact in (*_at_the_top(world, package), before) if fact.is_from]
    is_relative = any(fact.level for fact in own)
    source = "." if is_relative else world.modules.name(package)
    return f"from {source} import {leaf}".encode()


def _certain(world: World, paths: Iterable[str], around: str = "") -> frozenset[str]:
    """Some files, and all that importing them imports whatever happens.

    Args:
        world: The code.
        paths: The files.
        around: A package that is being imported already.
    """
    start = [path for path in paths if path != around]

    def imports(path: str) -> Iterable[str]:
        return (target for target in _targets(world, path) if target != around)

    return frozenset(start) | reachable(start, imports, world.fact_store.load)


def _targets(world: World, path: str) -> Iterable[str]:
    for statement in _at_the_top(world, path):
        yield from _of_statement(world, path, statement)


def _of_statement(world: World, path: str, statement: ImportFact) -> Iterator[str]:
    for place in range(len(statement.names)):
        yield from sorted(alias_targets(path, statement, place, world.modules))


def _at_the_top(world: World, path: str) -> Iterator[ImportFact]:
    """The imports of a file that run whatever happens."""
    facts = world.facts(path)
    if facts.failure is None:
        for fact in facts.imports:
            if fact.scope == 0 and fact.block == 0 and not fact.guard:
                yield fact


def _tried(world: World, path: str) -> Iterator[ImportFact]:
    """The imports of a file that run in a `try`, or a `with`, and under no other condition."""
    facts = world.facts(path)
    for fact in facts.imports if facts.failure is None else ():
        if fact.scope == 0 and fact.guard in (Guard.TRY, Guard.WITH):
            yield fact
