"""What becomes of a plan that lands: branches, and what is told of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import typer

from onepath_cli.context import Workspace
from onepath_cli.output import Output
from onepath_cli.planning import Planned

if TYPE_CHECKING:
    from onepath.model import Plan

_LEFT_ALONE = 3


class LandingForm(StrEnum):
    """How a landing is told."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Landing:
    """How a plan shall land."""

    append: bool = False
    restack: bool = False
    as_json: bool = False


def land_plan(
    plan: "Plan",
    workspace: Workspace,
    output: Output,
    landing: Landing | None = None,
    notes: Sequence[str] = (),
) -> None:
    """Give each phase its branch, or bring it to the base of today, and tell what was done.

    Args:
        plan: What lands.
        workspace: Where; it has a repository.
        output: Is told.
        landing: How.
        notes: What else is to be said, as lines.

    Raises:
        typer.Exit: Code 3: a branch was left alone, so that nothing of it is lost.
    """
    from onepath.report.landed import (
        LEFT_ALONE,
        landed_document,
        landed_text,
        left_alone_hint,
    )
    from onepath.state.branches.confirmed import note_confirmed
    from onepath.state.branches.landing import commit_of, land

    repository = workspace.repository
    assert repository is not None
    landing = landing or Landing()
    landed = land(repository, plan, plan.phases, append=landing.append, restack=landing.restack)
    right = {one.branch: one.commit for one in landed if one.status not in LEFT_ALONE}
    note_confirmed(repository, right, commit_of(plan))
    if landing.as_json:
        output.document(landed_document(plan, landed, notes))
    else:
        output.result(landed_text(landed))
        for line in notes:
            output.result(f"{line}\n")
        if all(one.status == "unchanged" for one in landed):
            output.note("nothing to do\n")
    hint = left_alone_hint(landed)
    if hint:
        output.note(f"hint: {hint}\n")
    if any(one.status in LEFT_ALONE for one in landed):
        raise typer.Exit(_LEFT_ALONE)


def pending_again_lines(workspace: Workspace, made: Planned) -> list[str]:
    """Which phases that were applied before have work again, as lines."""
    from onepath.report.status import pending_again
    from onepath.state.read import migration_state

    assert workspace.repository is not None
    state = migration_state(workspace.repository, made.plan, made.snapshot, made.config, made.pack)
    planned = {phase.name: phase for phase in made.plan.phases}
    return [
        pending_again(phase, planned[phase.name].before, planned[phase.name].after)
        for phase in state.phases
        if phase.has_work_again
    ]
