"""What became of a fleet, for people and for programs."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onepath.fleet.results import RepositoryResult
from onepath.report.text import counted, printable, without_surrogates

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Summary:
    """A run over a fleet."""

    action: str
    results: Sequence[RepositoryResult]
    """By name."""
    kept: frozenset[str] = frozenset()
    """Names of those that an earlier run had done, which was interrupted."""
    notes: tuple[str, ...] = ()
    """Which parts of the fleet's file give no repository."""
    left_out: tuple[str, ...] = ()
    """What owners have and the file does not ask for."""

    @property
    def code(self) -> int:
        """The exit code: the highest of all repositories; 1 if a name is not known to be free."""
        highest = max((result.code for result in self.results), default=0)
        return max(highest, int(self.action == "uses" and not is_free(self)))


def fleet_text(summary: Summary) -> str:
    """The table: a line for each repository, and below it why it failed."""
    rows = [
        (printable(result.name), _state(result), _came_to(summary.action, result))
        for result in summary.results
    ]
    widths = [max(map(len, column)) for column in list(zip(*rows, strict=True))[:2]]
    lines = []
    for row, result in zip(rows, summary.results, strict=True):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        lines.append("  ".join((*cells, row[2])).rstrip())
        lines += (f"    {printable(line)}" for line in _details(summary.action, result))
    return "\n".join([*lines, "", *_closing(summary)]) + "\n"


def _state(result: RepositoryResult) -> str:
    return "done" if result.is_done else f"failed ({result.code})"


def _details(action: str, result: RepositoryResult) -> Iterator[str]:
    yield from result.reason.splitlines()
    if result.hint:
        yield f"hint: {result.hint}"
    if action == "uses" and result.result is not None:
        for other in result.result["others"]:
            yield f"{other['name']} is also reached as {other['path']}: ask for that, too"
        for user in result.result["users"]:
            mark = "" if user["breaks"] else " (nothing would break)"
            yield f"{user['path']}:{user['line']}: {user['kind']} {user['text']}{mark}"
        for unread in result.result["unread"]:
            yield f"{unread['path']}: not read: {unread['reason']}"


def _came_to(action: str, result: RepositoryResult) -> str:
    """What a repository came to, in a few words."""
    return _WORDS[action](result.result) if result.result is not None else ""


def _plan(result: Mapping[str, Any]) -> str:
    phases = [phase for phase in result["phases"] if phase["files_changed"]]
    left = sum(len(phase["refusals"]) for phase in result["phases"])
    files = len({change["path"] for phase in phases for change in phase["changes"]})
    parts = [counted(len(phases), "phase"), counted(files, "file")] if phases else ["nothing to do"]
    return ", ".join([*parts, f"{left:,} left alone"] if left else parts)


def _apply(result: Mapping[str, Any]) -> str:
    return _counts(one["status"] for one in result["branches"])


def _pr(result: Mapping[str, Any]) -> str:
    return ", ".join(
        f"#{one['number']} {one['status']}" if one["number"] else f"{one['branch']} {one['status']}"
        for one in result["pull_requests"]
    )


def _status(result: Mapping[str, Any]) -> str:
    return _counts(phase["status"] for phase in result["phases"])


def _uses(result: Mapping[str, Any]) -> str:
    breaking = [user for user in result["users"] if user["breaks"]]
    defined = f"defines {', '.join(one['name'] for one in result['defined'])}; " * bool(
        result["defined"]
    )
    files = counted(len({user["path"] for user in breaking}), "file")
    return f"{defined}{counted(len(breaking), 'use')} in {files}" if breaking else f"{defined}free"


def _report(result: Mapping[str, Any]) -> str:
    found = sum(rule["findings"] for rule in result["rules"].values())
    parts = [counted(found, "finding")]
    if result["phases"]:
        parts.append(_counts(phase["status"] for phase in result["phases"]))
    return ", ".join(parts)


_WORDS = {
    "plan": _plan, "apply": _apply, "pr": _pr, "status": _status, "uses": _uses,
    "report": _report,
}  # fmt: skip


def _counts(words: Iterator[str]) -> str:
    counts = Counter(words)
    return ", ".join(f"{count} {word}" for word, count in counts.items()) or "nothing to do"


def _closing(summary: Summary) -> Iterator[str]:
    results = summary.results
    failed = sum(not result.is_done for result in results)
    line = f"{counted(len(results), 'repository', 'repositories')}: {len(results) - failed:,} done"
    if failed:
        line += f", {failed:,} failed"
    if summary.kept:
        line += f"; {len(summary.kept):,} were done before the last run was interrupted"
    yield line
    if summary.action == "uses":
        yield verdict(summary)


def is_free(summary: Summary) -> bool:
    """Whether every repository was read as a whole, and none uses the names.

    A part of the file that gives no repository may be a slip, behind which there are some.
    """
    return not summary.notes and all(
        result.is_done and result.result is not None and result.result["free"]
        for result in summary.results
    )


def verdict(summary: Summary) -> str:
    """Whether the names may go, in words."""
    if is_free(summary):
        return "safe to delete: every repository was read, and none uses it by this path"
    users = sum(
        any(user["breaks"] for user in result.result["users"])
        for result in summary.results
        if result.result is not None
    )
    if users:
        return f"not safe to delete: {counted(users, 'repository', 'repositories')} would break"
    return "not known to be safe: not everything could be read"


def fleet_document(summary: Summary) -> dict[str, Any]:
    """The run as one JSON document."""
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "action": summary.action,
        "code": summary.code,
        "notes": list(summary.notes),
        "left_out": list(summary.left_out),
        "repositories": [repository_document(summary, result) for result in summary.results],
    }
    return {**document, "free": is_free(summary)} if summary.action == "uses" else document


def repository_document(summary: Summary, result: RepositoryResult) -> dict[str, Any]:
    """What became of one repository; `result` is what the single command gives as JSON."""
    return {
        "name": without_surrogates(result.name),
        "place": without_surrogates(result.place),
        "code": result.code,
        "reason": without_surrogates(result.reason),
        "hint": without_surrogates(result.hint),
        "notes": list(map(without_surrogates, result.notes)),
        "seconds": result.seconds,
        "kept": result.name in summary.kept,
        "result": result.result,
    }
