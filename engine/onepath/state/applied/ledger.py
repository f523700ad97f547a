"""The ledger: one small file for each version that has been applied, in the repository itself.

It is committed with the phase that it speaks of, so a merge brings both and a revert takes both
back; a squash that drops the trailers keeps it. It names no base and no date: landing the same
phase again from another base gives the same file.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from onepath.model import Edit, FileChange, Plan, Review, Snapshot, VersionId, Withheld
from onepath.snapshot.blobs import blob_id
from onepath.snapshot.toml import read_toml

_HEADER = "# Written by `migrate`, which reads it to tell what has been applied. Commit it.\n"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A version that has been applied."""

    version: str
    """`canonical/v0001_canonical_imports`"""
    hash: str
    stamped: bool
    """Whether somebody said so (`migrate stamp`) instead of the tool doing it."""
    withheld: tuple[Withheld, ...] = ()
    """The places that it left alone because a gate fails with them."""
    review: Review | None = None
    """What somebody who reviewed it left out, or did otherwise."""


def ledger_path(folder: str, version: VersionId) -> str:
    """Where the ledger speaks of a version: `FOLDER/canonical/0001_canonical_imports.toml`."""
    return f"{folder}/{version.pack}/{version.number:04d}_{version.name}.toml"


def ledger_text(
    version: VersionId,
    *,
    stamped: bool = False,
    withheld: Sequence[Withheld] = (),
    review: Review | None = None,
) -> bytes:
    """Return the content of the ledger's file about a version."""
    lines = [f'version = "{version}"', f'hash = "{version.digest}"']
    if stamped:
        lines.append("stamped = true")
    for place in withheld:
        lines.append("\n[[withheld]]")
        lines += (f"{key} = {_quoted(value)}" for key, value in place._asdict().items() if value)
    if review is not None and (left := {*review.skipped, *review.undecided}):
        lines += ["\n[review]", "skipped = ["]
        lines += [*(f"    {_quoted(key)}," for key in sorted(left)), "]"]
    for key, text in () if review is None else review.edited:
        lines += ["\n[[edited]]", f"hunk = {_quoted(key)}", f"text = {_quoted(text)}"]
    return (_HEADER + "\n".join(lines) + "\n").encode()


def _quoted(text: str) -> str:
    """A TOML string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def parse_entry(data: bytes) -> LedgerEntry | None:
    """Read a file of the ledger; None if it is none."""
    try:
        content = read_toml(data.decode())
    except ValueError:
        return None
    version, digest = content.get("version"), content.get("hash")
    if not isinstance(version, str) or not isinstance(digest, str):
        return None
    places = content.get("withheld", [])
    withheld = tuple(map(_withheld, places)) if isinstance(places, list) else ()
    known = tuple(place for place in withheld if place is not None)
    return LedgerEntry(version, digest, content.get("stamped") is True, known, _review(content))


def _review(content: Mapping[str, Any]) -> Review | None:
    table, tables = content.get("review"), content.get("edited")
    skipped = table.get("skipped") if isinstance(table, dict) else None
    edited = (
        [
            (str(one["hunk"]), str(one["text"]))
            for one in tables
            if isinstance(one, dict) and {"hunk", "text"} <= one.keys()
        ]
        if isinstance(tables, list)
        else []
    )
    keys = tuple(map(str, skipped)) if isinstance(skipped, list) else ()
    return Review((), tuple(edited), keys, (), others=True) if keys or edited else None


def _withheld(content: object) -> Withheld | None:
    if not isinstance(content, dict) or not content.get("path"):
        return None
    values = [content.get(key, "") for key in Withheld._fields]
    return Withheld(*values) if all(isinstance(value, str) for value in values) else None


def read_ledger(snapshot: Snapshot, folder: str) -> Mapping[str, LedgerEntry]:
    """Return the ledger of a snapshot, by path. Files that make no sense are left out."""
    if not folder:
        return {}
    wanted = [
        entry
        for path, entry in snapshot.entries.items()
        if path.startswith(f"{folder}/") and path.endswith(".toml") and entry.is_regular
    ]
    read = ((entry.path, data) for entry, data in snapshot.source().read(wanted))
    parsed = ((path, parse_entry(data)) for path, data in read if data is not None)
    return {path: entry for path, entry in parsed if entry is not None}


def with_ledger(
    plan: Plan,
    snapshot: Snapshot,
    folder: str,
    withheld: Mapping[str, Sequence[Withheld]] | None = None,
    reviews: Mapping[str, Review] | None = None,
) -> Plan:
    """Return the plan with the ledger's files in each phase that changes something.

    Args:
        plan: Made from `snapshot`.
        snapshot: Has the ledger as it is.
        folder: The ledger's folder; empty for none.
        withheld: By version, the places that it leaves alone because of a gate.
        reviews: By version, what somebody decided about it.
    """
    if not folder:
        return plan
    versions = [version for phase in plan.phases for version in phase.versions]
    there = _files(snapshot, [ledger_path(folder, version) for version in versions])
    known, decided = withheld or {}, reviews or {}
    texts = {
        version_id: ledger_text(
            version_id, withheld=known.get(str(version_id), ()), review=decided.get(str(version_id))
        )
        for version_id in versions
    }
    phases = []
    for phase in plan.phases:
        changes: list[FileChange] = []
        if phase.changeset.changes:
            changes = [
                change
                for version in phase.versions
                if (change := _change(snapshot, folder, version, there, texts[version])) is not None
            ]
        phases.append(
            replace(phase, ledger=tuple(sorted(changes, key=lambda file_change: file_change.path)))
        )
    return replace(plan, phases=tuple(phases), ledger=folder)


def _files(snapshot: Snapshot, paths: Iterable[str]) -> Mapping[str, bytes]:
    wanted = [snapshot.entries[path] for path in paths if path in snapshot.entries]
    read = snapshot.source().read([entry for entry in wanted if entry.is_regular])
    return {entry.path: data for entry, data in read if data is not None}


def _change(
    snapshot: Snapshot, folder: str, version: VersionId, there: Mapping[str, bytes], new: bytes
) -> FileChange | None:
    """The change of one file; None where it is right, or something else is in its place."""
    path = ledger_path(folder, version)
    length = next((len(entry.oid) for entry in snapshot.entries.values()), 40)
    if path in there:
        old = there[path]
        if old == new:
            return None
        edits = (Edit(0, len(old), new, "file", 1),)
        return FileChange(path, snapshot.entries[path].mode, blob_id(old, length), old, new, edits)
    taken = path in snapshot.entries or any(
        other.startswith(f"{path}/") or path.startswith(f"{other}/") for other in snapshot.entries
    )
    return None if taken else FileChange.made(path, new, length)
