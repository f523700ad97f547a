"""`migrate rollback`: takes a phase and those above it back."""

from typing import Annotated

import typer

from onepath.report.text import printable
from onepath_cli.context import Options, open_workspace, planned
from onepath_cli.status import Form, TextOrJson, need_repository, state_of


def rollback(
    context: typer.Context,
    phase: Annotated[str, typer.Argument(help="The phase; those above it go with it.")],
    form: Form = TextOrJson.TEXT,
) -> None:
    """Withdraw a phase and those above it; where it is merged, make a branch that reverts it."""
    options: Options = context.obj

    from onepath.state.withdraw import withdraw

    with open_workspace(options, writes=True) as workspace:
        repository = need_repository(options, workspace)
        with planned(options, workspace, None) as made:
            state = state_of(workspace, made)
        done = withdraw(repository, state, phase)
    if form is TextOrJson.JSON:
        branches = [
            {
                "phase": one.phase,
                "branch": one.branch,
                "status": one.status,
                "commit": one.commit,
                "kept": one.kept or None,
            }
            for one in done
        ]
        options.output.document({"schema": 1, "base": state.base, "branches": branches})
        return
    for one in done:
        options.output.result(f"{one.status:<9}  {printable(one.branch)}  {one.commit[:12]}\n")
        if one.kept:
            options.output.result(f"    kept as {printable(one.kept)}\n")
    if not done:
        options.output.note("nothing to take back\n")
