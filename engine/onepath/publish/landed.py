"""From a plan and its branches to what becomes pull requests."""

from collections.abc import Sequence

from onepath.errors import unknown_name
from onepath.model import Phase, Plan
from onepath.publish.part import PhasePart
from onepath.report.landed import LEFT_ALONE
from onepath.snapshot.repository import Repository
from onepath.state.branches.landing import Landed, commit_of, standing_of


def landed_parts(
    repository: Repository, plan: Plan, landed: Sequence[Landed]
) -> tuple[list[PhasePart], list[Landed]]:
    """Return a part for each branch that is right, and the branches that were left alone.

    Args:
        repository: Where the branches are.
        plan: What has landed, so that what a pull request says is what its branch gives.
        landed: What became of each of its phases, from the bottom up.
    """
    phases = {phase.name: phase for phase in plan.phases}
    standing = standing_of(repository, plan.phases, commit_of(plan))
    parts: list[PhasePart] = []
    for one in landed:
        there = standing.get(one.branch)
        if one.status in LEFT_ALONE or there is None or there.own is None:
            continue
        below = parts[-1].branch if parts else ""
        parts.append(
            PhasePart(
                phases[one.phase],
                one.branch,
                one.commit,
                there.own.oid,
                below,
                there.base,
                people=one.people,
                dropped=one.dropped,
            )
        )
    return parts, [one for one in landed if one.status in LEFT_ALONE]


def planned_parts(repository: Repository, plan: Plan) -> list[PhasePart]:
    """Return a part for each phase that would land, for a dry run.

    Raises:
        InputError: The plan was not made from a commit.
    """
    base = commit_of(plan)
    standing = standing_of(repository, plan.phases, base)
    parts: list[PhasePart] = []
    for phase in plan.phases:
        if not phase.changeset.changes:
            continue
        there = standing.get(phase.branch)
        tip = there.tip if there is not None else ""
        own = there.own.oid if there is not None and there.own is not None else ""
        people = len(there.people) if there is not None else 0
        below = parts[-1].branch if parts else ""
        parts.append(PhasePart(phase, phase.branch, tip, own, below, base, people=people))
    return parts


def up_to(plan: Plan, phases: Sequence[str]) -> tuple[Phase, ...]:
    """Return the phases of a plan up to the last one that is wanted; all if none is named.

    Raises:
        InputError: There is no such phase.
    """
    names = [phase.name for phase in plan.phases]
    missing = [name for name in phases if name not in names]
    if missing:
        raise unknown_name("phase", missing, names)
    if not phases:
        return plan.phases
    return plan.phases[: max(names.index(name) for name in phases) + 1]
