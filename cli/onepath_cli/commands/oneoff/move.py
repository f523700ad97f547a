"""`migrate move`: a definition goes to another module, a file to another folder."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onepath.errors import InputError
from onepath_cli.commands.oneoff.shared import OneOffOptions, ShimOptions, carry_out
from onepath_cli.context import Options
from onepath_cli.option_groups import grouped

if TYPE_CHECKING:
    from onepath_packs.canonical.move import WantedMove

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


@grouped
def move(
    context: typer.Context,
    old: Old = None,
    destination: To = None,
    table: TableFile = None,
    *,
    shim: ShimOptions,
    ending: OneOffOptions,
) -> None:
    """Take a definition, a module or a file elsewhere, and all references with it.

    A definition takes along what it needs: private helpers that only it uses go with it, what else
    it reads is imported. The destination is created where it is not there.
    """
    from onepath_packs.canonical.move import plan_moves

    options: Options = context.obj
    moves, slug = _wanted(old, destination, table)
    plan = partial(plan_moves, moves=moves, slug=slug, shim=shim.checked())
    carry_out(options, plan, ending, "migrate move", table)


def _wanted(
    old: str | None, destination: str | None, table: Path | None
) -> "tuple[list[WantedMove], str]":
    """The moves, and what several of them are called on a branch.

    Raises:
        InputError: Neither is given, or both, or the file can't be read.
    """
    from onepath.config.tables.rename_files import read_rename_file
    from onepath_packs.canonical.move import WantedMove
    from onepath_packs.canonical.rename import RenameIdentity

    if old is not None and destination is not None and table is None:
        return [WantedMove(old, destination)], ""
    if table is not None and old is None:
        moves = read_rename_file(table, may_swap=True, may_be_files=True).written
        return [WantedMove(*pair) for pair in moves.items()], RenameIdentity.of_file(
            table, 0
        ).branch
    raise InputError(
        "move takes OLD and DESTINATION, or --from FILE", hint="`migrate move --help` says more"
    )
