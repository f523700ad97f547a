"""`migrate` and `migrate apply`: land the phases as branches, or in the files."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from onepath.errors import InputError
from onepath_cli.context import (
    WORKTREE,
    Options,
    PhaseNames,
    Planning,
    Workspace,
    is_pending,
    open_workspace,
    plan_phases,
)
from onepath_cli.dry_run import print_summary
from onepath_cli.output import Output

if TYPE_CHECKING:
    from onepath.model import Plan


def apply(
    context: typer.Context,
    phase: PhaseNames = None,
    worktree: Annotated[
        bool, typer.Option("--worktree", help="Write into the files instead of branches.")
    ] = False,
) -> None:
    """Create a branch for each phase, stacked, or write into the files."""
    options: Options = context.obj

    def planning(workspace: Workspace, rev: str | None) -> "Plan":
        return plan_phases(options, workspace, phase, rev)

    if worktree:
        write_files(options, planning)
        return
    with open_workspace(options, writes=True) as workspace:
        _need_branches(options, workspace, "migrate apply")
        plan = planning(workspace, None)
        print_summary(plan, options.output)
        _land(plan, workspace, options.output)


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
        plan = planning(workspace, None)
        print_summary(plan, options.output)
        if not is_pending(plan):
            return
        if not yes and not _confirmed():
            options.output.note("nothing was changed\n")
            return
        _land(plan, workspace, options.output)


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


def _land(plan: "Plan", workspace: Workspace, output: Output) -> None:
    from onepath.land.branches import land

    assert workspace.repository is not None
    landed = land(workspace.repository, plan, plan.phases)
    for branch in landed:
        output.result(f"{branch.status:<9}  {branch.branch}  {branch.commit[:12]}\n")
    if all(branch.status == "unchanged" for branch in landed):
        output.note("nothing to do\n")


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
    from onepath.land.work_tree import write_work_tree
    from onepath.plan.combine import combined
    from onepath.report.text import counted

    with open_workspace(options, writes=True) as workspace:
        plan = planning(workspace, WORKTREE)
        print_summary(plan, options.output)
        changeset = combined(plan.phases)
        write_work_tree(workspace.folder, changeset, workspace.git_dir)
    if changeset.changes:
        options.output.note(f"wrote {counted(len(changeset.changes), 'file')}\n")
