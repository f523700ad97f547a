"""`migrate` and `migrate apply`: land the phases as branches, or in the files."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from onepath.errors import InputError
from onepath_cli.commands.phases.dry_run import print_summary
from onepath_cli.context import (
    WORKTREE,
    Options,
    PhaseNames,
    Planning,
    Workspace,
    is_pending,
    open_workspace,
    telling_uncommitted,
)
from onepath_cli.landing import Landing, LandingForm, land_plan, pending_again_lines
from onepath_cli.planning import plan_phases, planned

if TYPE_CHECKING:
    from onepath.model import Plan


PlanHash = Annotated[
    str | None,
    typer.Option(
        "--plan", metavar="HASH", help="Land exactly the plan that was shown with this hash."
    ),
]


def apply(
    context: typer.Context,
    phase: PhaseNames = None,
    worktree: Annotated[
        bool, typer.Option("--worktree", help="Write into the files instead of branches.")
    ] = False,
    wanted: PlanHash = None,
    append: Annotated[
        bool,
        typer.Option("--append", help="Add a commit to a branch instead of moving it."),
    ] = False,
    restack: Annotated[
        bool,
        typer.Option(
            "--restack", help="Move every branch onto the base of today, also one that could stay."
        ),
    ] = False,
    form: Annotated[
        LandingForm, typer.Option("--format", help="What is printed.")
    ] = LandingForm.TEXT,
) -> None:
    """Create a branch for each phase, stacked; bring those that exist to the base of today."""
    options: Options = context.obj
    landing = Landing(append=append, restack=restack, as_json=form is LandingForm.JSON)
    if worktree:
        given = {"--append": append, "--restack": restack, "--format json": landing.as_json}
        for name in (name for name, value in given.items() if value):
            raise InputError(
                f"{name} is about branches, and --worktree makes none", hint="leave one out"
            )

        def chosen(place: Workspace, rev: str | None) -> "Plan":
            return plan_phases(options, place, phase, rev)

        write_files(options, as_shown(chosen, wanted))
        return
    land_phases(options, phase, landing, wanted)


def land_phases(
    options: Options, phases: Sequence[str] | None, landing: Landing, wanted: str | None
) -> None:
    """Plan the phases, land a branch for each, and tell what was done.

    Args:
        options: The global options.
        phases: Names of the phases wanted; None for all.
        landing: How.
        wanted: The hash of the plan that may land; None for any.

    Raises:
        RefusedError: The plan is another one.
        typer.Exit: Code 3: a branch was left alone.
    """
    with open_workspace(options, writes=True) as workspace:
        _need_branches(options, workspace, "migrate apply")
        with (
            telling_uncommitted(options, workspace),
            planned(options, workspace, phases) as made,
        ):
            _check_plan(made.plan, wanted)
            if not landing.as_json:
                print_summary(made.plan, options.output)
            notes = pending_again_lines(workspace, made)
            land_plan(made.plan, workspace, options.output, landing, notes)


def as_shown(planning: Planning, wanted: str | None) -> Planning:
    """Return the planning that refuses any plan but the one with a hash; None wants no certain one.

    What is returned raises RefusedError where another plan is made.
    """

    def checked(workspace: Workspace, rev: str | None) -> "Plan":
        plan = planning(workspace, rev)
        _check_plan(plan, wanted)
        return plan

    return checked


def _check_plan(plan: "Plan", wanted: str | None) -> None:
    from onepath.plan.plan_hash import check_hash

    if wanted is not None:
        check_hash(plan, wanted)


def ask_and_land(options: Options, phases: Sequence[str], yes: bool) -> None:
    """Show the summary of the phases, ask, and land a branch for each.

    Raises:
        InputError: Nobody can be asked, and `yes` is not set.
    """
    ask_about(
        options, lambda place, rev: plan_phases(options, place, phases, rev), yes, "migrate apply"
    )


def ask_about(options: Options, planning: Planning, yes: bool, command: str) -> None:
    """Show the summary of a plan, ask, and land a branch for each of its phases.

    Args:
        options: The global options.
        planning: Makes the plan.
        yes: Don't ask.
        command: The command that has `--worktree`, for hints.

    Raises:
        InputError: Nobody can be asked, and `yes` is not set.
    """
    with open_workspace(options, writes=True) as workspace:
        _need_branches(options, workspace, command)
        with telling_uncommitted(options, workspace):
            plan = planning(workspace, None)
        print_summary(plan, options.output)
        if not is_pending(plan):
            return
        if not yes and not _confirmed():
            options.output.note("nothing was changed\n")
            return
        land_plan(plan, workspace, options.output)


def _confirmed() -> bool:
    if not sys.stdin.isatty():
        raise InputError(
            "this would create branches, and there is no terminal to ask on; nothing was changed",
            hint="add --yes, or look first with --dry-run",
        )
    return typer.confirm("\nCreate these branches?")


def _need_branches(options: Options, workspace: Workspace, command: str) -> None:
    if workspace.repository is None:
        raise InputError(
            f"{workspace.folder}: not in a git repository, so there can be no branches",
            hint=f"`{command} --worktree` writes into the files; --dry-run shows the changes",
        )
    if options.rev == WORKTREE:
        raise InputError(
            "--rev WORKTREE has no commit for a branch to start from",
            hint=f"commit first, or write into the files with `{command} --worktree`",
        )


def write_files(options: Options, planning: Planning) -> None:
    """Plan from the files as they lie, show the summary, and write what is planned into them.

    Raises:
        InputError: Another revision is asked for.
    """
    if options.rev not in (None, WORKTREE):
        raise InputError(
            f"--worktree changes the files as they lie, not those of {options.rev}",
            hint="leave --rev out",
        )
    from onepath.codemod.combine import combined
    from onepath.land.worktree.work_tree import write_work_tree
    from onepath.report.text import counted

    with open_workspace(options, writes=True) as workspace:
        plan = planning(workspace, WORKTREE)
        print_summary(plan, options.output)
        changeset = combined(plan.phases)
        write_work_tree(workspace.folder, changeset, workspace.git_dir)
    if changeset.changes:
        options.output.note(f"wrote {counted(len(changeset.changes), 'file')}\n")
