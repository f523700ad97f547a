"""Several renames and moves in turn, each on the code that the one before it makes."""

import gc
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial

from onepath.codemod import Config, Declared, Outcome, Proposal, Propose, World
from onepath.errors import InputError
from onepath.model import Changeset
from onepath.symbols.outside.environment import running_environment
from onepath.symbols.outside.lookup import Kind, Outside, is_builtin
from onepath_packs.canonical.definitions.at_once import AtOnce, RenameStep, WorldTask, free_path
from onepath_packs.canonical.definitions.members.family import is_member_rename
from onepath_packs.canonical.definitions.members.renaming import rename_member
from onepath_packs.canonical.definitions.modules import module_move, move_module
from onepath_packs.canonical.definitions.moving.definition import DefinitionMove, move_definition
from onepath_packs.canonical.definitions.old_paths.shim import NO_SHIM, Shim
from onepath_packs.canonical.definitions.parameters.renaming import rename_parameter
from onepath_packs.canonical.definitions.parameters.target import parameter_of
from onepath_packs.canonical.definitions.renaming import rename_definition
from onepath_packs.canonical.definitions.requests import (
    check_new_name,
    checked_target,
    home_of,
    is_definition_rename,
    is_module,
    is_module_rename,
    is_no_module,
    is_path,
    modules_of_paths,
)
from onepath_packs.canonical.definitions.together import Sum

_COLLECTED = 8
"""After how many tasks the memory of their worlds is given back."""


def definition_renames(world: World, renames: Mapping[str, str]) -> dict[str, str]:
    """Those of some renames by which a definition itself gets another name.

    Its new name is not there yet, or is that of another one of them, which gets another name too.
    """
    free = {old: free_path(world, old) for old, new in renames.items() if new in renames}
    chosen = {
        old: new
        for old, new in renames.items()
        if _is_of_definition(world, old, new)
        or (old in free and _is_beside(old, new) and _is_of_definition(world, old, free[old]))
    }
    while True:
        kept = {
            old: new
            for old, new in chosen.items()
            if new in chosen or _is_of_definition(world, old, new)
        }
        if len(kept) == len(chosen):
            return kept
        chosen = kept


def with_parents(world: World, config: Config, renames: Mapping[str, str]) -> dict[str, str]:
    """Renames in which a new name alone means one beside the old name: `a.b.C.old new`.

    Args:
        world: The code.
        config: The environment: a module or a builtin of that name is meant itself.
        renames: Old path -> new path, as written.

    Raises:
        InputError: There is something of that name beside the old one, or the new path is that of
            a module, and the old one of something else.
    """
    outside = Outside(config.environment or running_environment())
    completed = dict(renames)
    for old, new in renames.items():
        beside = f"{old.rpartition('.')[0]}.{new}"
        meant = world.resolver.dotted(new).kind
        is_module = meant == "module" or ("." not in new and outside.kind(new) is Kind.MODULE)
        if is_module and is_no_module(world, old):
            hint = "" if "." in new else f"for a name beside it: {beside}"
            raise InputError(f"'{new}' is a module, which '{old}' is not", hint=hint)
        if (
            "." in new
            or world.modules.find(new) is not None
            or (
                not new.startswith("__")
                and (is_builtin(new) or outside.kind(new) is not Kind.ABSENT)
            )
            or world.resolver.dotted(old).kind != "definition"
        ):
            continue
        there = world.resolver.dotted(beside)
        if there.kind == "definition" and not there.rest:
            raise InputError(f"'{beside}' exists already, and there is no module '{new}'")
        if _is_of_definition(world, old, beside):
            completed[old] = beside
    return completed


def _is_beside(old: str, new: str) -> bool:
    return old.rpartition(".")[0] == new.rpartition(".")[0]


def _is_of_definition(world: World, old: str, new: str) -> bool:
    return (
        is_definition_rename(world, old, new)
        or is_module_rename(world, old, new)
        or is_member_rename(world, old, new)
        or parameter_of(world, old, new) is not None
    )


