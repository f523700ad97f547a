"""`[events]`: the one form that all events shall have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from onepath.codemod import Checks, Table

KINDS = (
    "agent_started", "agent_thinking", "tool_executing", "tool_completed", "agent_completed",
)  # fmt: skip
KEYS = ("event_type", "timestamp", "user_id", "thread_id", "data")
TIMESTAMP = "timestamp"
LEGACY = {"type": "event_type", "time": "timestamp", "user": "user_id"}

_TABLE_KEYS = ("kinds", "keys", "legacy", "timestamp", "rewrite")


@dataclass(frozen=True, slots=True)
class Events(Table):
    """The form of the WebSocket reports, unless the table has another."""

    table_name = "events"

    kinds: tuple[str, ...] = KINDS
    keys: tuple[str, ...] = KEYS
    """The first one says which kind of event it is, the last holds what belongs to one kind."""
    legacy: Mapping[str, str] = field(default_factory=lambda: dict(LEGACY))
    """Key that shall not be used any more -> the one of `keys` that takes its place."""
    timestamp: str = TIMESTAMP
    """The one of `keys` whose value is a number of seconds; empty: none is."""
    rewrite: bool = False
    """Whether the events are taken to that form."""

    @classmethod
    def read(cls, value: Any, checks: Checks) -> Self:
        """Read the table; what is not written follows from the keys that are."""
        table = checks.table(value, cls.table_name)
        checks.unknown_keys(table, _TABLE_KEYS, cls.table_name)
        kinds, keys = (
            checks.strings(table[key], _word_problem, "events", key) if key in table else default
            for key, default in (("kinds", KINDS), ("keys", KEYS))
        )
        if not keys:
            text = "events.keys: is empty; the first one says which kind it is"
            checks.add(text, "events", "keys")
        return cls(
            kinds,
            keys,
            _legacy(table, keys, checks),
            _timestamp(table, keys, checks),
            checks.boolean(table.get("rewrite", False), "events", "rewrite"),
        )


def _legacy(table: Mapping[str, Any], keys: Sequence[str], checks: Checks) -> Mapping[str, str]:
    """`events.legacy`: by default those legacy keys whose new names are among the keys."""
    if "legacy" not in table:
        return {old: new for old, new in LEGACY.items() if new in keys}
    legacy = {}
    for old, new in checks.table(table["legacy"], "events", "legacy").items():
        place = ("events", "legacy", old)
        if not isinstance(new, str):
            checks.wrong_type(new, "a string", *place)
        elif new not in keys:
            checks.add(f"events.legacy: '{new}' is not one of the keys: {', '.join(keys)}", *place)
        elif old in keys:
            checks.add(f"events.legacy: '{old}' is itself one of the keys", *place)
        else:
            legacy[old] = new
    return legacy


def _timestamp(table: Mapping[str, Any], keys: Sequence[str], checks: Checks) -> str:
    """`events.timestamp`: by default the usual key if it is among the keys."""
    if "timestamp" not in table:
        return TIMESTAMP if TIMESTAMP in keys else ""
    key = checks.string(table["timestamp"], _word_problem, "events", "timestamp")
    if key and key not in keys:
        text = f"events.timestamp: '{key}' is not one of the keys: {', '.join(keys)}"
        checks.add(text, "events", "timestamp")
    return key


def _word_problem(word: str) -> str:
    return "" if word.strip() == word != "" else "is empty or has spaces around it"
