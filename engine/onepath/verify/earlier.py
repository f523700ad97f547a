"""Phases that landed under earlier digests of the very versions that they are made of.

A digest says which code a version is. Where the way of making digests has changed, or the code was
moved, a version names the digests that it had before, so that what landed then is recognised.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from onepath.codemod.packs.pack import Pack
from onepath.model import Edit, FileChange, Phase


def earlier_digests(pack: Pack) -> Mapping[str, Collection[str]]:
    """Version -> the digests that it had before."""
    return {str(version): version.codemod.earlier_digests for version in pack.versions}


def as_landed(
    phase: Phase, landed: Collection[str], earlier: Mapping[str, Collection[str]]
) -> Phase:
    """The phase under the digests that it landed with, as far as its versions had them before.

    Args:
        phase: As it is planned today.
        landed: The digests that its commit names.
        earlier: From `earlier_digests`.
    """
    ledger, versions = phase.ledger, []
    for version in phase.versions:
        known = [one for one in earlier.get(str(version), ()) if one in landed]
        if version.digest not in landed and known:
            ledger = tuple(_with_digest(change, version.digest, known[0]) for change in ledger)
            version = version._replace(digest=known[0])
        versions.append(version)
    return replace(phase, versions=tuple(versions), ledger=ledger)


def _with_digest(change: FileChange, new: str, old: str) -> FileChange:
    """A file of the ledger with another digest, which is as long."""
    if change.new is None or new.encode() not in change.new:
        return change
    text = change.new.replace(new.encode(), old.encode())
    edits = tuple(Edit(edit.start, edit.end, text, edit.kind, edit.line) for edit in change.edits)
    return replace(change, new=text, edits=edits)
