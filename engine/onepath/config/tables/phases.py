"""`[phases]`: which versions form which phase, where the packs' own phases are not wanted."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from onepath.config.toml.checks import Checks

_VERSION = re.compile(r"(?P<pack>[^/]+)/v?(?P<number>\d+)")


class VersionNumber(NamedTuple):
    """A version, as `[phases]` names it."""

    pack: str
    """Empty for the first pack of the configuration."""
    number: int

    def __str__(self) -> str:
        return f"{self.pack}/{self.number}" if self.pack else str(self.number)


Phases = Mapping[str, tuple[VersionNumber, ...]]


def read_phases(value: Any, checks: Checks) -> Phases | None:
    """Read `[phases]`: name -> its versions, in order; None: as the packs have them.

    A version is a number, and of another pack than the first one `"pack/number"`.
    """
    if value is None:
        return None
    phases: dict[str, tuple[VersionNumber, ...]] = {}
    seen: dict[VersionNumber, str] = {}
    for name, listed in checks.table(value, "phases").items():
        place = ("phases", name)
        if not name.replace("-", "").isalnum() or not name.isascii():
            checks.add(f"phases: '{name}' may hold letters, digits and hyphens only", *place)
        versions = [_version(one) for one in listed] if isinstance(listed, list) else [None]
        if None in versions:
            checks.wrong_type(listed, "a list of version numbers", *place)
            continue
        for version in filter(None, versions):
            if version in seen:
                checks.add(f"phases: version {version} is in '{seen[version]}' already", *place)
            seen[version] = name
        if not versions:
            checks.add(f"phases: '{name}' is empty", *place)
        phases[name] = tuple(filter(None, versions))
    return phases


def _version(value: Any) -> VersionNumber | None:
    if type(value) is int:
        return VersionNumber("", value)
    match = _VERSION.fullmatch(value) if isinstance(value, str) else None
    return None if match is None else VersionNumber(match["pack"], int(match["number"]))
