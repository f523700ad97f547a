"""`migrate rollback`: takes a phase and those above it back."""

from typing import TYPE_CHECKING, Annotated

import typer

from onepath.report.text import printable
from onepath_cli.commands.phases.status import Form, TextOrJson, need_repository, state_of
from onepath_cli.context import Options, open_workspace
from onepath_cli.planning import planned

if TYPE_CHECKING:
    from onepath.snapshot import Repository
    from onepath.state.model import MigrationState


def rollback(
    context: typer.Context,
    phase: Annotated[
        str, typer.Argument(metavar="PHASE", help="The phase; those above it go with it.")
    ],
    form: Form = TextOrJson.TEXT,
    remote: Annotated[
        str | None, typer.Option(metavar="NAME", help="Where it was pushed; by default origin.")
    ] = None,
) -> None:
    """Withdraw a phase and those above it; where it is merged, make a branch that reverts it.

    Pull requests of theirs that `migrate pr` opened are closed, and their branches deleted at the
    remote.
    """
    options: Options = context.obj

    from onepath.state.branches.withdraw import withdraw

    with open_workspace(options, writes=True) as workspace:
        repository = need_repository(options, workspace)
        with planned(options, workspace, None) as made:
            state = state_of(workspace, made)
        done = withdraw(repository, state, phase)
        closed = _at_the_forge(options, repository, state, phase, remote)
    if form is TextOrJson.JSON:
        branches = [
            {
                "phase": withdrawn.phase,
                "branch": withdrawn.branch,
                "status": withdrawn.status,
                "commit": withdrawn.commit,
                "kept": withdrawn.kept or None,
            }
            for withdrawn in done
        ]
        options.output.document(
            {"schema": 1, "base": state.base, "branches": branches, "closed": closed}
        )
        return
    for withdrawn in done:
        options.output.result(
            f"{withdrawn.status:<9}  {printable(withdrawn.branch)}  {withdrawn.commit[:12]}\n"
        )
        if withdrawn.kept:
            options.output.result(f"    kept as {printable(withdrawn.kept)}\n")
    for url in closed:
        options.output.result(f"closed     {printable(url)}\n")
    if not done and not closed:
        options.output.note("nothing to take back\n")


def _at_the_forge(
    options: Options,
    repository: "Repository",
    state: "MigrationState",
    name: str,
    remote: str | None,
) -> list[str]:
    """Close the noted pull requests of what was withdrawn; return their addresses."""
    from onepath.publish.forges.choice import open_forge
    from onepath.publish.forges.remote import find_remote, forge_name
    from onepath.publish.withdraw import withdraw_published
    from onepath.state.branches.pulls import read_pulls
    from onepath.state.branches.withdraw import chosen_phases

    pulls = read_pulls(repository)
    phases = [
        phase_state
        for phase_state in chosen_phases(state, name)
        if phase_state.branch in pulls and not phase_state.merged
    ]
    if not phases:
        return []
    found = find_remote(repository, remote)
    forge = open_forge(
        forge_name(pulls[phases[0].branch].forge),
        found,
        lambda text: options.output.note(f"{text}\n"),
    )
    branches = [phase_state.branch for phase_state in phases]
    return withdraw_published(repository, found.name, forge, branches, options.output.progress)
