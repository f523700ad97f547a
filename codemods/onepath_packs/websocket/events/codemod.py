"""Version 6: events, and what reads them, take the canonical form.

Only if the configuration says so: `[events] rewrite = true`. The kinds of events, the keys of the
form (the first says which kind it is, the last holds what belongs to one kind only), the legacy
keys and the key of the time are those of the WebSocket reports unless `[events]` has its own.

What becomes of an event
    A dict display is an event if a key says so with one of the kinds, written out as a string. It
    is taken to the form whole or not at all: legacy keys are renamed, an ISO text that is read
    from the clock becomes `time.time()` and one that is written out with its zone becomes its
    number, keys beside the form go into the inner dict. Keys that are missing are not invented
    (`key-missing`). The order in which calls are made does not change. Comments go with their
    keys.

What follows it
    Reads, writes, tests and deletions of a key (`event["type"]`, `event.get("type")`,
    `"type" in event`) where the name is assigned such a display in this file and nothing else but
    None, also in inner functions and f-strings; a key that moved is read from the inner dict.

What keeps it as it is
    A reader in sight that would not understand it: a read of one of its keys in the same function
    of something that may be it (`read-in-same-function`), of an attribute that it is assigned to
    (`read-of-attribute`), of what a function or fixture of the file returns
    (`read-by-caller`), in a function of the repository that is given it (`read-by-callee`), in
    another file that imports its name (`read-elsewhere`), or of a name that holds other things
    as well (`name-not-certain`, `same-name`). A comparison, also by a test's `assert...`
    (`compared`); keys that become arguments (`keyword-arguments`); a schema or an annotation that
    may name the keys (`given-to-schema`); any other use that sees its keys (`use-not-followed`,
    `data-used-apart`, `timestamp-read`). And what can't be written without guessing:
    `timestamp-text`, `key-twice`, `rest-not-known`, `data-not-a-display`, `value-is-a-display`,
    `order`, `in-f-string`, `layout-unusual`, `name-taken`, and `read-not-certain` where one name
    holds events with different keys.

What keeps an event that leaves its function (sent, stored, returned)
    Any place in the repository that may read a key that moves, in whatever way it is written, and
    also in the languages of the other side of a connection (`read-elsewhere`): a read counts
    unless it is certainly one of something else. And a test, or a JSON file, that has an event of
    its kind which keeps its form, because what is sent may be held against it (`same-kind`).

What is listed besides
    Reads of legacy keys beside which a kind is spoken of (`read-not-certain`), classes that are
    events (`event-class`), keys that are added later (`key-added-later`) and JSON files with
    events (`event-in-data`). A display whose kind is no string (`EventType.STARTED`), other data
    formats and documents are not looked at.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from onepath.codemod import Codemod, Config, Index, LeftOut, Needles, Proposal, World
from onepath_packs.websocket.events.table import Events

if TYPE_CHECKING:
    from onepath_packs.websocket.events.planning import EventsPlanner


class CanonicalEvents(Codemod):
    """Takes events to one form, and the reads that certainly read them with it."""

    number = 6
    name = "canonical_events"
    phase = "events"
    title = "Send events in the canonical form"
    why = "Whoever reads an event is to find the same keys in each of them."
    table = Events
    earlier_digests = (
        "5acfed9ec089acc88ab26f852af1a22a5a69d4f153afb317c0bf0c1312f61f3a",
        "d7c2db4052561503d0439e10a4661e2480863a941fff4dec26c3030bf6f7525d",
    )

    def propose(self, world: World, left_out: LeftOut) -> Proposal:
        """Rewrite the events that no reader would miss, and the reads that certainly read them."""
        return self._planner.propose(world, left_out)

    @cached_property
    def _planner(self) -> "EventsPlanner":
        # Imported here so that runs without this phase don't pay for it.
        from onepath_packs.websocket.events.planning import EventsPlanner

        return EventsPlanner(self.config)

    @classmethod
    def configured(cls, config: Config) -> bool:
        """Whether `[events]` has `rewrite = true`."""
        return config.table(Events).rewrite

    @classmethod
    def reads(cls, config: Config) -> Needles:
        """The files that mention a kind of event."""
        return Needles.of(config.table(Events).kinds)

    @classmethod
    def suggest(cls, index: Index) -> Iterable[str]:
        """A comment that turns the phase on, if any event departs from the form."""
        from onepath_packs.websocket.events.rule import RULE

        departing = list(RULE.check(index, index.settings))
        if departing:
            files = len({violation.path for violation in departing})
            counted = f"{len(departing)}, in {files} files"
            yield f"# Events that depart from the canonical form: {counted}."
            yield "# Remove the # to have them rewritten."
            yield from ("# [events]", "# rewrite = true")
