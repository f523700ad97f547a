"""Takes events to one form, and the reads that certainly read them with it.

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
    (`read-of-attribute`), of what a function or fixture of the file gives back
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

from onepath.codemod.outcome import Outcome
from onepath.codemod.packs import Version
from onepath.config.migrate_toml import Config, settings
from onepath.facts.prefilter.words import Needles
from onepath.symbols.world import World


def plan(world: World, config: Config) -> Outcome:
    """Plan the phase."""
    # Here, so that who does without this phase need not load it.
    from onepath_packs.websocket.events.planning import plan_events

    return plan_events(world, config)


VERSION = Version(
    number=6,
    name="canonical_events",
    phase="events",
    title="Send events in the canonical form",
    plan=plan,
    why="Whoever reads an event is to find the same keys in each of them.",
    configured=lambda config: config.events.rewrite,
    reads=lambda config: Needles.of(settings(config).event_kinds),
)
