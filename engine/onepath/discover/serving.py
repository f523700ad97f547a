"""Which pack a new configuration names."""

import re
from collections.abc import Iterable, Mapping, Sequence

from onepath.audit.rules import deprecated_import
from onepath.codemod.packs.pack import Pack

_TABLE = re.compile(r"(?:# )?\[(\w+)")
_OWN = frozenset(("imports", "canonical", "audit", "phases"))
"""Tables that are read whatever the packs are."""
_SCHEMA = "schema = 1"


def with_pack(lines: Sequence[str], packs: Mapping[str, Pack]) -> list[str]:
    """The lines of a new configuration, with the pack that serves it.

    Args:
        lines: The configuration as it is proposed; tables in comments count, too.
        packs: The installed packs by name.
    """
    tables = {match[1] for line in lines if (match := _TABLE.match(line))} - _OWN
    name = _serving(tables, packs)
    at = lines.index(_SCHEMA) + 1 if _SCHEMA in lines else 0
    return [*lines[:at], *([f'pack = "{name}"'] if name else []), *lines[at:]]


def _serving(tables: Iterable[str], packs: Mapping[str, Pack]) -> str:
    """The smallest pack that rewrites imports and has the tables; empty if there is none."""
    serving = [
        (len(pack.codemods), name)
        for name, pack in packs.items()
        if pack.mender(deprecated_import.RULE.phase) and pack.all_tables.keys() >= set(tables)
    ]
    return min(serving, default=(0, ""))[1]
