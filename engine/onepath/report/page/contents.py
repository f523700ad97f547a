"""The picture as plain values, in the form in which the page's own script reads them.

Everything that comes from the repository is made printable here: what could hide, reorder or break
text is written as an escape. Paths, which stand in thousands of findings, are listed once.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import onepath
from onepath.codemod.refusals.waiting import BY_HAND
from onepath.discover.fragmentation import Fragmented, PathTo
from onepath.model import Phase, Plan
from onepath.plan.plan_hash import plan_hash
from onepath.report.audits.history import point_document
from onepath.report.page.excerpts import excerpts
from onepath.report.page.picture import Picture
from onepath.report.text import printable


class _Paths:
    """The paths that are mentioned, each with a number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, path: str) -> int:
        return self._numbers.setdefault(path, len(self._numbers))

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)


def contents(picture: Picture) -> dict[str, Any]:
    """Return the picture as plain values: the same picture always gives the same."""
    paths = _Paths()
    result = picture.result
    findings = _findings(picture, paths)
    refusals = _refusals(picture, paths)
    places = ((finding.path, finding.line) for finding in result.findings)
    code = excerpts(picture.code, places)
    listed = list(paths)
    return {
        "title": printable(picture.title),
        "tool": f"onepath {onepath.__version__}",
        "revision": printable(result.revision),
        "date": picture.date,
        "python_files": result.python_files,
        "unparseable": [
            [printable(refusal.path), refusal.line, printable(refusal.reason)]
            for refusal in sorted(result.unparseable)
        ],
        "notes": [
            [printable(note.path), note.kind, printable(note.text)] for note in sorted(result.notes)
        ],
        "rules": [{"name": name, "summary": picture.rules[name].summary} for name in result.rules],
        "paths": list(map(printable, listed)),
        "owners": None
        if picture.owners is None
        else [list(map(printable, picture.owners.of(path))) for path in listed],
        "findings": findings,
        "code": {str(paths.number(path)): lines for path, lines in code.items()},
        "symbols": [_symbol(fragmented) for fragmented in picture.fragmentation.symbols],
        "symbol_counts": [picture.fragmentation.configured, picture.fragmentation.others],
        "plan": None if picture.plan is None else _plan(picture.plan),
        "refusals": refusals,
        "history": _history(picture),
    }


def _findings(picture: Picture, paths: _Paths) -> list[list[Any]]:
    """Rows of rule, path, line, message, symbol, canonical path, version, fingerprint."""
    numbers = {rule: number for number, rule in enumerate(picture.result.rules)}
    return [
        [
            numbers[finding.rule],
            paths.number(finding.path),
            finding.line,
            printable(finding.message),
            printable(finding.symbol),
            printable(finding.canonical),
            finding.fixed_by,
            finding.fingerprint,
        ]
        for finding in picture.result.findings
    ]


def _refusals(picture: Picture, paths: _Paths) -> list[list[Any]]:
    """Rows of phase, code, path, line, reason, what it waits for."""
    phases = () if picture.plan is None else picture.plan.phases
    return [
        [
            number,
            refusal.code,
            paths.number(refusal.path),
            refusal.line,
            printable(refusal.reason),
            picture.waits.get(refusal.code, BY_HAND),
        ]
        for number, phase in enumerate(phases)
        for refusal in sorted(phase.changeset.refusals)
    ]


def _symbol(symbol: Fragmented) -> dict[str, Any]:
    return {
        "canonical": printable(symbol.canonical),
        "configured": symbol.is_configured,
        "path": printable(symbol.path),
        "line": symbol.line,
        "paths": list(map(_path, symbol.paths)),
        "dangling": list(map(_path, symbol.dangling)),
    }


def _path(path: PathTo) -> list[Any]:
    """The path, its stops (each with whether it is a shim), uses, files."""
    stops = [[printable(stop.dotted), stop.is_shim] for stop in path.stops]
    return [printable(path.dotted), stops, path.uses, path.files]


def _plan(plan: Plan) -> dict[str, Any]:
    return {"hash": plan_hash(plan), "phases": [_phase(phase) for phase in plan.phases]}


def _phase(phase: Phase) -> dict[str, Any]:
    changeset = phase.changeset
    return {
        "number": phase.number,
        "name": phase.name,
        "title": printable(phase.title),
        "why": printable(phase.why),
        "branch": printable(phase.branch),
        "versions": [str(version) for version in phase.versions],
        "files": len(changeset.changes),
        "edits": changeset.edits,
        "deleted": list(map(printable, changeset.deleted)),
        "removed": [
            [printable(removed.path), printable(removed.name), removed.kind]
            for removed in sorted(phase.removed)
        ],
        "remarks": list(map(printable, phase.remarks)),
        "refusals": len(changeset.refusals),
        "rules": _before_and_after(phase),
    }


def _before_and_after(phase: Phase) -> Sequence[tuple[str, int, int]]:
    return [(name, *both) for name, both in phase.counts.items()]


def _history(picture: Picture) -> dict[str, Any] | None:
    if picture.history is None:
        return None
    chosen, points = picture.history
    documents = [point_document(point) for point in points]
    for document in documents:
        document["title"] = printable(document["title"])
        document["problem"] = printable(document["problem"])
    return {"commits": chosen.commits, "shallow": chosen.is_cut, "points": documents}
