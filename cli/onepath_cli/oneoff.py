"""What the one-off refactors share: their options, and how they are shown and landed."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onepath.errors import InputError
from onepath_cli.commands.apply import PlanHash, as_shown, ask_about, write_files
from onepath_cli.commands.dry_run import Format, show
from onepath_cli.context import (
    WORKTREE,
    Options,
    Planning,
    Workspace,
    find_and_read_config,
    in_environment,
    open_workspace,
)

if TYPE_CHECKING:
    from onepath.config.migrate_toml import Config

DryRun = Annotated[bool, typer.Option("--dry-run", help="Print what would happen; write nothing.")]
Form = Annotated[Format | None, typer.Option("--format", help="With --dry-run; by default diff.")]
Patch = Annotated[
    Path | None, typer.Option(metavar="DIR", help="With --dry-run: write a patch to DIR.")
]
Check = Annotated[
    bool, typer.Option("--check", help="With --dry-run: exit 1 when anything would change.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Don't ask before creating the branch.")]
Walk = Annotated[
    bool,
    typer.Option("--review", help="Walk through the hunks: accept, skip, edit, explain, undo."),
]
Worktree = Annotated[
    bool, typer.Option("--worktree", help="Write into the files instead of a branch.")
]


ShimKind = Annotated[
    str,
    typer.Option(
        "--shim",
        metavar="none|forward|warn",
        help="What stays at the old path of what moves itself: nothing, the same object, or the "
        "same object with a DeprecationWarning for whoever looks.",
    ),
]
Until = Annotated[
    str,
    typer.Option(
        metavar="DATE", help="With --shim: when it is to be gone; `migrate audit` watches it."
    ),
]

__all__ = ["PlanHash", "ShimKind", "Until"]


@dataclass(frozen=True, slots=True)
class Ending:
    """What shall become of the plan."""

    dry_run: bool
    form: Format | None
    patch: Path | None
    check: bool
    yes: bool
    worktree: bool
    wanted: str | None = None
    """The hash of the plan that was shown, which then lands without a question."""
    review: bool = False
    """Whether to walk through its hunks, and do nothing else."""


def carry_out(options: Options, planning: Planning, ending: Ending, command: str) -> None:
    """Show the plan, or land it on its branch, or write it into the files.

    Raises:
        InputError: The options contradict each other.
        RefusedError: The plan is not the one that is wanted.
    """
    if ending.review:
        _review(options, planning, ending, command)
        return
    planning = as_shown(planning, ending.wanted)
    if ending.dry_run:
        rev = WORKTREE if ending.worktree else None
        form = ending.form or Format.DIFF
        show(options, planning, form, ending.patch, ending.check, rev)
        return
    shown_only = {"--format": ending.form, "--patch": ending.patch, "--check": ending.check}
    for name, given in shown_only.items():
        if given:
            raise InputError(f"{name} needs --dry-run", hint=f"`{command} --help` lists them")
    if ending.worktree:
        write_files(options, planning)
    else:
        ask_about(options, planning, ending.yes or ending.wanted is not None, command)


def _review(options: Options, planning: Planning, ending: Ending, command: str) -> None:
    from onepath_cli.reviewing import tell, walk

    others = {"--dry-run": ending.dry_run, "--yes": ending.yes, "--worktree": ending.worktree}
    for name, given in {**others, "--plan": ending.wanted}.items():
        if given:
            raise InputError(f"--review lands nothing; leave {name} out")
    with open_workspace(options, writes=True) as workspace:
        bare = replace(workspace, reviewed=False)
        if walk(options, workspace, planning(bare, None), config_or_default(options, bare)):
            tell(options, planning(workspace, None), command)


def config_or_default(options: Options, workspace: Workspace) -> "Config":
    """The configuration of the repository, or an empty one; with what was decided in reviews."""
    from onepath.codemod.configuration import parse_config
    from onepath.state.review.kept import with_reviews

    config = find_and_read_config(options, workspace)
    config = config or in_environment(options, parse_config("", ""))
    return with_reviews(config, workspace.repository) if workspace.reviewed else config
