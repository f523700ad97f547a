"""`migrate rename`: the codemod of the imports for one pair of names, or for a table of them."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from onepath.codemod import (
    BaseCodemod,
    Config,
    LeftOut,
    Proposal,
    Propose,
    World,
)
from onepath.codemod.settling import settle
from onepath.config.tables.rename_files import RenameTable
from onepath.config.tables.renames import name_problem, normal
from onepath.errors import ConfigError, InputError
from onepath.model import Executor, Plan, Snapshot
from onepath.plan.alone import plan_alone
from onepath.progress import Progress, quiet
from onepath.report.text import counted
from onepath_packs.canonical.definitions.at_once import RenameStep, WorldTask, check_shims, ordered
from onepath_packs.canonical.definitions.old_paths.shim import NO_SHIM, Shim
from onepath_packs.canonical.definitions.planning import (
    as_step,
    at_once,
    definition_renames,
    in_turn,
    rename_task,
    with_parents,
)
from onepath_packs.canonical.imports.codemod import CanonicalImports
from onepath_packs.canonical.imports.renames import build_renames
from onepath_packs.canonical.imports.unknown_names import no_such_path, unused
from onepath_packs.canonical.reference_swaps import swap_task, swapped

_RENAME = "rename"
_MOVES_REFERENCES = (
    "a rename moves references to a path that exists, or gives a definition another name in its "
    "own module; `migrate move` takes definitions to other modules"
)


def plan_rename(
    snapshot: Snapshot,
    config: Config,
    old: str,
    new: str,
    *,
    executor: Executor,
    cache_dir: Path | None = None,
    progress: Progress = quiet,
    shim: Shim = NO_SHIM,
) -> Plan:
    """Plan a phase that takes every reference to `old` to `new`.

    Where `new` does not exist, and `old` is a definition of the same module, the definition itself
    gets the new name.

    Args:
        snapshot: The code as it is.
        config: Its roots, exclusions and choice for documents count; its renames do not.
        old: A dotted path that the code uses; it need not exist any more.
        new: The dotted path of something that does, or of nothing yet.
        executor: Runs what can run in parallel.
        cache_dir: Where facts are kept between runs; None keeps none.
        progress: Told, in words, what goes on.
        shim: What is kept at the old paths of definitions and modules that are renamed themselves.

    Raises:
        InputError: The names are not dotted names, or `new` is nothing to refer to.
    """
    old, new = normal(old), normal(new)
    _check_names(old, new)
    leaves = f"{old.rpartition('.')[2]}-to-{new.rpartition('.')[2]}"
    identity = RenameIdentity(f"{old}_to_{new}", f"Rename {old} to {new}", leaves)
    return plan_rename_table(
        snapshot,
        config,
        RenameTable.of({old: new}),
        identity,
        executor=executor,
        cache_dir=cache_dir,
        progress=progress,
        shim=shim,
    )


class RenameIdentity(NamedTuple):
    """How a table of renames is named."""

    version: str
    title: str
    """The first line of its commit."""
    branch: str
    """The last part of its branch."""

    @classmethod
    def of_file(cls, path: Path, count: int) -> "RenameIdentity":
        """The names for the renames of a file."""
        slug = re.sub(r"[^A-Za-z0-9_-]+", "-", path.stem).strip("-") or "table"
        return cls(slug, f"Rename {counted(count, 'path')} as {path.name} says", slug)


def plan_rename_table(
    snapshot: Snapshot,
    config: Config,
    table: RenameTable,
    identity: RenameIdentity,
    *,
    executor: Executor,
    cache_dir: Path | None = None,
    progress: Progress = quiet,
    shim: Shim = NO_SHIM,
) -> Plan:
    """Plan a phase that takes every reference to the old paths of a table to the new ones.

    Args:
        snapshot: The code as it is.
        config: Its roots, exclusions and choice for documents count; its renames do not.
        table: The renames.
        identity: How they are named.
        executor: Runs what can run in parallel.
        cache_dir: Where facts are kept between runs; None keeps none.
        progress: Told, in words, what goes on.
        shim: What is kept at the old paths of definitions and modules that are renamed themselves.

    Raises:
        InputError: A new path is nothing to refer to.
    """
    config = replace(
        config, path=None, imports=table.renames, lines={}, followed=tuple(table.followed)
    )
    return plan_alone(
        snapshot,
        config,
        _rename(table, identity, shim),
        f"migrate/{_RENAME}/{identity.branch}",
        executor=executor,
        cache_dir=cache_dir,
        progress=progress,
    )


def _rename(table: RenameTable, identity: RenameIdentity, shim: Shim) -> type[BaseCodemod]:
    """The codemod of a table."""

    class Rename(BaseCodemod):
        number = 0
        name = "_".join((identity.version, *shim.words))
        phase = _RENAME
        title = identity.title

        def steps(self, world: World) -> tuple[Propose]:
            written = with_parents(world, self.config, table.written)
            definitions = definition_renames(world, written)
            others = {old: new for old, new in table.renames.items() if old not in definitions}
            swaps = swapped(others)
            straight = {old: new for old, new in others.items() if old not in swaps}
            if straight and not (definitions or swaps):
                return (_references(self.config, straight),)
            check_shims(shim, definitions)
            steps = ordered(world, definitions)
            tasks = [lambda world: at_once(world, steps, self._rename_task)] if steps else []
            tasks += [swap_task(swaps, self._reference_task)] if swaps else []
            tasks += [self._reference_task(straight)] if straight else []
            return (as_step(in_turn(world, tasks)),)

        def _rename_task(self, step: RenameStep) -> WorldTask:
            return rename_task(self.config, step.old, step.new, shim)

        def _reference_task(self, renames: Mapping[str, str]) -> WorldTask:
            references = _references(self.config, renames)
            exclude, left = self.config.exclude, self.config.left_alone
            return lambda world: settle(world, references, exclude, left_alone=left)

        @classmethod
        def routes(cls, config: Config) -> Mapping[str, str]:
            return config.imports

    return Rename


def _references(config: Config, renames: Mapping[str, str]) -> Propose:
    """What takes the references of some renames."""
    config = replace(config, imports=renames)
    imports = CanonicalImports(config)

    def propose(world: World, left_out: LeftOut) -> Proposal:
        try:
            proposal = imports.propose(world, left_out)
        except ConfigError as error:
            text = "\n".join(text for _, text in error.problems)
            raise InputError(text, hint=_MOVES_REFERENCES) from None
        if proposal.changes or proposal.refusals or len(renames) != 1:
            return proposal
        (old,) = renames
        line = unused(world, build_renames(world, config), old)
        told = no_such_path(old)
        rest = (remark for remark in proposal.remarks if not remark.startswith(told))
        return proposal._replace(remarks=(line, *rest))

    return propose


def _check_names(old: str, new: str) -> None:
    problems = [problem for name in (old, new) if (problem := name_problem(name))]
    if old == new:
        problems = [f"'{old}' is renamed to itself"]
    elif not problems and new.startswith(f"{old}."):
        problems = [f"'{new}' is inside '{old}': renaming it would never come to an end"]
    if problems:
        raise InputError("\n".join(problems), hint=_MOVES_REFERENCES)
