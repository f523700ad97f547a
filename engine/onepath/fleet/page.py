"""What became of a fleet as plain values, in the form in which the report's page reads them.

Everything that comes from a repository or a forge is made printable here.
"""

from collections.abc import Mapping
from typing import Any

import onepath
from onepath.fleet.report import Summary
from onepath.fleet.results import RepositoryResult
from onepath.report.text import printable
from onepath.state.model import Status


def fleet_contents(summary: Summary, title: str, date: str) -> dict[str, Any]:
    """Return the fleet as plain values: the same run always gives the same.

    Args:
        summary: A run of `report`.
        title: What the fleet is called.
        date: When it was looked at, for people.
    """
    return {
        "title": printable(title),
        "tool": f"onepath {onepath.__version__}",
        "date": date,
        "notes": list(map(printable, summary.notes)),
        "left_out": list(map(printable, summary.left_out)),
        "statuses": [status.value for status in Status],
        "rules": {
            printable(name): printable(rule["summary"])
            for result in summary.results
            if result.result is not None
            for name, rule in result.result["rules"].items()
        },
        "repositories": list(map(_repository, summary.results)),
    }


def _repository(result: RepositoryResult) -> dict[str, Any]:
    return {
        "name": printable(result.name),
        "place": printable(result.place),
        "code": result.code,
        "reason": list(map(printable, result.reason.splitlines())),
        "hint": printable(result.hint),
        "notes": [] if result.reason else list(map(printable, result.notes)),
        "picture": None if result.result is None else _picture(result.result),
    }


def _picture(result: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "revision": printable(result["revision"]),
        "python_files": result["python_files"],
        "unparseable": result["unparseable"],
        "rules": {
            printable(name): [rule["findings"], rule["files"]]
            for name, rule in result["rules"].items()
        },
        "phases": list(map(_phase, result["phases"])),
    }


def _phase(phase: Mapping[str, Any]) -> dict[str, Any]:
    pull = phase["pull_request"]
    return {
        "number": phase["number"],
        "name": printable(phase["name"]),
        "branch": printable(phase["branch"]),
        "status": phase["status"],
        "files": phase["files"],
        "edits": phase["edits"],
        "refusals": [[one["code"], one["waits"], one["count"]] for one in phase["refusals"]],
        "pull": pull and {key: _shown(pull[key]) for key in ("number", "url", "state")},
    }


def _shown(value: str | int) -> str | int:
    return printable(value) if isinstance(value, str) else value
