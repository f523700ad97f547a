"""What verification says of landed phases, for people and for programs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from onepath.model import Withheld
from onepath.report.text import counted, printable, without_surrogates
from onepath.verify.branches import Gated
from onepath.verify.gate.gates import Gate
from onepath.verify.landed import Verified

SCHEMA = 1
_SHORT = 12
_MOST = 10
"""So many names of a list are printed."""


def verified_text(branches: Sequence[Verified], gated: Sequence[Gated]) -> str:
    """A line for each branch, and below it what differs and what its gates say."""
    by_branch = {one.branch: one for one in gated}
    lines: list[str] = []
    for verified in branches:
        lines += _landed(verified)
        if verified.branch in by_branch:
            lines += _gated(by_branch[verified.branch])
    return "".join(f"{line}\n" for line in lines)


def _landed(verified: Verified) -> Iterator[str]:
    status = "differs" if verified.differences else "same"
    about = (
        f", {counted(verified.files, 'file')} from {verified.base[:_SHORT]}"
        if verified.base
        else ""
    )
    yield f"{status:<9}  {printable(verified.branch)}  {verified.commit[:_SHORT]}{about}"
    for path, text in verified.differences:
        yield f"  {printable(path)}: {text}" if path else f"  {text}"
    for commit in verified.people:
        author = commit.author.partition(" <")[0]
        yield f"  + {commit.oid[:_SHORT]} {printable(author)}: {printable(commit.title)}"
    if verified.is_stale:
        yield "  the base has moved since"


def _gated(gated: Gated) -> Iterator[str]:
    for gate in gated.gates:
        yield from _gate(gate)
    if gated.problem:
        yield f"    {gated.problem}"
    for place in gated.withheld:
        yield f"    left out next time: {place_text(place)}, because of {printable(place.because)}"


def _gate(gate: Gate) -> Iterator[str]:
    parts = [f"{counted(gate.passed, 'test')} pass"] if gate.passed else []
    if gate.before:
        parts.append(f"{gate.before:,} failed before")
    if gate.failures:
        parts.append(f"{len(gate.failures):,} newly fail")
    if gate.note:
        parts = [printable(gate.note)]
    status = "not known" if gate.note else "holds" if gate.holds else "fails"
    yield f"  {status:<9}  {printable(gate.command)}" + (f": {', '.join(parts)}" if parts else "")
    for failure in gate.failures[:_MOST]:
        said = f": {printable(failure.said)}" if failure.said else ""
        name = "" if failure.test == gate.command else printable(failure.test)
        yield f"    {name or 'it'} fails{said}"
    yield from _names("flaky, passes when it runs again", gate.flaky)
    yield from _names("passed before, and does not run any more", gate.missing)
    if len(gate.failures) > _MOST:
        yield f"    and {len(gate.failures) - _MOST:,} more"


def _names(what: str, names: Sequence[str]) -> Iterator[str]:
    for name in names[:_MOST]:
        yield f"    {printable(name)}: {what}"
    if len(names) > _MOST:
        yield f"    and {len(names) - _MOST:,} more: {what}"


def place_text(place: Withheld) -> str:
    """`pkg/app.py: 'Name' in run`, as a line."""
    what = f": '{place.name}'" if place.name else ""
    where = f" in {place.scope}" if place.scope else ""
    return printable(f"{place.path}{what}{where}")


def verified_document(branches: Sequence[Verified], gated: Sequence[Gated]) -> dict[str, Any]:
    """The verification as plain values."""
    by_branch = {one.branch: one for one in gated}
    return {
        "schema": SCHEMA,
        "branches": [_branch(verified, by_branch.get(verified.branch)) for verified in branches],
    }


def _branch(verified: Verified, gated: Gated | None) -> dict[str, Any]:
    return {
        "phase": verified.phase,
        "branch": without_surrogates(verified.branch),
        "commit": verified.commit,
        "base": verified.base or None,
        "status": "differs" if verified.differences else "same",
        "stale": verified.is_stale,
        "files": verified.files,
        "differences": [
            {"path": without_surrogates(path) or None, "text": without_surrogates(text)}
            for path, text in verified.differences
        ],
        "people": [
            {"commit": commit.oid, "title": without_surrogates(commit.title)}
            for commit in verified.people
        ],
        "gates": [] if gated is None else [_gate_values(gate) for gate in gated.gates],
        "withheld": [] if gated is None else [_place_values(place) for place in gated.withheld],
        "problem": None if gated is None else gated.problem or None,
    }


def _gate_values(gate: Gate) -> Mapping[str, Any]:
    return {
        "command": gate.command,
        "status": "unknown" if gate.note else "holds" if gate.holds else "fails",
        "failures": [
            {"test": without_surrogates(failure.test), "said": without_surrogates(failure.said)}
            for failure in gate.failures
        ],
        "flaky": sorted(gate.flaky),
        "failing_before": gate.before,
        "passed": gate.passed,
        "missing": sorted(gate.missing),
        "note": without_surrogates(gate.note) or None,
    }


def _place_values(place: Withheld) -> Mapping[str, Any]:
    return {key: without_surrogates(value) or None for key, value in place._asdict().items()}
