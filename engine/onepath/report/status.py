"""Where a migration stands, for people and for programs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from onepath.report.lines import BLANK, Column, Line, ReportBlock, ReportTable, Row, Tone, as_text
from onepath.report.text import counted, printable, without_surrogates
from onepath.state.model import MigrationState, PhaseState

SCHEMA = 1
_SHORT = 12


def status_text(state: MigrationState) -> str:
    """The table: a row for each phase, and below it what a reader should know besides."""
    return as_text(status_blocks(state))


def status_blocks(state: MigrationState) -> list[ReportBlock]:
    """The same, before it is text."""
    heads = ("", "phase", "status", "files", "commit", "base", "people", "pull request")
    rows = tuple(Row(_cells(phase), tuple(_details(phase))) for phase in state.phases)
    blocks: list[ReportBlock] = [
        Line(f"base {state.base[:_SHORT]}"),
        BLANK,
        ReportTable(tuple(map(Column, heads)), rows),
    ]
    if not state.phases:
        blocks.append(Line("no phase is configured"))
    if state.leftovers:
        blocks += [BLANK, Line("branches that belong to no phase of today:", Tone.HEADING)]
        blocks += (
            Line(f"{printable(branch)}  {tip[:_SHORT]}", indent=4)
            for branch, tip in state.leftovers
        )
    return blocks


def _cells(phase: PhaseState) -> tuple[str, ...]:
    pull = phase.pull
    return (
        f"{phase.number}.",
        printable(phase.name),
        phase.status.value,
        f"{phase.files:,}" if phase.files else "-",
        phase.commit[:_SHORT] or "-",
        phase.base[:_SHORT] or "-",
        str(len(phase.people)) if phase.people else "-",
        f"#{pull.number} {printable(pull.state)}" if pull else "-",
    )


def _details(phase: PhaseState) -> Iterator[str]:
    if phase.tip:
        yield f"branch {printable(phase.branch)}"
    if phase.merged is not None and not phase.merged.reverted_by:
        where = f" ({phase.merged.commit[:_SHORT]})" if phase.merged.commit else ""
        how = phase.merged.how.replace("unknown", "some way")
        yield f"came into the base by {how}{where}"
    for remark in phase.remarks:
        yield printable(remark)
    for path in phase.conflicts:
        yield f"  {printable(path)}"
    for commit in phase.people:
        yield f"+ {commit.commit[:_SHORT]} {printable(commit.author)}: {printable(commit.title)}"
    if phase.pull is not None:
        yield printable(phase.pull.url)


def status_document(state: MigrationState) -> dict[str, Any]:
    """The state as plain values."""
    return {
        "schema": SCHEMA,
        "base": state.base,
        "phases": [_phase(phase) for phase in state.phases],
        "leftovers": [
            {"branch": without_surrogates(branch), "tip": tip} for branch, tip in state.leftovers
        ],
    }


def _phase(phase: PhaseState) -> dict[str, Any]:
    merged, pull = phase.merged, phase.pull
    return {
        "number": phase.number,
        "name": phase.name,
        "title": phase.title,
        "branch": phase.branch,
        "versions": [str(version) for version in phase.versions],
        "status": phase.status.value,
        "action": phase.action.value,
        "files": phase.files,
        "commit": phase.commit or None,
        "tip": phase.tip or None,
        "local": phase.local or None,
        "base": phase.base or None,
        "onto": phase.onto or None,
        "people": [
            {
                "commit": commit.commit,
                "author": without_surrogates(commit.author),
                "title": without_surrogates(commit.title),
            }
            for commit in phase.people
        ],
        "pull_request": None if pull is None else pull._asdict(),
        "merged": None
        if merged is None
        else {
            "how": merged.how,
            "commit": merged.commit or None,
            "reverted_by": merged.reverted_by or None,
        },
        "known": phase.known._asdict(),
        "conflicts": _paths(phase.conflicts),
        "remarks": list(map(without_surrogates, phase.remarks)),
    }


def _paths(paths: Sequence[str]) -> list[str]:
    return sorted(map(without_surrogates, paths))


_NOUNS = {
    "deprecated-import": ("deprecated import", "can follow"),
    "declared-factory": ("factory", "is free"),
    "declared-factory-use": ("factory use", "can follow"),
    "declared-shim": ("shim", "is free"),
    "declared-implementation": ("implementation", "can be unified"),
    "cycle-in-paths": ("cycle", "can be opened"),
}


def pending_again(phase: PhaseState, before: Mapping[str, int], after: Mapping[str, int]) -> str:
    """Say that a phase that was applied has work again, and which.

    Args:
        phase: Where it is.
        before: What there is to do where its plan starts, by the name of what is counted.
        after: The same where it ends.
    """
    parts = []
    for rule in (*_NOUNS, *sorted(before.keys() - _NOUNS)):
        noun, what = _NOUNS.get(rule, (f"{rule} finding", "can be mended"))
        number = before.get(rule, 0) - after.get(rule, 0)
        if number > 0:
            plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
            said = what if number == 1 else what.replace("is ", "are ")
            parts.append(f"{counted(number, noun, plural)} {said} now")
    parts = parts or [f"{counted(phase.files, 'file')} to change"]
    return f"phase {phase.number} ({printable(phase.name)}) can go on: {', '.join(parts)}"
