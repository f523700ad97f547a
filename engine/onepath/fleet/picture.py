"""A repository in the report over its fleet: what is found in it, and where its phases are."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from onepath.audit.result import AuditResult
from onepath.audit.rule import Rule
from onepath.codemod.refusals.waiting import BY_HAND
from onepath.model import Phase, Plan
from onepath.report.text import without_surrogates
from onepath.state.model import MigrationState, PhaseState

SCHEMA = 1


def repository_picture(
    result: AuditResult,
    rules: Mapping[str, Rule],
    planned: tuple[Plan, MigrationState] | None,
    waits: Mapping[str, str],
) -> dict[str, Any]:
    """Return the picture of one repository as plain values.

    Args:
        result: Its audit.
        rules: What each rule finds.
        planned: Its plan and where the phases of that are; None where nothing is configured.
        waits: By the code of a refusal, what it waits for.
    """
    found = Counter(finding.rule for finding in result.findings)
    files = Counter(rule for rule, _ in {(one.rule, one.path) for one in result.findings})
    return {
        "schema": SCHEMA,
        "revision": without_surrogates(result.revision),
        "python_files": result.python_files,
        "unparseable": len(result.unparseable),
        "rules": {
            name: {"summary": rules[name].summary, "findings": found[name], "files": files[name]}
            for name in result.rules
        },
        "phases": [] if planned is None else _phases(*planned, waits),
    }


def _phases(plan: Plan, state: MigrationState, waits: Mapping[str, str]) -> list[dict[str, Any]]:
    by_name = {phase.name: phase for phase in plan.phases}
    return [_phase(phase_state, by_name[phase_state.name], waits) for phase_state in state.phases]


def _phase(state: PhaseState, phase: Phase, waits: Mapping[str, str]) -> dict[str, Any]:
    refusals = Counter(refusal.code for refusal in phase.changeset.refusals)
    return {
        "number": phase.number,
        "name": phase.name,
        "title": phase.title,
        "branch": without_surrogates(phase.branch),
        "status": state.status.value,
        "files": len(phase.changeset.changes),
        "edits": phase.changeset.edits,
        "refusals": [
            {"code": code, "waits": waits.get(code, BY_HAND), "count": count}
            for code, count in sorted(refusals.items())
        ],
        "pull_request": None if state.pull is None else state.pull._asdict(),
    }
