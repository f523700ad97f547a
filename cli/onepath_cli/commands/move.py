"""`migrate move`: a definition goes to another module, a file to another folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onepath.errors import InputError
from onepath_cli.context import Options, Workspace, open_engine
from onepath_cli.oneoff import (
    Check,
    DryRun,
    Ending,
    Form,
    Patch,
    PlanHash,
    ShimKind,
    Until,
    Walk,
    Worktree,
    Yes,
    carry_out,
    config_or_default,
)

if TYPE_CHECKING:
    from onepath.model import Plan
    from onepath_packs.canonical.move import Wanted

Old = Annotated[
    str | None,
    typer.Argument(metavar="OLD", help="What moves: pkg.mod.Name, pkg.mod, or pkg/mod.py."),
]
To = Annotated[
    str | None,
    typer.Argument(
        metavar="DESTINATION", help="Where to, there or not: a module, a package, or pkg/sub/."
    ),
]
TableFile = Annotated[
    Path | None,
    typer.Option(
        "--from", metavar="FILE", help="Many at once: TOML or CSV, each OLD with its DESTINATION."
    ),
]


def move(
    context: typer.Context,
    old: Old = None,
    destination: To = None,
    table: TableFile = None,
    shim: ShimKind = "none",
    until: Until = "",
    dry_run: DryRun = False,
    form: Form = None,
    patch: Patch = None,
    check: Check = False,
    yes: Yes = False,
    worktree: Worktree = False,
    wanted: PlanHash = None,
    walk: Walk = False,
) -> None:
    """Take a definition, a module or a file elsewhere, and all references with it.

    A definition takes along what it needs: private helpers that only it uses go with it, what else
    it reads is imported. The destination is created where it is not there.
    """
    options: Options = context.obj
    moves, slug = _wanted(old, destination, table)
    from onepath_packs.canonical.definitions.shim import Shim

    left = Shim.checked(shim, until)

    def planning(workspace: Workspace, rev: str | None) -> "Plan":
        from onepath_packs.canonical.move import plan_moves

        config = config_or_default(options, workspace)
        with open_engine(options, workspace, rev) as (snapshot, executor):
            return plan_moves(
                snapshot,
                config,
                moves,
                executor=executor,
                cache_dir=workspace.cache_dir,
                progress=options.output.progress,
                slug=slug,
                shim=left,
            )

    ending = Ending(dry_run, form, patch, check, yes, worktree, wanted, walk)
    carry_out(options, planning, ending, "migrate move")


def _wanted(
    old: str | None, destination: str | None, table: Path | None
) -> "tuple[list[Wanted], str]":
    """The moves, and what several of them are called on a branch.

    Raises:
        InputError: Neither is given, or both, or the file can't be read.
    """
    from onepath.config.rename_files import read_rename_file
    from onepath_packs.canonical.move import Wanted
    from onepath_packs.canonical.rename import Identity

    if old is not None and destination is not None and table is None:
        return [Wanted(old, destination)], ""
    if table is not None and old is None:
        renames = read_rename_file(table).renames
        return [Wanted(*pair) for pair in renames.items()], Identity.of_file(table, 0).branch
    raise InputError(
        "move takes OLD and DESTINATION, or --from FILE", hint="`migrate move --help` says more"
    )
