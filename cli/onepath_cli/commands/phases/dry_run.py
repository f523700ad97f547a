"""`migrate --dry-run`: everything that would happen, and nothing happens."""

from collections.abc import Sequence
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from onepath.errors import InputError
from onepath_cli.context import (
    Options,
    Planning,
    Workspace,
    is_pending,
    near,
    open_workspace,
    telling_uncommitted,
)
from onepath_cli.output import Output
from onepath_cli.planning import plan_phases

if TYPE_CHECKING:
    from onepath.land.commit.identity import Identity
    from onepath.model import Phase, Plan


class Format(StrEnum):
    """What a dry run prints."""

    DIFF = "diff"
    STAT = "stat"
    JSON = "json"


def dry_run(
    options: Options, phases: Sequence[str], form: Format, patch: Path | None, check: bool
) -> None:
    """Plan the phases and print them; write nothing but the patches that were asked for.

    Raises:
        typer.Exit: With `check`, code 1 when something is pending.
    """
    show(options, lambda place, rev: plan_phases(options, place, phases, rev), form, patch, check)


def show(
    options: Options,
    planning: Planning,
    form: Format,
    patch: Path | None,
    check: bool,
    rev: str | None = None,
) -> None:
    """Plan and print; write nothing but the patches that were asked for.

    Raises:
        typer.Exit: With `check`, code 1 when something is pending.
    """
    with open_workspace(options) as workspace:
        author = _author(workspace) if patch is not None else None
        with telling_uncommitted(options, workspace, rev):
            plan = planning(workspace, rev)
        folder = workspace.folder
    with options.output.paged(folder) if form is Format.DIFF else nullcontext():
        _PRINTERS[form](plan, options.output)
    if patch is not None and author is not None:
        _write_patches(plan, patch, author, options.output)
    if check and is_pending(plan):
        raise typer.Exit(1)


def _author(workspace: Workspace) -> "Identity":
    from onepath.land.commit.identity import commit_identity

    if workspace.repository is None:
        raise InputError(
            f"{workspace.folder}: not in a git repository, so a patch would have no author",
            hint="redirect the diff instead: `migrate --dry-run > changes.patch`",
        )
    return commit_identity(workspace.repository, "author")


def _write_patches(plan: "Plan", folder: Path, author: "Identity", output: Output) -> None:
    from onepath.report.patch import write_patches

    phases = [phase for phase in plan.phases if phase.changeset.changes]
    for path in write_patches(folder, plan, phases, author=author) if phases else ():
        output.note(f"wrote {near(path)}\n")


def print_summary(plan: "Plan", output: Output) -> None:
    """Write the summary as the result."""
    from onepath.report.summary import summary_blocks

    output.report(summary_blocks(plan, verbose=output.verbose))


def _print_diff(plan: "Plan", output: Output) -> None:
    from onepath.report.diff import colourise, unified
    from onepath.report.summary import summary

    for phase in plan.phases:
        if phase.changeset.changes:
            output.result(_header(phase))
        for change in phase.files:
            diff = unified(change)
            if output.colours:
                output.result(colourise(diff))
            else:
                output.result_bytes(diff)
    if output.is_terminal:
        output.result("\n")
        print_summary(plan, output)
    else:
        # A redirected diff is a patch; what is said about it goes elsewhere.
        output.note(summary(plan, verbose=output.verbose))


def _print_stat(plan: "Plan", output: Output) -> None:
    from onepath.report.diff import stat, stat_block

    for phase in plan.phases:
        if phase.changeset.changes:
            output.result(_header(phase))
            output.result(stat_block(stat(phase.files), output.width) + "\n")
    print_summary(plan, output)


def _print_json(plan: "Plan", output: Output) -> None:
    from onepath.report.document import plan_document

    output.document(plan_document(plan))


def _header(phase: "Phase") -> str:
    return f"# phase {phase.number}: {phase.name}\n"


_PRINTERS = {Format.DIFF: _print_diff, Format.STAT: _print_stat, Format.JSON: _print_json}
