"""Events across a repository: which files hold them, what others read of them, what is listed."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from functools import cached_property, partial
from typing import Any

from onepath.codemod.outcome import Proposal, file_changes
from onepath.codemod.refusals.left_out import EXCLUDED, LeftOut, Location
from onepath.config.globs import Globs
from onepath.config.migrate_toml import Config
from onepath.facts.prefilter.words import Needles
from onepath.facts.store.collecting import without_collecting
from onepath.model import Refusal
from onepath.model.refused import Refused
from onepath.proof.declared import Declared
from onepath.symbols.find_references.references import references
from onepath.symbols.modules import is_test
from onepath.symbols.resolve import Step
from onepath.symbols.world import World
from onepath_packs.websocket.events.canonical_form import (
    EventForm,
    event_kind,
    has_events,
    violations_in,
)
from onepath_packs.websocket.events.file import CLOCK, EventEdits, EventFile, listed_events
from onepath_packs.websocket.events.reading.kept_names import KeptNames, not_needed
from onepath_packs.websocket.events.reading.readers import EventReaders
from onepath_packs.websocket.events.table import Events
from onepath_packs.websocket.events.unsure.named_kinds import unsure_events

RULE = "event-structure"
_COMPARED = frozenset({"compared", "given-to-schema", "use-not-followed", "keyword-arguments"})
"""Codes of displays that something else may be measured by."""
_DATA_LIMIT = 20_000_000
"""Bytes of a JSON file that is looked into."""


class EventsPlanner:
    """Takes the events of a repository to the canonical form.

    Args:
        config: The form, and which files are excluded.
    """

    def __init__(self, config: Config) -> None:
        self._form = EventForm.of(config.table(Events))
        self._excluded = Globs(config.exclude)
        self._settled: dict[str, tuple[bytes, EventEdits]] = {}

    def propose(self, world: World, left_out: LeftOut) -> Proposal:
        """What would change in a world, if some files and places must not."""
        with without_collecting():
            repository = _Repository(world, self._form, self._excluded, self._settled)
            return repository.propose(left_out)


class _Repository:
    def __init__(
        self,
        world: World,
        form: EventForm,
        excluded: Globs,
        settled: dict[str, tuple[bytes, EventEdits]],
    ) -> None:
        self._world = world
        self._settled = settled
        """Files in which nothing changes: their bytes, and what was decided of them."""
        self._form = form
        self._excluded = excluded
        self._needles = Needles.of(form.kinds)
        self._readers: EventReaders | None = None
        self._known: dict[str, tuple[tuple[int, int], ...]] = {}
        self._kept_elsewhere: dict[str, str] = {}
        """Kinds of which one keeps its form in a file that is not rewritten, and where."""

    def propose(self, left_out: LeftOut) -> Proposal:
        """What would change, if some files must not."""
        world = self._world
        paths = world.fact_store.mentioning(self._needles)
        refusals = list(self._in_data())
        files: dict[str, bytes] = {}
        done: dict[str, EventEdits] = {}
        for path, data in world.read(paths).items():
            if path in left_out or world.facts(path).failure is not None:
                refusals += self._untouched(path, data)
                self._note_kept(path)
            elif path in self._settled and self._settled[path][0] == data:
                done[path] = self._settled[path][1]
            else:
                files[path] = data
        done = self._rewritten(files, done, left_out)
        for path, edits in done.items():
            refusals += edits.refusals
            if not edits.edits and path in files:
                self._settled[path] = files[path], edits
        unsure = unsure_events(world, self._form, paths)
        refusals += (refusal for refusal in unsure if not self._excluded.match(refusal.path))
        changes = file_changes(world, {path: edits.edits for path, edits in done.items()})
        after = world.after({change.path: change.new for change in changes})
        return Proposal(
            changes,
            tuple(sorted(set(refusals))),
            Declared(introduced=frozenset({CLOCK})),
            {RULE: self._count(world, paths)},
            {RULE: self._count(after, paths)},
            tuple(_remarks(sum(edits.events for edits in done.values()), refusals)),
            {
                path: [
                    Location(shown.start, shown.line) for shown in edits.shown if not shown.refused
                ]
                for path, edits in done.items()
                if edits.edits
            },
        )

    def _rewritten(
        self, files: Mapping[str, bytes], settled: Mapping[str, EventEdits], left_out: LeftOut
    ) -> dict[str, EventEdits]:
        """What becomes of files that may hold events: only what no reader would miss."""
        blocked: dict[str, dict[int, Refused]] = {}
        for path, start, why in left_out.offsets():
            blocked.setdefault(path, {})[start] = Refused(why.code, why.reason)
        done = {**settled, **self._tried(files, blocked)}
        while True:
            more = dict(self._unread(done))
            if not more:
                return done
            for (path, start), problem in more.items():
                blocked.setdefault(path, {})[start] = problem
            again = {path: files[path] for path in {path for path, _ in more}}
            done |= self._tried(again, blocked)

    def _tried(
        self, files: Mapping[str, bytes], blocked: Mapping[str, Mapping[int, Refused]]
    ) -> dict[str, EventEdits]:
        """What becomes of files, if some displays must keep their form."""
        done: dict[str, EventEdits] = {}
        asked: set[Step] = set()
        rewrite = partial(self._part, files=files, free=frozenset(), blocked=blocked)
        for found, names in self._world.fact_store.spread(rewrite, sorted(files)):
            done |= found
            asked |= names
        free = not_needed(self._world, asked)
        paths = sorted({path for path, _ in free})
        again, _ = self._part(paths, files=files, free=free, blocked=blocked)
        return done | again

    def _unread(self, done: Mapping[str, EventEdits]) -> Iterator[tuple[tuple[str, int], Refused]]:
        """Displays that would change, although somebody may know them in the form they have."""
        escaping = [
            (path, shown)
            for path, edits in done.items()
            for shown in edits.shown
            if shown.affected and shown.escapes
        ]
        if not escaping:
            return
        known = {path: edits.known for path, edits in done.items() if edits.shown}
        if self._readers is None or self._known != known:
            self._known, self._readers = known, EventReaders(self._world, self._form, known)
        self._readers.first({key for _, shown in escaping for key in shown.affected})
        kept = {**self._kept_elsewhere, **dict(self._kept(done))}
        for path, shown in escaping:
            reader = self._readers.first(shown.affected)
            if reader is not None:
                reason = f"{reader.path}:{reader.line} may read '{reader.key}' of it"
                yield (path, shown.start), Refused("read-elsewhere", reason)
            elif shown.kind in kept:
                reason = f"{kept[shown.kind]} has an event of this kind that keeps its form"
                yield (path, shown.start), Refused("same-kind", reason)

    def _kept(self, done: Mapping[str, EventEdits]) -> Iterator[tuple[str, str]]:
        """Kinds of which one is compared, or used in a test, in the form that it has."""
        tested = {
            shown.kind for path, edits in done.items() if is_test(path) for shown in edits.shown
        }
        for path, edits in done.items():
            for shown in edits.shown:
                compared = shown.refused in _COMPARED
                if shown.refused and (compared or shown.kind in tested):
                    yield shown.kind, f"{path}:{shown.line}"

    def _part(
        self,
        paths: Sequence[str],
        *,
        files: Mapping[str, bytes],
        free: Set[Step],
        blocked: Mapping[str, Mapping[int, Refused]],
    ) -> tuple[dict[str, EventEdits], set[Step]]:
        """What becomes of some files, and which of their names must be known to be `free`."""
        world, form, done = self._world, self._form, dict[str, EventEdits]()
        asked: set[Step] = set()
        for path in paths:
            if has_events(world.facts(path), form):
                keep = KeptNames(path, free, asked)
                elsewhere = partial(self._elsewhere, path)
                file = EventFile(world, path, files[path], form, keep, elsewhere)
                done[path] = file.rewrite(blocked.get(path, {}))
            else:
                listed = listed_events(world, path, files[path], form)
                done[path] = EventEdits((), listed, 0)
        return done, asked

    def _count(self, world: World, paths: Sequence[str]) -> int:
        world.fact_store.load(paths)
        return sum(
            1
            for path in paths
            if not self._excluded.match(path)
            for _ in violations_in(path, world.facts(path), self._form)
        )

    def _note_kept(self, path: str) -> None:
        """Note the kinds of events in a test that must not be touched."""
        facts = self._world.facts(path)
        if is_test(path) and facts.failure is None and has_events(facts, self._form):
            for display in facts.dicts:
                kind = event_kind(display, self._form)
                if kind:
                    self._kept_elsewhere.setdefault(kind, f"{path}:{display.line}")

    # ------------------------------------------------------------ left alone

    @cached_property
    def _quoted_type(self) -> re.Pattern[bytes]:
        """A legacy key that says which kind of event something is, as a string."""
        legacy = sorted(self._form.spellings(self._form.type_key) - {self._form.type_key})
        either = b"|".join(re.escape(key.encode("utf-8")) for key in legacy)
        return re.compile(rb"""["'](?:""" + either + rb""")["']""" if legacy else rb"(?!)")

    def _untouched(self, path: str, data: bytes) -> Iterator[Refusal]:
        """What is left in a file that can't be read, or that the configuration excludes."""
        facts = self._world.facts(path)
        if facts.failure is not None:
            if self._quoted_type.search(data) and not self._excluded.match(path):
                reason = f"{facts.failure.reason}; the file seems to hold an event"
                yield Refusal(path, facts.failure.line, "unparseable", reason)
        elif self._excluded.match(path):
            for violation in violations_in(path, facts, self._form):
                reason = f"{violation.message}: the configuration excludes this file"
                yield Refusal(path, violation.line, EXCLUDED, reason)

    def _in_data(self) -> Iterator[Refusal]:
        """JSON files that hold events under legacy keys."""
        entries = self._world.snapshot.entries
        paths = [
            path
            for path, entry in entries.items()
            if path.endswith(".json") and entry.is_regular and not self._excluded.match(path)
        ]
        found = self._world.fact_store.others_mentioning(paths, self._needles)
        for path, data in self._world.read(found).items():
            kinds = self._events_in(data) if len(data) <= _DATA_LIMIT else []
            count = len(kinds)
            if count:
                self._kept_elsewhere.update(dict.fromkeys(kinds, path))
                kind = next(kind for kind in self._form.kinds if kind.encode("utf-8") in data)
                line = data.count(b"\n", 0, data.index(kind.encode("utf-8"))) + 1
                events = "an event" if count == 1 else f"{count} events"
                yield Refusal(path, line, "event-in-data", f"it holds {events} under legacy keys")

    def _events_in(self, data: bytes) -> list[str]:
        """The kinds of those objects of a JSON file that are events with a legacy key."""
        try:
            todo: list[Any] = [json.loads(data)]
        except (ValueError, RecursionError):
            return []
        found, types = list[str](), self._form.spellings(self._form.type_key)
        while todo:
            value = todo.pop()
            if isinstance(value, dict):
                kinds = [value[key] for key in types & value.keys()]
                kind = next((one for one in kinds if one in self._form.kinds), None)
                if kind is not None and not value.keys().isdisjoint(self._form.legacy):
                    found.append(kind)
                todo += value.values()
            elif isinstance(value, list):
                todo += value
        return found

    # -------------------------------------------------------- other files

    def _elsewhere(self, path: str, name: str, keys: Collection[str]) -> str:
        """Where another file reads one of some keys of a module's name; empty if none does."""
        for user in self._world.fact_store.mentioning(Needles.of([name])):
            if user == path:
                continue
            facts = self._world.facts(user)
            found = references(user, facts, self._world.resolver, {name})
            if not any((reference.module, reference.name) == (path, name) for reference in found):
                continue
            names = {name} | {
                alias.bound for fact in facts.imports for alias in fact.names if alias.name == name
            }
            for read in facts.key_reads:
                if read.key in keys and read.base.rpartition(".")[2] in names:
                    return f"{user}:{read.line}"
        return ""


def _remarks(events: int, refusals: Sequence[Refusal]) -> Iterator[str]:
    """What the figures of the rule don't show: an event that lacks a key is still found by it."""
    if not events:
        return
    yield f"taken to the canonical form: {events} event{'s' * (events != 1)}"
    missing = sum(refusal.code == "key-missing" for refusal in refusals)
    if missing:
        yield f"lacking keys of that form, which are not invented: {missing}"
