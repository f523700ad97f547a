"""One name for all that a plan would do, so that what was shown can be asked for again."""

import hashlib
from collections.abc import Iterator

from onepath.errors import RefusedError
from onepath.model import Plan

SHORTEST = 8
"""So many digits of a hash are enough to ask for a plan."""


def plan_hash(plan: Plan) -> str:
    """Return the plan's hash, 64 hex digits: of its base, configuration, versions and edits."""
    digest = hashlib.sha256()
    for part in _parts(plan):
        raw = part if isinstance(part, bytes) else part.encode("utf-8", "surrogateescape")
        digest.update(b"%d " % len(raw) + raw)
    return digest.hexdigest()


def _parts(plan: Plan) -> Iterator[str | bytes]:
    yield from (plan.base, plan.commit or "", plan.asked)
    for phase in plan.phases:
        yield from (phase.name, phase.branch, repr(phase.versions))
        for change in phase.files:
            yield from (change.path, f"{change.mode:o}", change.old_oid)
            yield "deleted" if change.new is None else hashlib.sha256(change.new).digest()
        yield "end"


def check_hash(plan: Plan, wanted: str) -> None:
    """Raise RefusedError if this is not the plan that was asked for by its hash."""
    now = plan_hash(plan)
    if len(wanted) >= SHORTEST and now.startswith(wanted.lower()):
        return
    raise RefusedError(
        f"the plan that was shown as {wanted} is not what would land now: that is {now}",
        hint="the base, the configuration, people's commits or this tool changed, or other phases "
        "are asked for; look at it again with --dry-run",
    )
