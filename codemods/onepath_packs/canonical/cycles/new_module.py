"""Names that a small module of their own could hold, so that an import would close no cycle."""

import ast
from collections.abc import Collection, Sequence
from typing import NamedTuple

from onepath.model import Definition, Facts
from onepath.symbols.graph.imports import alias_targets
from onepath.symbols.world import World
from onepath_packs.canonical.cycles.movable import ImportedName

_MOST = 8
"""How many definitions a small module holds."""
_KINDS = ("class", "def", "async def", "assign", "alias", "annotation", "type")


class NewModule(NamedTuple):
    """What a new module would hold."""

    path: str
    names: tuple[Definition, ...]
    """The definitions, as they stand in the module that they would leave."""
    imports: tuple[str, ...]
    """The modules that it would import."""


def proposal(
    world: World, path: str, target: str, names: Sequence[ImportedName], cycle: Collection[str]
) -> str:
    """The new module by which a file would not import another one any more, as a line.

    Args:
        world: The code.
        path: The file.
        target: The file that it imports.
        names: What makes it do so.
        cycle: The files of the cycle that both are in.

    Returns:
        Nothing where there is no such module.
    """
    new = new_module(world, target, _asked_of(world, path, target, names), cycle)
    if new is None:
        return ""
    held = ", ".join(f"{definition.qualname} (line {definition.line})" for definition in new.names)
    needs = f"; it would import {', '.join(new.imports)}" if new.imports else ""
    return (
        f"  '{world.modules.name(path)}' would not import '{world.modules.name(target)}' if a new "
        f"module {new.path} held {held} of {target}{needs}"
    )


def _asked_of(
    world: World, path: str, target: str, names: Sequence[ImportedName]
) -> list[str] | None:
    """The names that a file imports from another one; None where it imports the module itself."""
    facts, asked = world.facts(path), []
    for name in names:
        statement = facts.imports[name.statement]
        resolution = world.resolver.imported(path, statement, statement.names[name.place])
        if not statement.is_from or resolution.kind != "definition" or resolution.path != target:
            return None
        asked.append(resolution.name)
    return asked


def new_module(
    world: World, path: str, names: Sequence[str] | None, cycle: Collection[str]
) -> NewModule | None:
    """The module that could hold some names of a file; None where it would import the cycle.

    Args:
        world: The code.
        path: The file that defines them.
        names: The names.
        cycle: The files that the new module must not import.
    """
    if not names:
        return None
    facts = world.facts(path)
    definitions = {
        one.qualname: one
        for one in facts.definitions
        if "." not in one.qualname and one.kind in _KINDS
    }
    taken: dict[str, Definition] = {}
    imports: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        definition = definitions.get(name)
        if definition is None:
            modules = _brought(world, path, facts, name, cycle)
            if modules is None:
                return None
            imports |= modules
        elif name not in taken:
            read = _read_in(world, path, facts, definition)
            if read is None:
                return None
            taken[name] = definition
            waiting += read
    others = len(definitions) - len(taken)
    place = f"{path.removesuffix('.py').removesuffix('/__init__')}_shared.py"
    if not 0 < len(taken) <= min(_MOST, others) or place in world.modules.files:
        return None
    if any(_is_bound_again(facts, one) for one in taken):
        return None
    found = tuple(sorted(taken.values(), key=lambda one: one.start))
    return NewModule(place, found, tuple(sorted(imports)))


def _read_in(world: World, path: str, facts: Facts, definition: Definition) -> set[str] | None:
    """The module-level names that a definition may read; None where its text can't be had."""
    text = world.read([path]).get(path, b"")[definition.start : definition.end]
    try:
        nodes = ast.walk(ast.parse(text))
    except (SyntaxError, ValueError):
        return None
    spelled = {node.id for node in nodes if isinstance(node, ast.Name)}
    used = {
        use.name
        for use in facts.uses
        if use.bound_in == 0 and definition.start <= use.start < definition.end
    }
    return used | (spelled & {*facts.scopes[0].bound})


def _brought(
    world: World, path: str, facts: Facts, name: str, cycle: Collection[str]
) -> set[str] | None:
    """The modules from which a name is imported; None where that is not known or in the cycle."""
    found: set[str] = set()
    for statement in facts.imports:
        for at, alias in enumerate(statement.names):
            if statement.scope == 0 and alias.bound == name:
                if alias_targets(path, statement, at, world.modules) & {*cycle}:
                    return None
                found.add(statement.module if statement.is_from else alias.name)
    return found or None


def _is_bound_again(facts: Facts, name: str) -> bool:
    """Whether a name is bound several times, or by a function that calls it global."""
    count = sum(definition.qualname == name for definition in facts.definitions)
    return count != 1 or any(name in scope.redirected for scope in facts.scopes)
