"""`migrate recipe`: over a version of an outside library, by a table that comes with onepath."""

from typing import TYPE_CHECKING, Annotated

import typer

from onepath_cli.context import Options, Workspace, open_engine
from onepath_cli.oneoff import (
    Check,
    DryRun,
    Ending,
    Form,
    Patch,
    PlanHash,
    Worktree,
    Yes,
    carry_out,
    config_or_default,
)

if TYPE_CHECKING:
    from onepath.model import Plan


def recipe(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="airflow3 or langchain02: what is moved to.")
    ],
    dry_run: DryRun = False,
    form: Form = None,
    patch: Patch = None,
    check: Check = False,
    yes: Yes = False,
    worktree: Worktree = False,
    wanted: PlanHash = None,
) -> None:
    """Take every use of what an outside library has moved to where it is now.

    The table is that of the pack NAME, on a branch of its own as `migrate rename` makes it.
    """
    options: Options = context.obj

    def planning(workspace: Workspace, rev: str | None) -> "Plan":
        from onepath.config.rename_files import read_rename_file
        from onepath.errors import unknown_name
        from onepath_packs.canonical.rename import Identity, plan_rename_table
        from onepath_packs.moves import recipes

        known = recipes()
        if name not in known:
            raise unknown_name("recipe", [name], sorted(known))
        table = read_rename_file(known[name])
        title = f"Take {len(table.renames)} paths where the recipe {name} says"
        with open_engine(options, workspace, rev) as (snapshot, executor):
            return plan_rename_table(
                snapshot, config_or_default(options, workspace), table,
                Identity(name, title, name), executor=executor,
                cache_dir=workspace.cache_dir, progress=options.output.progress,
            )  # fmt: skip

    ending = Ending(dry_run, form, patch, check, yes, worktree, wanted)
    carry_out(options, planning, ending, "migrate recipe")
