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
from collections.abc import Iterator, Sequence

from onepath.analysis.index import Index
from onepath.analysis.top_classes import Class
from onepath.audit.finding import Violation
from onepath.audit.rule import Rule
from onepath.config.settings import Settings
from onepath_packs.websocket.events.canonical_form import (
    EventForm,
    departures,
    violation,
    violations_in,
)
from onepath_packs.websocket.events.table import Events

_LITERAL = re.compile(r"""["']([\w.-]+)["']\s*\)?$""")


def check(index: Index, settings: Settings) -> Iterator[Violation]:
    """One violation for each event that departs, and for each read of a legacy key of one."""
    form = EventForm.of(settings.table(Events))
    for violations in index.of_files(_of_file).values():
        yield from violations
    for cls in index.classes.values():
        if any(form.canonical(name) == form.type_key for name in cls.attributes.split()):
            yield from _of_class(index, cls, form)


def _of_file(index: Index, path: str) -> Sequence[Violation]:
    form = index.once("form of events", lambda: EventForm.of(index.settings.table(Events)))
    return tuple(violations_in(path, index.facts(path), form))


def _of_class(index: Index, cls: Class, form: EventForm) -> Iterator[Violation]:
    """A dataclass or model whose type field has one of the kinds as its default."""
    for name, member in cls.members.items():
        if member.kind == "assign" and form.canonical(name) == form.type_key:
            data = index.world.read([cls.path]).get(cls.path, b"")[member.start : member.end]
            match = _LITERAL.search(data.decode("utf-8", "replace"))
            if match and match[1] in form.kinds:
                fields = {
                    field: "number" if "float" in d.returns or "int" in d.returns else d.returns
                    for field, d in cls.members.items()
                    if d.kind in ("assign", "annotation")
                }
                fields = {
                    f: "call str" if t == "str" and f != name else t for f, t in fields.items()
                }
                problems = departures(fields, True, form)
                if problems:
                    yield violation(cls.path, cls.line, match[1], problems)


RULE = Rule(
    "event-structure",
    "an event that is not in the canonical form",
    check,
    phase="events",
    local=True,
    of_files=(_of_file,),
)
