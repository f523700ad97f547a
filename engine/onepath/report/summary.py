"""What a plan does and what it leaves alone, for people."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from onepath.model import Phase, Plan
from onepath.plan.plan_hash import plan_hash
from onepath.report.text import FIRST, counted, groups, place, printable, unread

_LABEL_WIDTH = 10


def summary(plan: Plan, *, verbose: bool = False) -> str:
    """Describe the plan, phase by phase, with everything that it leaves alone.

    Args:
        plan: What was planned.
        verbose: Show every refusal, note and unreadable file, not only the first of each kind.

    Returns:
        Lines, each with its end; no colours.
    """
    lines = [f"base {printable(plan.base)}: {counted(plan.python_files, 'Python file')}"]
    for phase in plan.phases:
        lines += ["", f"{phase.number}. {phase.name}: {printable(phase.title)}"]
        lines += _phase(phase, verbose)
    if not plan.phases:
        lines += ["", "nothing to do"]
    elif any(phase.changeset.changes for phase in plan.phases):
        lines += ["", f"plan {plan_hash(plan)}"]
    if remaining := plan.remaining:
        counts = ", ".join(f"{rule} {count:,}" for rule, count in remaining.items())
        lines += ["", f"what remains of what was asked for: {counts}"]
        lines.append("`migrate audit --planned` counts what every rule would find then")
    lines += unread(plan.unparseable, plan.notes, verbose)
    return "\n".join(lines) + "\n"


def _phase(phase: Phase, verbose: bool) -> Iterator[str]:
    changeset = phase.changeset
    yield _row("versions", ", ".join(map(str, phase.versions)) or "none")
    if changeset.changes:
        yield _row("branch", printable(phase.branch))
        yield _row("changed", _changed(phase))
        written = [one.path for one in changeset.changes if one.path not in changeset.deleted]
        yield from _rows("in", written, verbose)
        yield from _rows("deleted", changeset.deleted, verbose)
        removed = [f"{one.kind} {one.name} in {one.path}" for one in phase.removed]
        yield from _rows("removed", removed, verbose)
    else:
        yield _row("changed", "nothing to do")
    for index, change in enumerate(phase.ledger):
        yield _row("ledger" if index == 0 else "", printable(change.path))
    if moved := _findings(phase.before, phase.after):
        yield _row("findings", moved)
    for index, line in enumerate(phase.remarks):
        yield _row("found" if index == 0 else "", printable(line))
    refusals: dict[str, list[str]] = defaultdict(list)
    for refusal in sorted(changeset.refusals):
        refusals[refusal.code].append(place(refusal.path, refusal.line, refusal.reason))
    if refusals:
        waits = ", ".join(f"{count:,} for {what}" for what, count in phase.waits)
        places = counted(len(changeset.refusals), "place")
        yield _row("left alone", f"{places}; waiting: {waits}" if waits else places)
        yield from groups(refusals, verbose, "     ")


def _rows(label: str, texts: Sequence[str], verbose: bool) -> Iterator[str]:
    shown = texts if verbose else texts[:FIRST]
    for index, text in enumerate(shown):
        yield _row(label if index == 0 else "", printable(text))
    if rest := len(texts) - len(shown):
        yield _row("", f"and {rest:,} more")


def _changed(phase: Phase) -> str:
    changes = phase.changeset.changes
    kinds = Counter(edit.kind for change in changes for edit in change.edits)
    parts = [counted(len(changes), "file")]
    if kinds:
        by_kind = ", ".join(f"{kind} {kinds[kind]:,}" for kind in sorted(kinds))
        parts.append(f"{counted(kinds.total(), 'edit')} ({by_kind})")
    if phase.changeset.deleted:
        parts.append(f"{len(phase.changeset.deleted):,} deleted")
    return ", ".join(parts)


def _findings(before: Mapping[str, int], after: Mapping[str, int]) -> str:
    rules = sorted({*before, *after})
    moved = [(rule, before.get(rule, 0), after.get(rule, 0)) for rule in rules]
    return ", ".join(f"{rule} {old:,} -> {new:,}" for rule, old, new in moved if old != new)


def _row(label: str, text: str) -> str:
    return f"   {label:<{_LABEL_WIDTH}}  {text}"
