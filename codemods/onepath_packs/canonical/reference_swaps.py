"""References that change places: those to `a.X` go to `b.Y`, and those to `b.Y` to `a.X`.

Some of them go by way of a name that is there only in between: another one for what they end at.
"""

from collections.abc import Callable, Mapping

from onepath.codemod import Edit, Outcome, World, file_changes
from onepath.errors import InputError
from onepath.model import Changeset
from onepath_packs.canonical.definitions.at_once import RenameStep, WorldTask, free_path
from onepath_packs.canonical.definitions.own_name import OwnName
from onepath_packs.canonical.definitions.planning import at_once, in_turn


def swapped(renames: Mapping[str, str]) -> dict[str, str]:
    """Those of some renames, each straight to where it ends, that never come to an end."""
    return {old: new for old, new in renames.items() if new in renames}


def swap_task(
    renames: Mapping[str, str], task_of: Callable[[Mapping[str, str]], WorldTask]
) -> WorldTask:
    """What takes references that change places.

    Args:
        renames: Old path -> new path; each new one is an old one, too.
        task_of: Gives what takes the references of some renames.

    Returns:
        A task. It raises an `InputError` where none of the names is bound by a module of the code.
    """

    def task(world: World) -> Outcome:
        steps, between = _steps(world, renames)
        return in_turn(
            world,
            [
                lambda world: _edited(world, between, _bind),
                lambda world: at_once(world, steps, lambda step: task_of({step.old: step.new})),
                lambda world: _edited(world, between, _unbind),
            ],
        )

    return task


def _steps(world: World, renames: Mapping[str, str]) -> tuple[list[RenameStep], dict[str, str]]:
    """The steps in order, and the path of each name in between with the one it stands for."""
    waiting, between = {old: RenameStep(old, new) for old, new in renames.items()}, dict[str, str]()
    steps: list[RenameStep] = []
    while waiting:
        ready = next((step for step in waiting.values() if step.new not in waiting), None)
        if ready is not None:
            steps.append(waiting.pop(ready.old))
            continue
        first = next((step for step in waiting.values() if _is_bound_here(world, step.new)), None)
        if first is None:
            names = ", ".join(f"'{old}'" for old in waiting)
            raise InputError(f"{names} can't change places: none is bound by a module of this code")
        free = free_path(world, first.new)
        between[free] = first.new
        leaf, instead = (path.rpartition(".")[2] for path in (free, first.new))
        steps.append(RenameStep(first.old, free, leaf, instead))
        del waiting[first.old]
        waiting[free] = RenameStep(free, first.new, leaf, instead)
    return steps, between


def _is_bound_here(world: World, dotted: str) -> bool:
    module, _, name = dotted.rpartition(".")
    path = world.modules.find(module) if module else None
    return path is not None and path.endswith(".py") and name in world.resolver.table(path).names


def _edited(
    world: World, between: Mapping[str, str], edit: Callable[[World, str, str, str], Edit]
) -> Outcome:
    edits: dict[str, tuple[Edit, ...]] = {}
    for free, dotted in between.items():
        module, _, name = dotted.rpartition(".")
        path = world.modules.find(module) or ""
        one = edit(world, path, free.rpartition(".")[2], name)
        edits[path] = tuple(sorted((*edits.get(path, ()), one)))
    return Outcome(Changeset(file_changes(world, edits), ()), {}, {})


def _bind(world: World, path: str, free: str, name: str) -> Edit:
    """The line that binds a name in between, below the statement that binds what it stands for."""
    data = world.read([path])[path]
    at = OwnName(path, data, world.facts(path), name).last_line()
    return Edit(at, at, _line(free, name), "definition", data.count(b"\n", 0, at) + 1)


def _unbind(world: World, path: str, free: str, name: str) -> Edit:
    data, line = world.read([path])[path], _line(free, name)
    at = data.index(line)
    return Edit(at, at + len(line), b"", "definition", data.count(b"\n", 0, at) + 1)


def _line(free: str, name: str) -> bytes:
    return f"\n{free} = {name}".encode()
