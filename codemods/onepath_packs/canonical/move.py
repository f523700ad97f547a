"""`migrate move`: definitions and modules go elsewhere, with all that refers to them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from onepath.codemod import BaseCodemod, Config, Propose, World
from onepath.config.tables.renames import name_problem, normal
from onepath.errors import InputError
from onepath.facts.store.cache import FactsCache
from onepath.model import Executor, Plan, Snapshot
from onepath.plan.alone import plan_alone
from onepath.progress import Progress, quiet
from onepath_packs.canonical.definitions.at_once import RenameStep, WorldTask, check_shims, ordered
from onepath_packs.canonical.definitions.old_paths.shim import NO_SHIM, Shim
from onepath_packs.canonical.definitions.planning import (
    as_step,
    at_once,
    move_task,
    relocation_task,
)
from onepath_packs.canonical.definitions.requests import is_path, module_at, modules_of_paths

_MOVE = "move"


class WantedMove(NamedTuple):
    """One move: `a.b.Name` to the module `a.c`, `a.b` to the package `a.c`, `a/b.py` to `a/c/`."""

    old: str
    destination: str


def plan_moves(
    snapshot: Snapshot,
    config: Config,
    moves: Sequence[WantedMove],
    *,
    executor: Executor,
    cache_dir: Path | None = None,
    progress: Progress = quiet,
    slug: str = "",
    shim: Shim = NO_SHIM,
) -> Plan:
    """Plan a phase that takes definitions, modules and files elsewhere.

    Args:
        snapshot: The code as it is.
        config: Its roots, exclusions and choice for documents count.
        moves: What goes where.
        executor: Runs what can run in parallel.
        cache_dir: Where facts are kept between runs; None keeps none.
        progress: Told, in words, what goes on.
        slug: What several moves are called on their branch.
        shim: What is kept at the old paths.

    Raises:
        InputError: A path is none, leads to nothing, or to where it is already.
        RefusedError: A move would break something.
    """
    if any(is_path(move.destination) and not is_path(move.old) for move in moves):
        with FactsCache(cache_dir) as cache:
            world = World.open(snapshot, cache, executor, roots=config.roots)
            moves = [_to_module(world, move) for move in moves]
    moves = _checked(moves)
    return plan_alone(
        snapshot,
        replace(config, path=None, imports={}, lines={}),
        _move(moves, shim),
        f"migrate/{_MOVE}/{slug or _slug(moves[0])}",
        executor=executor,
        cache_dir=cache_dir,
        progress=progress,
    )


def _move(moves: Sequence[WantedMove], shim: Shim) -> type[BaseCodemod]:
    """The codemod of some moves."""
    names = [_several(moves) if len(moves) > 1 else "_to_".join(moves[0])]
    what = " to ".join(moves[0]) if len(moves) == 1 else f"{len(moves)} paths"

    class Move(BaseCodemod):
        number = 0
        name = "_".join((*names, *shim.words))
        phase = _MOVE
        title = f"Move {what}"

        def steps(self, world: World) -> tuple[Propose]:
            wanted = {_old_and_new(world, one): one for one in moves}
            pairs = dict(wanted.keys())
            check_shims(shim, pairs)

            def task_of(step: RenameStep) -> WorldTask:
                move = wanted.get((step.old, step.new))
                if move is not None:
                    return move_task(self.config, *move, shim, pairs)
                return relocation_task(self.config, step.old, step.new)

            return (as_step(at_once(world, ordered(world, pairs), task_of)),)

        @classmethod
        def routes(cls, config: Config) -> Mapping[str, str]:
            return {
                one.old: f"{one.destination}.{one.old.rpartition('.')[2]}"
                for one in moves
                if not is_path(one.old)
            }

    return Move


def _several(moves: Sequence[WantedMove]) -> str:
    """What tells several moves from others: the first of them, their number, and a digest of all.

    All of their paths would make a name of hundreds of letters.
    """
    digest = sha256("\0".join(word for move in moves for word in move).encode())
    return f"{'_to_'.join(moves[0])}_and_{len(moves) - 1}_more_{digest.hexdigest()[:8]}"


def _old_and_new(world: World, move: WantedMove) -> tuple[str, str]:
    """The dotted paths of what moves; of a file that is not there yet, what is written."""
    if not is_path(move.old):
        return move.old, f"{move.destination}.{move.old.rpartition('.')[2]}"
    try:
        return modules_of_paths(world, *move)
    except InputError:
        return move


def _to_module(world: World, move: WantedMove) -> WantedMove:
    """The move with its destination as a dotted path, if that is written as a file or folder.

    A module that goes to a file gets the name of that, as it does where both are files.

    Raises:
        InputError: It may be outside of the code.
    """
    if is_path(move.old) or not is_path(move.destination):
        return move
    module = world.modules.find(move.old)
    if module is not None and move.destination.endswith(".py"):
        return move._replace(old=module.removesuffix("/__init__.py"))
    return move._replace(destination=module_at(world, move.destination))


def _checked(wanted: Sequence[WantedMove]) -> list[WantedMove]:
    """Moves with their names in the one form of dotted names.

    Raises:
        InputError: A name is none.
    """
    moves = [one if is_path(one.old) else WantedMove(*map(normal, one)) for one in wanted]
    names = [name for move in moves if not is_path(move.old) for name in move]
    problems = [*filter(None, map(name_problem, names))]
    if problems:
        raise InputError("\n".join(problems), hint="`migrate move pkg.mod.Name pkg.other`")
    return moves


def _slug(move: WantedMove) -> str:
    """What a single move is called on its branch."""
    leaf = move.old if is_path(move.old) else move.old.rpartition(".")[2]
    return re.sub(r"[^\w.]+", "-", f"{leaf} to {move.destination}").strip("-")
