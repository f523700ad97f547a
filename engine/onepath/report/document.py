"""The plan as the JSON document of the command line contract."""

from collections.abc import Iterable, Mapping
from typing import Any

from onepath.model import Phase, Plan, Refusal
from onepath.plan.plan_hash import plan_hash
from onepath.report.text import without_surrogates

SCHEMA = 1


def plan_document(plan: Plan) -> dict[str, Any]:
    """Return the plan as plain values: the same plan always gives the same document.

    Bytes of paths that are not UTF-8 stand as `\\xNN`, so that every JSON reader can take it.
    """
    return {
        "schema": SCHEMA,
        "base": without_surrogates(plan.base),
        "hash": plan_hash(plan),
        "phases": [_phase(phase) for phase in plan.phases],
        "remaining": plan.remaining,
        "notes": [
            {
                "path": without_surrogates(note.path),
                "kind": note.kind,
                "text": without_surrogates(note.text),
            }
            for note in sorted(plan.notes)
        ],
        "unparseable": [
            {key: refusal[key] for key in ("path", "line", "reason")}
            for refusal in _refusals(plan.unparseable)
        ],
    }


def _phase(phase: Phase) -> dict[str, Any]:
    changeset = phase.changeset
    return {
        "name": phase.name,
        "title": phase.title,
        "branch": phase.branch,
        "versions": [str(version) for version in sorted(phase.versions)],
        "files_changed": len(changeset.changes),
        "edits": changeset.edits,
        "deleted": sorted(map(without_surrogates, changeset.deleted)),
        "removed": [
            {
                "path": without_surrogates(removed.path),
                "name": removed.name,
                "kind": removed.kind,
            }
            for removed in sorted(phase.removed)
        ],
        "renamed": [
            {
                "path": without_surrogates(renamed.path),
                "name": renamed.name,
                "kind": renamed.kind,
                "to": renamed.new,
            }
            for renamed in sorted(phase.renamed)
        ],
        "ledger": [without_surrogates(change.path) for change in phase.ledger],
        "refusals": _refusals(changeset.refusals),
        "before": _by_rules(phase.before, phase),
        "after": _by_rules(phase.after, phase),
        "declared": {
            name: {"before": before, "after": after}
            for name, (before, after) in phase.counts.items()
            if name in phase.declared
        },
        "waits": dict(phase.waits),
        "remarks": list(map(without_surrogates, phase.remarks)),
        "changes": [
            {"path": without_surrogates(change.path), "edits": len(change.edits)}
            for change in sorted(changeset.changes, key=lambda change: change.path)
        ],
    }


def _by_rules(counts: Mapping[str, int], phase: Phase) -> dict[str, int]:
    """What is counted by the names of rules, sorted."""
    return {name: count for name, count in sorted(counts.items()) if name not in phase.declared}


def _refusals(refusals: Iterable[Refusal]) -> list[dict[str, Any]]:
    return [
        {
            "path": without_surrogates(refusal.path),
            "line": refusal.line,
            "reason": without_surrogates(refusal.reason),
            "code": refusal.code,
        }
        for refusal in sorted(refusals)
    ]
