"""Findings that a comment keeps: `# migrate: keep[rule] reason`."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from onepath.audit.finding import Finding
from onepath.model import Keep, Note

UNUSED = "unused-keep"
"""The kind of the note about a comment that keeps nothing."""

Keeps = Mapping[str, Sequence[Keep]]
"""The comments of each file that has any."""


class KeptFinding(NamedTuple):
    """A finding that does not count, because somebody wants it as it is."""

    finding: Finding
    reason: str
    """In their words; empty if they gave none."""


class Sorted(NamedTuple):
    """The findings of an audit, with the comments taken into account."""

    findings: tuple[Finding, ...]
    kept: tuple[KeptFinding, ...]
    notes: tuple[Note, ...]
    """About comments that keep nothing."""


def sort_out(
    findings: Sequence[Finding], keeps: Keeps, ran: Collection[str], known: Collection[str]
) -> Sorted:
    """Tell the findings that comments keep from those that count.

    Args:
        findings: All of them.
        keeps: The comments.
        ran: The rules that were run: only about these it is known that nothing is kept.
        known: All rules that there are.
    """
    if not keeps:
        return Sorted(tuple(findings), (), ())
    left: list[Finding] = []
    kept: list[KeptFinding] = []
    used: set[tuple[str, int, str]] = set()
    for finding in findings:
        by = _keeping(finding, keeps.get(finding.path, ()))
        if by is None:
            left.append(finding)
        else:
            kept.append(KeptFinding(finding, by.reason))
            used.add((finding.path, by.line, finding.rule))
    notes = [
        Note(path, UNUSED, _unused(keep, rule, known))
        for path, comments in sorted(keeps.items())
        for keep in comments
        for rule in keep.rules or ("",)
        if (path, keep.line, rule) not in used and (rule in ran or rule not in known)
    ]
    return Sorted(tuple(left), tuple(kept), tuple(notes))


def _keeping(finding: Finding, comments: Sequence[Keep]) -> Keep | None:
    for keep in comments:
        if finding.rule in keep.rules and keep.first <= finding.line <= keep.last:
            return keep
    return None


def _unused(keep: Keep, rule: str, known: Collection[str]) -> str:
    if not rule:
        return f"line {keep.line}: keep[] names no rule"
    if rule not in known:
        return f"line {keep.line}: keep[{rule}]: there is no rule of that name"
    return f"line {keep.line}: keep[{rule}] keeps nothing here"
