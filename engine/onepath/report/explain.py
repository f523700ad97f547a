"""The answers of `migrate explain`, for people and for programs."""

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from onepath.audit.finding import Finding
from onepath.discover.explain import SymbolRoutes, WayTo
from onepath.model import Plan
from onepath.report.audits.document import finding_document
from onepath.report.text import FIRST, counted, place, printable, without_surrogates

if TYPE_CHECKING:
    from onepath.audit.rule import Rule

SCHEMA = 1


class FindingOutcome(StrEnum):
    """What a phase does where a finding is."""

    REFUSED = "refused"
    DELETES_FILE = "deletes-file"
    EDITS_LINE = "edits-line"


class FindingFate(NamedTuple):
    """What becomes of a finding in one phase."""

    phase: str
    outcome: FindingOutcome
    reason: str = ""
    """Why the place is left alone."""
    code: str = ""
    """The code of the refusal."""


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
    fates = [] if plan is None else [_fate_text(fate) for fate in _fates(finding, plan)]
    lines += fates or [f"mended by    {finding.fixed_by or 'hand'}"]
    lines += ["", f"`migrate explain {rule.name}` tells what the rule means."]
    return "\n".join(lines) + "\n"


def _fates(finding: Finding, plan: Plan) -> Iterator[FindingFate]:
    """What each phase does at the finding's line, or why it leaves it alone."""
    for phase in plan.phases:
        for refusal in phase.changeset.refusals:
            if (refusal.path, refusal.line) == (finding.path, finding.line):
                yield FindingFate(phase.name, FindingOutcome.REFUSED, refusal.reason, refusal.code)
        for change in phase.changeset.changes:
            if change.path != finding.path:
                continue
            if change.new is None:
                yield FindingFate(phase.name, FindingOutcome.DELETES_FILE)
            elif any(edit.line == finding.line for edit in change.edits):
                yield FindingFate(phase.name, FindingOutcome.EDITS_LINE)


def _fate_text(fate: FindingFate) -> str:
    if fate.outcome is FindingOutcome.REFUSED:
        return f"refused      by phase {fate.phase}: {printable(fate.reason)} ({fate.code})"
    if fate.outcome is FindingOutcome.DELETES_FILE:
        return f"mended by    phase {fate.phase}, which deletes the file"
    return f"mended by    phase {fate.phase}; `migrate --dry-run` shows how"


def explained_symbol(routes: SymbolRoutes, *, verbose: bool = False) -> str:
    """Every path to a symbol, and who uses which."""
    where = f"{printable(routes.path)}:{routes.line}"
    reason = "configured" if routes.is_configured else "where it is defined"
    lines = [f"{routes.canonical} is defined in {where}", f"canonical path ({reason}):"]
    lines += _way(routes.ways[0], verbose)
    if len(routes.ways) > 1:
        lines += ["", f"other paths: {len(routes.ways) - 1:,}"]
        for way in routes.ways[1:]:
            lines += _way(way, verbose)
    if routes.dangling:
        lines += ["", f"paths of that name that lead nowhere: {len(routes.dangling):,}"]
        for way in routes.dangling:
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


# ------------------------------------------------------------------ documents


def rule_document(rule: "Rule", mender: str) -> dict[str, Any]:
    """The same as `explained_rule`, as plain values."""
    return {
        "schema": SCHEMA,
        "rule": {
            "name": rule.name,
            "summary": rule.summary,
            "explanation": rule.explanation,
            "phase": rule.phase or None,
            "fixed_by": mender or None,
        },
    }


def explained_finding_document(finding: Finding, plan: Plan | None) -> dict[str, Any]:
    """The same as `explained_finding`, as plain values; `phases` is what each does there."""
    fates = [] if plan is None else _fates(finding, plan)
    return {
        "schema": SCHEMA,
        "finding": finding_document(finding),
        "phases": [
            {
                "phase": fate.phase,
                "outcome": fate.outcome.value,
                "reason": without_surrogates(fate.reason) or None,
                "code": fate.code or None,
            }
            for fate in fates
        ],
    }


def symbol_document(routes: SymbolRoutes) -> dict[str, Any]:
    """The same as `explained_symbol`, as plain values, with every file."""
    return {
        "schema": SCHEMA,
        "symbol": {
            "canonical": routes.canonical,
            "configured": routes.is_configured,
            "path": without_surrogates(routes.path),
            "line": routes.line,
            "ways": list(map(_way_document, routes.ways)),
            "dangling": list(map(_way_document, routes.dangling)),
        },
    }


def _way_document(way: WayTo) -> dict[str, Any]:
    return {
        "dotted": way.dotted,
        "stops": list(way.stops),
        "uses": way.uses,
        "files": list(map(without_surrogates, way.files)),
    }
