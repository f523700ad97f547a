"""Events that depart from the one form that all of them shall have.

What it finds
    Dict displays and dataclasses that are certainly an event of a configured kind (their type is
    written out: `"agent_started"`), and whose keys are not those of the canonical form: legacy
    keys, missing keys, keys beside the form, a timestamp that is a text. Reads of a legacy key are
    found where the name was given such an event in the same function. The five kinds, the keys and
    the legacy keys are those of the WebSocket reports unless the configuration has its own.

Why it matters
    Whoever receives events has to know every form that any sender uses. One form that a receiver
    does not know is a message that nobody sees.

Example
    `{"type": "agent_started", "time": "2023-10-01T10:00:00Z", "user": uid, "agent": name}` instead
    of `{"event_type": "agent_started", "timestamp": time.time(), "user_id": uid, "thread_id": tid,
    "data": {"agent": name}}`.

How it is fixed
    Rename the keys, send a number of seconds as the timestamp, and put everything that belongs to
    one kind only into `data`.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from onepath.audit.finding import Violation
from onepath.audit.index import Class, Index
from onepath.audit.rule import Rule
from onepath.audit.settings import Settings
from onepath.model import DictDisplay, Facts

_TEXTUAL = ("isoformat", "strftime", "ctime", "asctime", "str")
_LITERAL = re.compile(r"""["']([\w.-]+)["']\s*\)?$""")


def check(index: Index, settings: Settings) -> Iterator[Violation]:
    """One violation for each event that departs, and for each read of a legacy key of one."""
    values = frozenset(f"str {kind}" for kind in settings.event_kinds)
    for path in index.looked_at:
        if not _may_have_events(index.facts(path), values):
            continue
        displays = index.facts(path).dicts
        kinds = [event_kind(display, settings) for display in displays]
        events = [(one, kind) for one, kind in zip(displays, kinds, strict=True) if kind]
        for display, kind in events:
            yield from _of_keys(
                path, display.line, kind, dict(display.keys), display.complete, settings
            )
        named = {(one.scope, one.target): kind for one, kind in events if one.target}
        if named:
            yield from _reads(path, index.facts(path), named, settings)
    for cls in index.classes.values():
        yield from _of_class(index, cls, settings)


def _may_have_events(facts: Facts, values: Collection[str]) -> bool:
    """Whether any display has one of these values; records are made of the few that do."""
    return any(value in values for display in facts.raw["dicts"] for _, value in display[3])


def event_kind(display: DictDisplay, settings: Settings) -> str:
    """The configured kind of event that a display certainly is; empty if it is none."""
    for name, value in display.keys:
        if _canonical_key(name, settings) == settings.event_keys[0] and value.startswith("str "):
            kind = value.removeprefix("str ")
            return kind if kind in settings.event_kinds else ""
    return ""


def _of_keys(
    path: str, line: int, kind: str, keys: dict[str, str], complete: bool, settings: Settings
) -> Iterator[Violation]:
    problems = [
        f"'{name}' should be '{settings.legacy_event_keys[name]}'"
        for name in keys
        if name in settings.legacy_event_keys
    ]
    named = {_canonical_key(name, settings): value for name, value in keys.items()}
    if complete:
        missing = [name for name in settings.event_keys if name not in named]
        problems += [f"no {_quoted(missing)}"] if missing else []
    loose = [name for name in named if name not in settings.event_keys]
    if loose:
        problems.append(f"{_quoted(loose)} should be in '{settings.event_keys[-1]}'")
    if _is_text(named.get("timestamp", "")):
        problems.append("'timestamp' should be a number")
    if problems:
        yield Violation(path, line, f"event {kind}: {'; '.join(problems)}", kind)


def _reads(
    path: str, facts: Facts, events: Mapping[tuple[int, str], str], settings: Settings
) -> Iterator[Violation]:
    for read in facts.key_reads:
        kind = events.get((read.scope, read.base), "")
        if kind and read.key in settings.legacy_event_keys:
            new = settings.legacy_event_keys[read.key]
            message = f"'{read.key}' of event {kind} is {read.how}; it should be '{new}'"
            yield Violation(path, read.line, message, kind)


def _of_class(index: Index, cls: Class, settings: Settings) -> Iterator[Violation]:
    """A dataclass or model whose type field has one of the kinds as its default."""
    for name, member in cls.members.items():
        if member.kind == "assign" and _canonical_key(name, settings) == settings.event_keys[0]:
            data = index.world.read([cls.path]).get(cls.path, b"")[member.start : member.end]
            found = _LITERAL.search(data.decode("utf-8", "replace"))
            if found and found[1] in settings.event_kinds:
                fields = {
                    field: "number" if "float" in d.returns or "int" in d.returns else d.returns
                    for field, d in cls.members.items()
                    if d.kind in ("assign", "annotation")
                }
                fields = {
                    f: "call str" if t == "str" and f != name else t for f, t in fields.items()
                }
                yield from _of_keys(cls.path, cls.line, found[1], fields, True, settings)


def _canonical_key(name: str, settings: Settings) -> str:
    return settings.legacy_event_keys.get(name, name)


def _is_text(value: str) -> bool:
    """Whether a timestamp is certainly not a number."""
    words = value.split()
    return value.startswith("str ") or (
        len(words) > 1 and words[-2] == "call" and words[-1].rpartition(".")[2] in _TEXTUAL
    )


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


RULE = Rule("event-structure", "an event that is not in the canonical form", check, local=True)
