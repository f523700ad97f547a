"""What a plan does and what it leaves alone, for people."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from onepath.model import Phase, Plan
from onepath.plan.plan_hash import plan_hash
from onepath.report.lines import BLANK, Line, ReportBlock, Tone, as_text
from onepath.report.text import FIRST, counted, kind_groups, place, printable, unread_files


def summary(plan: Plan, *, verbose: bool = False) -> str:
    """Describe the plan, phase by phase, with everything that it leaves alone.

    Args:
        plan: What was planned.
        verbose: Show every refusal, note and unreadable file, not only the first of each kind.

    Returns:
        Lines, each with its end; no colours.
    """
    return as_text(summary_blocks(plan, verbose=verbose))


def summary_blocks(plan: Plan, *, verbose: bool = False) -> list[ReportBlock]:
    """The same, before it is text."""
    files = counted(plan.python_files, "Python file")
    blocks: list[ReportBlock] = [Line(f"base {printable(plan.base)}: {files}")]
    for phase in plan.phases:
        title = f"{phase.number}. {phase.name}: {printable(phase.title)}"
        blocks += [BLANK, Line(title, Tone.HEADING), *_phase(phase, verbose)]
    if not plan.phases:
        blocks += [BLANK, Line("nothing to do")]
    elif any(phase.changeset.changes for phase in plan.phases):
        blocks += [BLANK, Line(f"plan {plan_hash(plan)}")]
    if remaining := plan.remaining:
        counts = ", ".join(f"{rule} {count:,}" for rule, count in remaining.items())
        blocks += [BLANK, Line(f"what remains of what was asked for: {counts}")]
        blocks.append(Line("`migrate audit --planned` counts what every rule would find then"))
    return [*blocks, *unread_files(plan.unparseable, plan.notes, verbose)]


def _phase(phase: Phase, verbose: bool) -> Iterator[Line]:
    changeset = phase.changeset
    yield _row("versions", ", ".join(map(str, phase.versions)) or "none")
    if changeset.changes:
        yield _row("branch", printable(phase.branch))
        yield _row("changed", _changed(phase))
        written = [change.path for change in changeset.changes if change.new is not None]
        yield from _rows("in", written, verbose)
        yield from _rows("deleted", changeset.deleted, verbose, Tone.REMOVED)
        removed = [f"{one.kind} {one.name} in {one.path}" for one in phase.removed]
        yield from _rows("removed", removed, verbose, Tone.REMOVED)
        renamed = [f"{one.kind} {one.name} in {one.path} to {one.new}" for one in phase.renamed]
        yield from _rows("renamed", renamed, verbose)
    else:
        yield _row("changed", "nothing to do")
    for index, change in enumerate(phase.ledger):
        yield _row("ledger" if index == 0 else "", printable(change.path))
    if moved := _findings(phase.before, phase.after):
        yield _row("to do", moved)
    for index, line in enumerate(phase.remarks):
        yield _row("found" if index == 0 else "", printable(line))
    refusals: dict[str, list[str]] = defaultdict(list)
    for refusal in sorted(changeset.refusals):
        refusals[refusal.code].append(place(refusal.path, refusal.line, refusal.reason))
    if refusals:
        waits = ", ".join(f"{count:,} for {what}" for what, count in phase.waits)
        places = counted(len(changeset.refusals), "place")
        said = f"{places}; waiting: {waits}" if waits else places
        yield _row("left alone", said, Tone.REFUSED)
        yield from kind_groups(refusals, verbose, 5, Tone.REFUSED)


def _rows(
    label: str, texts: Sequence[str], verbose: bool, tone: Tone = Tone.PLAIN
) -> Iterator[Line]:
    shown = texts if verbose else texts[:FIRST]
    for index, text in enumerate(shown):
        yield _row(label if index == 0 else "", printable(text), tone)
    if rest := len(texts) - len(shown):
        yield _row("", f"and {rest:,} more", Tone.QUIET)


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


def _row(label: str, text: str, tone: Tone = Tone.PLAIN) -> Line:
    return Line(text, tone, indent=3, label=label)
