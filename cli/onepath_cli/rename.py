"""`migrate rename`: every reference to one path goes to another."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from onepath_cli.context import Options, Workspace, open_engine
from onepath_cli.oneoff import (
    Check,
    DryRun,
    Ending,
    Form,
    Patch,
    Worktree,
    Yes,
    carry_out,
    config_or_default,
)

if TYPE_CHECKING:
    from onepath.model import Plan


def rename(
    context: typer.Context,
    old: Annotated[
        str, typer.Argument(metavar="OLD", help="The path that is used now, pkg.mod.Name.")
    ],
    new: Annotated[
        str, typer.Argument(metavar="NEW", help="The path to use instead; it must exist.")
    ],
    inside: Annotated[
        bool,
        typer.Option(
            "--inside",
            help="Where NEW is a package's facade for what is defined in it: the package's own "
            "modules use it as well.",
        ),
    ] = False,
    dry_run: DryRun = False,
    form: Form = None,
    patch: Patch = None,
    check: Check = False,
    yes: Yes = False,
    worktree: Worktree = False,
) -> None:
    """Take every reference to OLD to NEW, which must exist, on a branch of its own."""
    options: Options = context.obj

    def planning(workspace: Workspace, rev: str | None) -> "Plan":
        config = config_or_default(options, workspace)
        config = replace(config, inside=config.inside or inside)

        from onepath_packs.canonical.rename import plan_rename

        with open_engine(options, workspace, rev) as (snapshot, executor):
            return plan_rename(
                snapshot,
                config,
                old,
                new,
                executor=executor,
                cache_dir=workspace.cache_dir,
                progress=options.output.progress,
            )

    ending = Ending(dry_run, form, patch, check, yes, worktree)
    carry_out(options, planning, ending, "migrate rename")
