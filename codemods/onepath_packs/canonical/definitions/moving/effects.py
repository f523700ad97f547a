"""What a definition does to others while its module is imported: it has to go on doing so.

`@register class Thing` registers when its module is loaded. In another module it does so only if
something loads that one.
"""

import ast
from collections.abc import Iterator

from onepath.codemod import Needles, World
from onepath.importing.loaded.registering import Registering
from onepath.symbols.graph.imports import reachable
from onepath_packs.canonical.definitions.moving.taken import TakenDefinition
from onepath_packs.canonical.definitions.old_paths.remaining import RemainingReader


def lost_effect(
    before: World, after: World, taken: TakenDefinition, target: str
) -> RemainingReader | None:
    """What a definition does when it is imported and would not do any more; None for nothing.

    Args:
        before: The code as it is.
        after: The code with the definition at its new place, which its old module does not import.
        taken: The definition.
        target: The file of its new module.
    """
    effect = next(_effects(before, taken), None)
    if effect is None or not _is_left_out(before, after, taken.path, target):
        return None
    text = taken.data.splitlines()[effect - 1].decode("utf-8", "replace").strip()
    return RemainingReader(taken.path, effect, f"acts when it is imported: {text}")


def _is_left_out(before: World, after: World, old: str, new: str) -> bool:
    """Whether something loads the old module, and the new one no more by that."""
    leaf = before.modules.name(old).rpartition(".")[2]
    users = [
        path
        for path in before.fact_store.mentioning(Needles.of([leaf]))
        if path != new and old in before.imports(path)
    ]
    return not users or any(
        new not in reachable([path], after.imports, after.fact_store.load, until=new)
        for path in users
    )


def _effects(world: World, taken: TakenDefinition) -> Iterator[int]:
    """The lines of the moving text that do something to others, its old module among them."""
    registering, path = Registering(world), taken.path
    for statement in taken.statements:
        yield from registering.definition(path, statement)
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            for call in ast.walk(statement):
                if isinstance(call, ast.Call) and registering.call(path, call, ""):
                    yield call.lineno