def rename_task(config: Config, old: str, new: str, shim: Shim = NO_SHIM) -> WorldTask:
    """The rename of one definition, checked when its turn comes."""

    def task(world: World) -> Outcome:
        if is_module_rename(world, old, new):
            return move_module(world, config, module_move(world, old, new, shim))
        parameter = parameter_of(world, old, new)
        if (parameter is not None or is_member_rename(world, old, new)) and shim.kind != "none":
            raise InputError("members and parameters have no shims", hint="leave --shim out")
        if parameter is not None:
            return rename_parameter(world, config, parameter)
        if is_member_rename(world, old, new):
            return rename_member(world, config, old, new)
        home, leaf = home_of(world, old), new.rpartition(".")[2]
        check_new_name(world, home, leaf)
        return rename_definition(world, config, home, leaf, shim)

    return task


def move_task(
    config: Config,
    old: str,
    destination: str,
    shim: Shim = NO_SHIM,
    moving: Collection[str] = (),
) -> WorldTask:
    """The move of one definition or module, checked when its turn comes.

    Args:
        config: Whose exclusions and choice for documents count.
        old: What moves.
        destination: Where it goes.
        shim: What is kept at the old path.
        moving: The dotted paths of all that moves at once.
    """

    def task(world: World) -> Outcome:
        if is_path(old):
            modules = modules_of_paths(world, old, destination)
            return move_module(world, config, module_move(world, *modules, shim))
        if is_module(world, old):
            leaf = old.rpartition(".")[2]
            new = f"{destination}.{leaf}"
            return move_module(world, config, module_move(world, old, new, shim))
        home = home_of(world, old)
        target = checked_target(world, home, destination)
        return move_definition(world, config, DefinitionMove(home, target, shim, moving))

    return task


def relocation_task(config: Config, old: str, new: str) -> WorldTask:
    """Takes a definition or module to another path, whatever parts of it change."""
    leaf, module = old.rpartition(".")[2], new.rpartition(".")[0]

    def task(world: World) -> Outcome:
        if is_module(world, old):
            return move_module(world, config, module_move(world, old, new))
        if _is_beside(old, new):
            return rename_task(config, old, new)(world)
        moved = f"{module}.{leaf}"
        tasks = [move_task(config, old, module)]
        return in_turn(world, [*tasks, rename_task(config, moved, new)] if moved != new else tasks)

    return task


def at_once(
    world: World, steps: Sequence[RenameStep], task_of: Callable[[RenameStep], WorldTask]
) -> Outcome:
    """What some steps come to that are meant at once.

    Args:
        world: The code.
        steps: In an order in which paths become free; what is refused waits for the others.
        task_of: Gives what takes a step.

    Raises:
        RefusedError: A step can't be taken, or a place goes on to need a name that another takes.
    """
    together = AtOnce(steps)
    outcome = in_turn(world, [partial(together.next, task_of)] * len(steps))
    together.check(outcome)
    return outcome


def in_turn(world: World, tasks: Iterable[WorldTask]) -> Outcome:
    """What some tasks come to, each on the code that those before it make."""
    sum_of, outcomes, at = Sum(world), list[Outcome](), world
    for number, task in enumerate(tasks, 1):
        outcome = task(at)
        outcomes.append(outcome)
        sum_of.add(outcome)
        at = at.after({change.path: change.new for change in outcome.changeset.changes})
        if number % _COLLECTED == 0:
            gc.collect()  # a command runs without, and worlds refer to themselves
    if len(outcomes) == 1:
        return outcomes[0]
    refusals = {refusal for outcome in outcomes for refusal in outcome.changeset.refusals}
    return Outcome(
        Changeset(sum_of.changes(), tuple(sorted(refusals))),
        {rule: count for outcome in reversed(outcomes) for rule, count in outcome.before.items()},
        {rule: count for outcome in outcomes for rule, count in outcome.after.items()},
        tuple(line for outcome in outcomes for line in outcome.remarks),
        sum_of.places(),
    )


def as_step(outcome: Outcome) -> Propose:
    """What is proven already, as the one step of a codemod."""
    changes, refusals = outcome.changeset.changes, outcome.changeset.refusals
    declared = Declared(is_proven=True)
    return lambda *_: Proposal(
        changes,
        refusals,
        declared,
        outcome.before,
        outcome.after,
        outcome.remarks,
        outcome.places,
    )
