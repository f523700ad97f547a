"""`migrate review`: the hunks of a plan one by one, accepted or left out."""

from dataclasses import replace
from typing import Annotated

import typer

from onepath_cli.context import Options, PhaseNames, open_workspace
from onepath_cli.planning import planned
from onepath_cli.reviewing import forget_answers, tell, walk


def review(
    context: typer.Context,
    phase: PhaseNames = None,
    forget: Annotated[
        bool,
        typer.Option(
            "--forget",
            help="Forget what was decided, also of one-offs where no phase is named; nothing is"
            " left out then.",
        ),
    ] = False,
) -> None:
    """Walk through the hunks of the phases: accept, skip, edit, explain, undo, search.

    Answers are kept in the git folder, so that a review goes on later. From the first answer on,
    every command sees of the phases what was accepted; the rest is listed as left alone.
    """
    options: Options = context.obj
    with open_workspace(options, writes=True) as workspace:
        if forget and not phase:
            forget_answers(options, workspace, None)
            return
        with planned(options, replace(workspace, reviewed=False), phase) as made:
            base = made.plan
        if forget:
            forget_answers(options, workspace, base)
        elif walk(options, workspace, base, made.config):
            with planned(options, workspace, phase) as made:
                tell(options, made.plan, "`migrate apply --plan {}`")
