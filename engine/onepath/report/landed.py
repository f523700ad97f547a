"""What a landing did to the branches, for people and for programs."""

from collections.abc import Iterator, Sequence
from typing import Any

from onepath.model import Plan
from onepath.plan.plan_hash import plan_hash
from onepath.report.text import counted, printable, without_surrogates
from onepath.state.branches.landing import Landed

SCHEMA = 1
LEFT_ALONE = ("frozen", "diverged", "waiting")
_SHORT = 12


def landed_text(landed: Sequence[Landed]) -> str:
    """A line for each branch, and below it why it was left alone."""
    return "".join(f"{line}\n" for one in landed for line in _lines(one))


def _lines(landed: Landed) -> Iterator[str]:
    commit = landed.commit[:_SHORT] or "-" * _SHORT
    people = f", {counted(landed.people, 'commit')} of people on top" if landed.people else ""
    yield f"{landed.status:<9}  {printable(landed.branch)}  {commit}{people}"
    if landed.reason:
        yield f"    {printable(landed.reason)}"
    for path in landed.conflicts:
        yield f"      {printable(path)}"
    for commit in landed.dropped:
        yield f"    {commit[:_SHORT]} is not made again: the base has what it did"


def left_alone_hint(landed: Sequence[Landed]) -> str:
    """What somebody can do about branches that were left alone; empty if there are none."""
    for one in landed:
        if one.status == "frozen":
            return (
                f"keep their commits (git branch keep {printable(one.branch)}), delete the branch "
                f"(git branch -D {printable(one.branch)}; at the remote too, if it is there), run "
                "this again, and put them on top of the new one with git cherry-pick"
            )
        if one.status == "diverged":
            return (
                "what people add belongs into commits of their own on top; keep what is there "
                f"(git branch keep {printable(one.branch)}), delete the branch (git branch -D "
                f"{printable(one.branch)}), and run this again"
            )
    return ""


def landed_document(plan: Plan, landed: Sequence[Landed], notes: Sequence[str]) -> dict[str, Any]:
    """The landing as plain values."""
    return {
        "schema": SCHEMA,
        "base": plan.commit,
        "hash": plan_hash(plan),
        "branches": [
            {
                "phase": one.phase,
                "branch": one.branch,
                "status": one.status,
                "commit": one.commit or None,
                "people": one.people,
                "dropped": list(one.dropped),
                "reason": without_surrogates(one.reason),
                "conflicts": sorted(map(without_surrogates, one.conflicts)),
            }
            for one in landed
        ],
        "notes": list(map(without_surrogates, notes)),
    }
