"""`migrate status`: where each phase stands."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from onepath.errors import InputError
from onepath_cli.context import (
    WORKTREE,
    Options,
    Workspace,
    no_repository,
    open_workspace,
)
from onepath_cli.planning import Planned, planned

if TYPE_CHECKING:
    from onepath.snapshot import Repository
    from onepath.state.model import MigrationState


class TextOrJson(StrEnum):
    """How a report is printed."""

    TEXT = "text"
    JSON = "json"


Form = Annotated[TextOrJson, typer.Option("--format", help="What is printed.")]


def status(context: typer.Context, form: Form = TextOrJson.TEXT) -> None:
    """Show where each phase stands: its branch, what came into the base, people's commits."""
    show_status(context.obj, form)


def show_status(options: Options, form: TextOrJson) -> None:
    """Print where each phase stands."""
    with open_workspace(options) as workspace:
        need_repository(options, workspace)
        with planned(options, workspace, None) as made:
            state = state_of(workspace, made)
    from onepath.report.status import status_blocks, status_document

    if form is TextOrJson.JSON:
        options.output.document(status_document(state))
    else:
        options.output.report(status_blocks(state))


def need_repository(options: Options, workspace: Workspace) -> "Repository":
    """The repository, for commands that are about branches.

    Raises:
        InputError: There is none, or the files as they lie are asked for.
    """
    if workspace.repository is None:
        raise no_repository(workspace, "it has no branches")
    if options.rev == WORKTREE:
        raise InputError(
            "--rev WORKTREE has no commit that branches could start from", hint="leave --rev out"
        )
    return workspace.repository


def state_of(workspace: Workspace, made: Planned) -> "MigrationState":
    """Where the phases of a plan stand."""
    from onepath.state.read import migration_state

    assert workspace.repository is not None
    return migration_state(workspace.repository, made.plan, made.snapshot, made.config, made.pack)
