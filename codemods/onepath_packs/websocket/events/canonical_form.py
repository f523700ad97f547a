"""The one form that events shall have, and how far one of them is from it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from onepath.audit.finding import Violation
from onepath.model import DictDisplay, Facts
from onepath_packs.websocket.events.table import Events

TEXTUAL = ("isoformat", "strftime", "ctime", "asctime", "str")
"""Names of functions that give a time as a text."""
DATA = frozenset({
    "attributes", "body", "content", "contents", "data", "detail", "details", "params", "payload",
    "properties",
})  # fmt: skip
"""Keys under which an event has its data, whatever the form calls it."""


class EventForm(NamedTuple):
    """The canonical form of events."""

    kinds: tuple[str, ...]
    keys: tuple[str, ...]
    legacy: Mapping[str, str]
    """Legacy key -> the one that takes its place."""
    timestamp: str
    """The key whose value is a number of seconds; empty if there is none."""

    @classmethod
    def of(cls, table: Events) -> "EventForm":
        """The form that the configuration asks for."""
        return cls(table.kinds, table.keys, table.legacy, table.timestamp)

    @property
    def type_key(self) -> str:
        """The key that says which kind of event it is."""
        return self.keys[0]

    def is_data(self, key: str) -> bool:
        """Whether a key beside the form holds the data of an event, under another name."""
        return key in DATA and self.canonical(key) not in self.keys

    @property
    def data_key(self) -> str:
        """The key that holds what belongs to one kind only."""
        return self.keys[-1]

    def canonical(self, key: str) -> str:
        """What a key shall be called."""
        return self.legacy.get(key, key)

    def spellings(self, key: str) -> frozenset[str]:
        """All keys that mean a canonical one."""
        return frozenset({key, *(old for old, new in self.legacy.items() if new == key)})


def may_have_events(facts: Facts, form: EventForm) -> bool:
    """Whether any display names a kind; records are made of the few that do."""
    values = {f"str {kind}" for kind in form.kinds}
    return any(value in values for display in facts.raw["dicts"] for _, value in display[3])


def has_events(facts: Facts, form: EventForm) -> bool:
    """Whether any display is certainly an event."""
    return may_have_events(facts, form) and any(
        event_kind(display, form) for display in facts.dicts
    )


def event_kind(display: DictDisplay, form: EventForm) -> str:
    """The configured kind of event that a display certainly is; empty if it is none."""
    for name, value in display.keys:
        if form.canonical(name) == form.type_key and value.startswith("str "):
            kind = value.removeprefix("str ")
            return kind if kind in form.kinds else ""
    return ""


def departures(keys: Mapping[str, str], complete: bool, form: EventForm) -> list[str]:
    """In which ways an event departs from the form, in words.

    Args:
        keys: Its keys, each with what its value is (as in `Key.value`).
        complete: Whether these are all of its keys.
        form: The canonical form.
    """
    problems = [f"'{name}' should be '{form.legacy[name]}'" for name in keys if name in form.legacy]
    named = {form.canonical(name): value for name, value in keys.items()}
    other = [name for name in named if form.is_data(name)]
    if complete:
        missing = [name for name in form.keys if name not in named]
        if other and form.data_key in missing:
            missing.remove(form.data_key)
        problems += [f"no {names_in_words(missing)}"] if missing else []
    loose = [name for name in named if name not in form.keys and name not in other]
    if other:
        problems.append(f"{names_in_words(other)} holds what belongs to '{form.data_key}'")
    if loose:
        problems.append(f"{names_in_words(loose)} should be in '{form.data_key}'")
    if _is_text(named.get(form.timestamp, "")):
        problems.append(f"'{form.timestamp}' should be a number")
    return problems


def violations_in(path: str, facts: Facts, form: EventForm) -> Iterator[Violation]:
    """The displays of one file that depart from the form, and the reads of legacy keys of them."""
    if not may_have_events(facts, form):
        return
    displays = facts.dicts
    kinds = [event_kind(display, form) for display in displays]
    events = [
        (dict_display, kind) for dict_display, kind in zip(displays, kinds, strict=True) if kind
    ]
    for display, kind in events:
        problems = departures(dict(display.keys), display.complete, form)
        if problems:
            yield violation(path, display.line, kind, problems)
    named = {
        (dict_display.scope, dict_display.target): kind
        for dict_display, kind in events
        if dict_display.target
    }
    if named:
        yield from _reads(path, facts, named, form)


def violation(path: str, line: int, kind: str, problems: Iterable[str]) -> Violation:
    """That an event departs from the form."""
    return Violation(path, line, f"event {kind}: {'; '.join(problems)}", kind)


def names_in_words(names: Iterable[str]) -> str:
    """Names in a sentence."""
    return ", ".join(f"'{name}'" for name in names)


def _reads(
    path: str, facts: Facts, events: Mapping[tuple[int, str], str], form: EventForm
) -> Iterator[Violation]:
    for read in facts.key_reads:
        kind = events.get((read.scope, read.base), "")
        if kind and read.key in form.legacy:
            new = form.legacy[read.key]
            message = f"'{read.key}' of event {kind} is {read.how}; it should be '{new}'"
            yield Violation(path, read.line, message, kind)


def _is_text(value: str) -> bool:
    """Whether a timestamp is certainly not a number."""
    words = value.split()
    return value.startswith("str ") or (
        len(words) > 1 and words[-2] == "call" and words[-1].rpartition(".")[2] in TEXTUAL
    )
