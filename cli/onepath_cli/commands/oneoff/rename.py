"""`migrate rename`: every reference to one path goes to another."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onepath.errors import InputError
from onepath_cli.commands.oneoff.shared import OneOffOptions, ShimOptions, carry_out
from onepath_cli.context import Options
from onepath_cli.option_groups import grouped

if TYPE_CHECKING:
    from collections.abc import Callable

    from onepath.config.migrate_toml import Config
    from onepath.model import Plan, Snapshot


Old = Annotated[
    str | None, typer.Argument(metavar="OLD", help="The path that is used now, pkg.mod.Name.")
]
New = Annotated[
    str | None,
    typer.Argument(
        metavar="NEW",
        help="The path to use instead, there already or not; or a name alone, beside OLD.",
    ),
]
TableFile = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="FILE",
        help="Many at once: TOML as in [imports] of migrate.toml, or CSV with two columns.",
    ),
]
Inside = Annotated[
    bool,
    typer.Option(
        "--inside",
        help="Where NEW is a package's facade for what is defined in it: the package's own "
        "modules use it as well.",
    ),
]


@grouped
def rename(
    context: typer.Context,
    old: Old = None,
    new: New = None,
    table: TableFile = None,
    inside: Inside = False,
    *,
    shim: ShimOptions,
    ending: OneOffOptions,
) -> None:
    """Take every reference to OLD to NEW, on a branch of its own.

    Where NEW is not there yet, what OLD names gets that name itself.

    With --from, those to all the old paths of a file.
    """
    options: Options = context.obj
    plan, left = _chosen(old, new, table), shim.checked()

    def make_plan(snapshot: "Snapshot", config: "Config", **engine: Any) -> "Plan":
        config = replace(config, inside=config.inside or inside)
        return plan(snapshot, config, shim=left, **engine)

    carry_out(options, make_plan, ending, "migrate rename", table)


def _chosen(old: str | None, new: str | None, table: Path | None) -> "Callable[..., Plan]":
    """What plans the renames: one pair, or all of a file.

    Raises:
        InputError: Neither is given, or both, or the file can't be read.
    """
    from onepath.config.tables.rename_files import read_rename_file
    from onepath_packs.canonical.rename import RenameIdentity, plan_rename, plan_rename_table

    if old is not None and new is not None and table is None:
        return partial(plan_rename, old=old, new=new)
    if table is not None and old is None:
        renames = read_rename_file(table, may_swap=True)
        identity = RenameIdentity.of_file(table, len(renames.renames))
        return partial(plan_rename_table, table=renames, identity=identity)
    raise InputError(
        "rename takes OLD and NEW, or --from FILE", hint="`migrate rename --help` says more"
    )
