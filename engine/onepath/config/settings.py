"""What the user's configuration tells the rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from onepath.symbols.outside.environment import Environment

EVENT_KINDS = (
    "agent_started", "agent_thinking", "tool_executing", "tool_completed", "agent_completed",
)  # fmt: skip
EVENT_KEYS = ("event_type", "timestamp", "user_id", "thread_id", "data")
EVENT_TIMESTAMP = "timestamp"
LEGACY_EVENT_KEYS = {"type": "event_type", "time": "timestamp", "user": "user_id"}


@dataclass(frozen=True)
class CanonicalSymbol:
    """A class that shall be the only one of its role."""

    path: str
    """Its canonical dotted path."""
    roles: tuple[str, ...] = ()
    """Globs of class names that claim the role, besides the interface."""
    required: tuple[str, ...] = ()
    """Methods that every class of the role must have; empty: the public ones of the class."""
    factory: str = ""
    """The canonical way to make one, dotted; empty: the class itself."""
    legacy_factories: tuple[str, ...] = ()
    """Globs of names of factory functions and methods that shall not be used any more."""
    protocol: str = ""
    """The dotted path of a `Protocol` of its public methods that is to be written; empty: none."""


@dataclass(frozen=True)
class Settings:
    """Everything the rules look at besides the code."""

    imports: Mapping[str, str] = field(default_factory=dict)
    """Deprecated path -> canonical path."""
    inside: bool = False
    """Whether modules of a package use the package itself as canonical path."""
    environment: Environment | None = None
    """Where modules outside the repository are read; None: where this program runs."""
    canonical: tuple[CanonicalSymbol, ...] = ()
    event_kinds: tuple[str, ...] = EVENT_KINDS
    event_keys: tuple[str, ...] = EVENT_KEYS
    legacy_event_keys: Mapping[str, str] = field(default_factory=lambda: dict(LEGACY_EVENT_KEYS))
    event_timestamp: str = EVENT_TIMESTAMP
    """The one of `event_keys` whose value is a number of seconds; empty: none is."""
