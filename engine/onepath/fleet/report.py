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
        highest = max((one.code for one in self.results), default=0)
        return max(highest, int(self.action == "uses" and not is_free(self)))


def fleet_text(summary: Summary) -> str:
    """The table: a line for each repository, and below it why it failed."""
    rows = [
        (printable(one.name), _state(one), _came_to(summary.action, one)) for one in summary.results
    ]
    widths = [max(map(len, column)) for column in list(zip(*rows, strict=True))[:2]]
    lines = []
    for row, one in zip(rows, summary.results, strict=True):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        lines.append("  ".join((*cells, row[2])).rstrip())
        lines += (f"    {printable(line)}" for line in _details(summary.action, one))
    return "\n".join([*lines, "", *_closing(summary)]) + "\n"


def _state(one: RepositoryResult) -> str:
    return "done" if one.is_done else f"failed ({one.code})"


def _details(action: str, one: RepositoryResult) -> Iterator[str]:
    yield from one.reason.splitlines()
    if one.hint:
        yield f"hint: {one.hint}"
    if action == "uses" and one.result is not None:
        for other in one.result["others"]:
            yield f"{other['name']} is also reached as {other['path']}: ask for that, too"
        for user in one.result["users"]:
            mark = "" if user["breaks"] else " (nothing would break)"
            yield f"{user['path']}:{user['line']}: {user['kind']} {user['text']}{mark}"
        for unread in one.result["unread"]:
            yield f"{unread['path']}: not read: {unread['reason']}"


def _came_to(action: str, one: RepositoryResult) -> str:
    """What a repository came to, in a few words."""
    return _WORDS[action](one.result) if one.result is not None else ""


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
    failed = sum(not one.is_done for one in results)
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
        one.is_done and one.result is not None and one.result["free"] for one in summary.results
    )


def verdict(summary: Summary) -> str:
    """Whether the names may go, in words."""
    if is_free(summary):
        return "safe to delete: every repository was read, and none uses it by this path"
    users = sum(
        any(user["breaks"] for user in one.result["users"])
        for one in summary.results
        if one.result is not None
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
        "repositories": [repository_document(summary, one) for one in summary.results],
    }
    return {**document, "free": is_free(summary)} if summary.action == "uses" else document


def repository_document(summary: Summary, one: RepositoryResult) -> dict[str, Any]:
    """What became of one repository; `result` is what the single command gives as JSON."""
    return {
        "name": without_surrogates(one.name),
        "place": without_surrogates(one.place),
        "code": one.code,
        "reason": without_surrogates(one.reason),
        "hint": without_surrogates(one.hint),
        "notes": list(map(without_surrogates, one.notes)),
        "seconds": one.seconds,
        "kept": one.name in summary.kept,
        "result": one.result,
    }
