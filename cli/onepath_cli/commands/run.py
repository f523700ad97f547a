"""`migrate run`: a codemod that the user names, over whole files."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from onepath_cli.context import Options, Workspace, open_engine
from onepath_cli.oneoff import (
    Check,
    DryRun,
    Ending,
    Form,
    Patch,
    PlanHash,
    Walk,
    Worktree,
    Yes,
    carry_out,
    config_or_default,
)

if TYPE_CHECKING:
    from onepath.model import Plan

_ARGUMENTS = "onepath.codemod_arguments"


class RunCommand(TyperCommand):
    """Keeps what follows `--` apart: it belongs to the codemod, and is not more globs."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if "--" in args:
            at = args.index("--")
            args, ctx.meta[_ARGUMENTS] = args[:at], args[at + 1 :]
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        return [*super().collect_usage_pieces(ctx), "[-- ARGS]"]


def run(
    context: typer.Context,
    codemod: Annotated[
        str,
        typer.Argument(
            metavar="CODEMOD",
            help="package.module.Class or path/to/file.py:Class, a libcst codemod; or "
            "bowler:package.module:function or bowler:path/to/file.py:function, which takes a "
            "list of paths and returns a Bowler query. It is imported and run.",
        ),
    ],
    path_glob: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH_GLOB",
            help="Which files, relative to the top folder; by default all Python files.",
        ),
    ] = None,
    dry_run: DryRun = False,
    form: Form = None,
    patch: Patch = None,
    check: Check = False,
    yes: Yes = False,
    worktree: Worktree = False,
    wanted: PlanHash = None,
    walk: Walk = False,
) -> None:
    """Run a codemod of your own over whole files, on a branch of its own.

    What follows -- are the codemod's own arguments.
    """
    options: Options = context.obj

    def planning(workspace: Workspace, rev: str | None) -> "Plan":
        config = config_or_default(options, workspace)

        from onepath.codemod.users.user_codemod import parse_codemod
        from onepath.plan.oneoff import plan_codemod

        named = parse_codemod(codemod, context.meta.get(_ARGUMENTS, ()))
        with open_engine(options, workspace, rev) as (snapshot, executor):
            return plan_codemod(
                snapshot,
                config,
                named,
                path_glob or (),
                executor=executor,
                progress=options.output.progress,
            )

    carry_out(
        options,
        planning,
        Ending(dry_run, form, patch, check, yes, worktree, wanted, walk),
        "migrate run",
    )
