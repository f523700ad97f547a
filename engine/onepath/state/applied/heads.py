"""The newest versions of a pack, and of what a repository says it has applied.

As in Alembic: versions follow one another, and two that follow the same one are two heads. Two
pull requests that each add a version make them, each right alone; so do two that each apply one.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from onepath.codemod.packs.pack import Pack
from onepath.errors import InputError
from onepath.model import VersionId

_NAME = re.compile(r"(?P<pack>[^/]+)/v(?P<number>\d+)_(?P<name>.+)")


class Head(NamedTuple):
    """A version that nothing follows."""

    pack: str
    number: int
    version: str
    """`canonical/v0005_break_cycles`"""
    known: bool
    """Whether an installed pack has it; else only the ledger names it."""


def heads(packs: Iterable[Pack], applied: Iterable[str] = ()) -> list[Head]:
    """Return the heads of all packs, by pack and number.

    A pack's newest version is its head. Where several versions have one number each of them is
    a head: nobody knows which comes first.

    Args:
        packs: The packs that are there.
        applied: What the ledger says is applied; it may name versions that no pack has.
    """
    known = {
        str(pack.identify(version)): (pack.name, version.number)
        for pack in packs
        for version in pack.versions
    }
    versions = dict(known)
    for name in applied:
        match = _NAME.fullmatch(name)
        if match is not None and name not in versions:
            versions[name] = match["pack"], int(match["number"])
    by_number: dict[tuple[str, int], list[str]] = defaultdict(list)
    for name, key in versions.items():
        by_number[key].append(name)
    newest: dict[str, int] = {}
    for pack_name, number in by_number:
        newest[pack_name] = max(number, newest.get(pack_name, number))
    return [
        Head(pack_name, number, name, name in known)
        for (pack_name, number), names in sorted(by_number.items())
        for name in sorted(names)
        if len(names) > 1 or number == newest[pack_name]
    ]


def forks(found: Sequence[Head]) -> Mapping[str, list[Head]]:
    """The packs that have more than one head, each with its heads."""
    by_pack: dict[str, list[Head]] = defaultdict(list)
    for head in found:
        by_pack[head.pack].append(head)
    return {name: several for name, several in by_pack.items() if len(several) > 1}


def named_versions(pack: Pack, name: str) -> list[VersionId]:
    """The versions that somebody means by a name.

    Args:
        pack: Has them.
        name: `1`, `0001`, `v0001`, `canonical_imports`, `v0001_canonical_imports`,
            `canonical/v0001_canonical_imports`, a phase (`canonical-imports`), or `head` for all.

    Raises:
        InputError: It means none.
    """
    identities = [(pack.identify(version), version.phase) for version in pack.versions]
    if name in ("head", "heads"):
        return [identity for identity, _ in identities]
    number = name.removeprefix("v")
    chosen = [
        identity
        for identity, phase in identities
        if name in (str(identity), str(identity).partition("/")[2], identity.name, phase)
        or (number.isdecimal() and int(number) == identity.number)
    ]
    if not chosen:
        known = ", ".join(str(identity).partition("/")[2] for identity, _ in identities)
        raise InputError(
            f"no version '{name}' in the pack '{pack.name}'", hint=f"versions: {known}"
        )
    return chosen
