"""What importing every route gave, for people and for programs."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from onepath.report.text import counted, plain_values, printable, without_surrogates
from onepath.verify.imports.imported import RouteImports
from onepath.verify.imports.runtime import RouteOutcome, RouteVerdict, RuntimeResult

SCHEMA = 1


def imported_text(found: Sequence[RouteImports]) -> str:
    """A table for each branch that was looked at."""
    lines: list[str] = []
    for imports in found:
        if imports.branch:
            lines.append(f"{printable(imports.branch)}  {imports.commit[:12]}")
        if imports.result is not None:
            lines += _lines(imports.result, imports.known)
    return "".join(f"{line}\n" for line in lines)


def _lines(result: RuntimeResult, known: Collection[str]) -> Iterator[str]:
    rows = [("route", "same object", "same signature", "warnings", "error")]
    rows += map(_row, result.verdicts)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
    yield ""
    canonical = {
        route_verdict.route: route_verdict
        for route_verdict in result.verdicts
        if route_verdict.route == route_verdict.canonical
    }
    for verdict in result.verdicts:
        yield from _details(verdict, canonical[verdict.canonical])
    bad = sum(not route_verdict.holds for route_verdict in result.verdicts)
    routes = counted(len(result.verdicts), "route")
    said = "each the same object, also where its module is imported first"
    if bad:
        said = f"{bad:,} of them wrong"
        if known:
            said += f", {len(known):,} of these no better at the base"
    yield f"{routes} in Python {result.python}: {said}"


def _row(verdict: RouteVerdict) -> tuple[str, str, str, str, str]:
    given, first = verdict.given, verdict.first
    is_canonical = verdict.route == verdict.canonical
    same = "canonical" if is_canonical and given.same else _both(given.same, first.same)
    warnings = max(given.warnings, first.warnings)
    return (
        printable(verdict.route),
        same,
        _both(*verdict.same_signature),
        str(warnings) if warnings else "-",
        printable(_error(given, first)) or "-",
    )


def _both(given: bool | None, first: bool | None) -> str:
    if given == first:
        return {True: "yes", False: "no", None: "-"}[given]
    if given and first is False:
        return "no, imported first"
    if first and given is False:
        return "no, in order"
    return "only imported first" if first else "only in order"


def _error(given: RouteOutcome, first: RouteOutcome) -> str:
    if given.error == first.error or (given.error and first.error):
        return given.error
    if given.error:
        return f"in order: {given.error}"
    return f"imported first: {first.error}" if first.error else ""


def _details(verdict: RouteVerdict, canonical: RouteVerdict) -> Iterator[str]:
    """What a route is, where that is not what its canonical path is."""
    pairs = (
        ("in order", verdict.given, canonical.given),
        ("imported first", verdict.first, canonical.first),
    )
    for order, outcome, wanted in pairs:
        if verdict.depends_on_order or outcome.same is False:
            about = printable(f"{outcome.what}{outcome.signature}" if outcome.what else "nothing")
            yield f"{printable(verdict.route)}, {order}: {about}"
            if outcome.same is False:
                yield f"  not {printable(f'{wanted.what}{wanted.signature}')}"


def imported_document(found: Sequence[RouteImports]) -> dict[str, Any]:
    """The same as plain values."""
    return {
        "schema": SCHEMA,
        "imported": [
            {
                "branch": without_surrogates(imports.branch) or None,
                "commit": imports.commit or None,
                "gone": list(map(without_surrogates, imports.gone)),
                "python": None if imports.result is None else imports.result.python,
                "routes": [
                    {**_route(verdict), "no_better_at_base": verdict.route in imports.known}
                    for verdict in (() if imports.result is None else imports.result.verdicts)
                ],
            }
            for imports in found
        ],
    }


def _route(verdict: RouteVerdict) -> Mapping[str, Any]:
    return {
        "route": verdict.route,
        "canonical": verdict.canonical,
        "holds": verdict.holds,
        "in_order": _outcome(verdict.given),
        "first": _outcome(verdict.first),
    }


def _outcome(outcome: RouteOutcome) -> Mapping[str, Any]:
    return plain_values(outcome._asdict())
