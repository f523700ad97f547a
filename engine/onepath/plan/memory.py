"""Plans and audits that were made before: the same code, configuration and tool give the same.

Kept in the facts cache, as edits; the bytes come from the snapshot again. A second dry run, and
the landing of what a dry run has shown, need no planning.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from onepath.audit.finding import Finding
from onepath.audit.keeps import KeptFinding
from onepath.audit.result import AuditResult
from onepath.codemod.packs.code_digest import engine_digest
from onepath.config.migrate_toml import Config
from onepath.edit.edits import apply_edits
from onepath.facts.store.cache import FactsCache
from onepath.facts.store.fact_store import python_paths
from onepath.model import (
    Changeset,
    Edit,
    FileChange,
    Note,
    Phase,
    Plan,
    Refusal,
    Removed,
    Renamed,
    Snapshot,
    VersionId,
)
from onepath.snapshot import Overlay
from onepath.symbols.outside.environment import running_environment
from onepath.symbols.world import read_files


def config_digest(config: Config) -> str:
    """What was asked for, wherever the configuration was read from: 64 hex digits."""
    plain = replace(config, path=None, lines={})
    return hashlib.sha256(repr(plain).encode("utf-8", "surrogateescape")).hexdigest()


def plan_key(
    config: Config,
    versions: Sequence[tuple[str, VersionId]],
    phases: Sequence[str] | None,
    code: str,
    on_top: str = "",
) -> str:
    """What a plan depends on beside the code that it is for, as one name.

    Args:
        config: What the user asks for.
        versions: The versions of each phase.
        phases: Names of the phases wanted; None for all.
        code: A name for all the code of the pack.
        on_top: A name for what people put on top of the phases.
    """
    return _key(config, "plan", repr(versions), repr(phases), code, on_top)


def audit_key(config: Config, rules: Sequence[str]) -> str:
    """What an audit of the whole repository depends on beside its code, as one name."""
    return _key(config, "audit", repr(rules))


def key_at(asked: str, snapshot: Snapshot) -> str:
    """A name for the outcome of what is asked for, in this code.

    Args:
        asked: What `plan_key` or `audit_key` gives.
        snapshot: The code.
    """
    digest = hashlib.sha256(f"{asked}\0{snapshot.name}\0".encode("utf-8", "surrogateescape"))
    for entry in snapshot.entries.values():
        digest.update(f"{entry.path}\0{entry.oid}{entry.mode}".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _key(config: Config, *asked: str) -> str:
    # What is installed decides what a path outside the repository is.
    parts = (engine_digest(), repr(config), _stamp(config), *asked)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _stamp(config: Config) -> str:
    """What tells one state of the environment from another, where a plan asks for it at all."""
    if not config.imports:
        return ""
    return (config.environment or running_environment()).stamp


def keep_plan(
    cache: FactsCache, key: str, plan: Plan, amended: Sequence[Mapping[str, bytes | None]]
) -> None:
    """Keep a plan, and the content that people put on top of each of its phases."""
    phases = [
        {
            "fixed": (phase.number, phase.name, phase.branch, phase.title),
            "versions": [tuple(version) for version in phase.versions],
            "edits": {
                change.path: tuple(map(tuple, change.edits)) for change in phase.changeset.changes
            },
            "made": [change.path for change in phase.changeset.changes if change.is_new],
            "deleted": phase.changeset.deleted,
            "refusals": [tuple(refusal) for refusal in phase.changeset.refusals],
            "before": dict(phase.before),
            "after": dict(phase.after),
            "remarks": phase.remarks,
            "removed": [tuple(removed) for removed in phase.removed],
            "renamed": [tuple(renamed) for renamed in phase.renamed],
            "why": phase.why,
            "routes": phase.routes,
            "waits": phase.waits,
            "places": dict(phase.places),
            "declared": phase.declared,
            "amended": dict(files),
        }
        for phase, files in zip(plan.phases, amended, strict=True)
    ]
    rest = {
        "notes": [tuple(note) for note in plan.notes],
        "unparseable": [tuple(refusal) for refusal in plan.unparseable],
        "files": (plan.python_files, plan.parsed),
    }
    cache.put_outcome(key, {"phases": phases, **rest})


def remember_audit(cache: FactsCache, key: str, result: AuditResult) -> None:
    """Keep the outcome of an audit."""
    cache.put_outcome(key, {
        "rules": result.rules,
        "findings": [tuple(finding) for finding in result.findings],
        "files": (result.python_files, result.parsed),
        "unparseable": [tuple(refusal) for refusal in result.unparseable],
        "notes": [tuple(note) for note in result.notes],
        "kept": [(tuple(kept.finding), kept.reason) for kept in result.kept],
        "samples": result.samples,
    })  # fmt: skip


def recall_audit(cache: FactsCache, key: str, revision: str) -> AuditResult | None:
    """An audit that was made before; None if it was not kept."""
    kept = cache.outcome(key)
    if kept is None:
        return None
    python_files, parsed = kept["files"]
    return AuditResult(
        revision=revision,
        rules=kept["rules"],
        findings=tuple(map(Finding._make, kept["findings"])),
        python_files=python_files,
        parsed=parsed,
        unparseable=tuple(map(Refusal._make, kept["unparseable"])),
        notes=tuple(map(Note._make, kept["notes"])),
        kept=tuple(KeptFinding(Finding._make(plain), reason) for plain, reason in kept["kept"]),
        samples=frozenset(kept["samples"]),
    )


def recall(cache: FactsCache, key: str, snapshot: Snapshot) -> Plan | None:
    """A plan that was kept, with the bytes read anew; None if there is none."""
    base, kept = snapshot, cache.outcome(key)
    if kept is None:
        return None
    phases = []
    # A plan that stands may have been made where there were other files that it did not read.
    python_files = len(python_paths(base.entries))
    for one in kept["phases"]:
        phase = _phase(one, snapshot)
        if phase is None:
            return None
        phases.append(phase)
        changes = {change.path: change.new for change in phase.changeset.changes} | one["amended"]
        snapshot = Overlay(snapshot, changes)
    return Plan(
        base=base.name,
        commit=base.commit,
        phases=tuple(phases),
        notes=tuple(Note(*note) for note in kept["notes"]),
        unparseable=tuple(Refusal(*refusal) for refusal in kept["unparseable"]),
        python_files=python_files,
        parsed=kept["files"][1],
    )


def _phase(kept: Mapping[str, Any], snapshot: Snapshot) -> Phase | None:
    there = [path for path in kept["edits"] if path not in kept["made"]]
    data = read_files(snapshot, there)
    if data.keys() != set(there):
        return None
    entries = snapshot.entries
    length = next((len(entry.oid) for entry in entries.values()), 40)
    changes = []
    for path, plain in kept["edits"].items():
        edits = tuple(Edit(*edit) for edit in plain)
        if path in kept["made"]:
            changes.append(FileChange.made(path, edits[0].new, length))
            continue
        old, entry = data[path], entries[path]
        new = None if path in kept["deleted"] else apply_edits(old, edits)
        changes.append(FileChange(path, entry.mode, entry.oid, old, new, edits))
    number, name, branch, title = kept["fixed"]
    return Phase(
        number=number,
        name=name,
        branch=branch,
        title=title,
        versions=tuple(VersionId(*version) for version in kept["versions"]),
        changeset=Changeset(tuple(changes), tuple(Refusal(*one) for one in kept["refusals"])),
        before=kept["before"],
        after=kept["after"],
        remarks=tuple(kept["remarks"]),
        removed=tuple(map(Removed._make, kept["removed"])),
        renamed=tuple(map(Renamed._make, kept["renamed"])),
        why=kept["why"],
        routes=tuple(map(tuple, kept["routes"])),
        waits=tuple(map(tuple, kept["waits"])),
        places={path: tuple(map(tuple, sets)) for path, sets in kept["places"].items()},
        declared=tuple(kept["declared"]),
    )
