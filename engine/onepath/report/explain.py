"""The answers of `migrate explain`, for people."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from onepath.audit.finding import Finding
from onepath.discover.explain import SymbolWays, WayTo
from onepath.model import Plan
from onepath.report.text import FIRST, counted, place, printable

if TYPE_CHECKING:
    from onepath.audit.rule import Rule


def explained_rule(rule: "Rule", mender: str) -> str:
    """What a rule means, and what mends its findings.

    Args:
        rule: The rule.
        mender: The version that mends them; empty if none does.
    """
    mended = f"mended by {mender or 'hand'}"
    lines = [f"{rule.name}: {rule.summary}", "", rule.explanation, "", mended]
    return "\n".join(lines) + "\n"


def explained_finding(finding: Finding, rule: "Rule", plan: Plan | None) -> str:
    """One finding, and what becomes of it.

    Args:
        finding: The finding.
        rule: Its rule.
        plan: What a dry run would do; None where nothing is configured.
    """
    lines = [
        place(finding.path, finding.line, finding.message),
        f"rule         {rule.name}: {rule.summary}",
    ]
    if finding.symbol:
        lines.append(f"symbol       {printable(finding.symbol)}")
    if finding.canonical:
        lines.append(f"canonical    {printable(finding.canonical)}")
    lines.append(f"fingerprint  {finding.fingerprint}")
    fates = list(_fates(finding, plan)) if plan is not None else []
    lines += fates or [f"mended by    {finding.fixed_by or 'hand'}"]
    lines += ["", f"`migrate explain {rule.name}` tells what the rule means."]
    return "\n".join(lines) + "\n"


def _fates(finding: Finding, plan: Plan) -> Iterator[str]:
    """What each phase does at the finding's line, or why it leaves it alone."""
    for phase in plan.phases:
        for refusal in phase.changeset.refusals:
            if (refusal.path, refusal.line) == (finding.path, finding.line):
                reason = printable(refusal.reason)
                yield f"refused      by phase {phase.name}: {reason} ({refusal.code})"
        for change in phase.changeset.changes:
            if change.path != finding.path:
                continue
            if change.new is None:
                yield f"mended by    phase {phase.name}, which deletes the file"
            elif any(edit.line == finding.line for edit in change.edits):
                yield f"mended by    phase {phase.name}; `migrate --dry-run` shows how"


def explained_symbol(found: SymbolWays, *, verbose: bool = False) -> str:
    """Every path to a symbol, and who uses which."""
    where = f"{printable(found.path)}:{found.line}"
    reason = "configured" if found.is_configured else "where it is defined"
    lines = [f"{found.canonical} is defined in {where}", f"canonical path ({reason}):"]
    lines += _way(found.ways[0], verbose)
    if len(found.ways) > 1:
        lines += ["", f"other paths: {len(found.ways) - 1:,}"]
        for way in found.ways[1:]:
            lines += _way(way, verbose)
    if found.dangling:
        lines += ["", f"paths of that name that lead nowhere: {len(found.dangling):,}"]
        for way in found.dangling:
            lines += _way(way, verbose)
    return "\n".join(lines) + "\n"


def _way(way: WayTo, verbose: bool) -> Iterator[str]:
    uses = f"{counted(way.uses, 'use')} in {counted(len(way.files), 'file')}"
    yield f"  {way.dotted}: {uses if way.uses else 'not used here'}"
    if len(way.stops) > 1:
        yield f"    by way of {' -> '.join(way.stops)}"
    shown = way.files if verbose else way.files[:FIRST]
    yield from (f"    {printable(file)}" for file in shown)
    if rest := len(way.files) - len(shown):
        yield f"    and {counted(rest, 'more file')} (--verbose shows all)"
