"""Events across a repository: which files hold them, what others read of them, what is listed."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from functools import cached_property, partial
from typing import Any

from onepath.audit.events import EventForm, has_events, violations_in
from onepath.facts.collecting import without_collecting
from onepath.facts.needles import Needles
from onepath.model import Refusal
from onepath.plan.config import Config, settings
from onepath.plan.globs import Globs
from onepath.plan.kept_names import KeptNames, not_needed
from onepath.plan.outcome import Outcome, Proposal, file_changes, settle
from onepath.proof.changes import Declared
from onepath.rewrite.event_file import CLOCK, EventEdits, EventFile, listed_events
from onepath.symbols.references import references
from onepath.symbols.resolve import Step
from onepath.symbols.world import World

RULE = "event-structure"
_DATA_LIMIT = 20_000_000
"""Bytes of a JSON file that is looked into."""


def plan_events(world: World, config: Config) -> Outcome:
    """Take the events of a repository to the canonical form.

    Args:
        world: The code as it is.
        config: The form, and which files are excluded.

    Returns:
        A changeset that is proven.
    """
    form, excluded = EventForm.of(settings(config)), Globs(config.exclude)
    settled: dict[str, tuple[bytes, tuple[Refusal, ...]]] = {}

    def propose(now: World, left_out: Collection[str]) -> Proposal:
        with without_collecting():
            return _Repository(now, form, excluded, settled).propose(left_out)

    return settle(world, propose, config.exclude)


class _Repository:
    def __init__(
        self, world: World, form: EventForm, excluded: Globs,
        settled: dict[str, tuple[bytes, tuple[Refusal, ...]]],
    ) -> None:  # fmt: skip
        self._world = world
        self._settled = settled
        """Files in which nothing changes: their bytes, and what is listed of them."""
        self._form = form
        self._excluded = excluded
        self._needles = Needles.of(form.kinds)

    def propose(self, left_out: Collection[str]) -> Proposal:
        """What would change, if some files must not."""
        world = self._world
        paths = world.book.mentioning(self._needles)
        refusals = list(self._in_data())
        files: dict[str, bytes] = {}
        for path, data in world.read(paths).items():
            if path in left_out or world.facts(path).failure is not None:
                refusals += self._untouched(path, data)
            elif path in self._settled and self._settled[path][0] == data:
                refusals += self._settled[path][1]
            else:
                files[path] = data
        done = self._rewritten(files)
        for path, one in done.items():
            refusals += one.refusals
            if not one.edits:
                self._settled[path] = files[path], one.refusals
        changes = file_changes(world, {path: one.edits for path, one in done.items()})
        after = world.after({change.path: change.new for change in changes})
        return Proposal(
            changes,
            tuple(sorted(set(refusals))),
            Declared(introduced=frozenset({CLOCK})),
            {RULE: self._count(world, paths)},
            {RULE: self._count(after, paths)},
            tuple(_remarks(sum(one.events for one in done.values()), refusals)),
        )

    def _rewritten(self, files: Mapping[str, bytes]) -> dict[str, EventEdits]:
        """What becomes of files that may hold events."""
        done: dict[str, EventEdits] = {}
        asked: set[Step] = set()
        rewrite = partial(self._part, files=files, free=frozenset())
        for found, names in self._world.book.spread(rewrite, sorted(files)):
            done |= found
            asked |= names
        free = not_needed(self._world, asked)
        again, _ = self._part(sorted({path for path, _ in free}), files=files, free=free)
        return done | again

    def _part(
        self, paths: Sequence[str], *, files: Mapping[str, bytes], free: Set[Step]
    ) -> tuple[dict[str, EventEdits], set[Step]]:
        """What becomes of some files, and which of their names must be known to be `free`."""
        world, form, done = self._world, self._form, dict[str, EventEdits]()
        asked: set[Step] = set()
        for path in paths:
            if has_events(world.facts(path), form):
                keep = KeptNames(path, free, asked)
                elsewhere = partial(self._elsewhere, path)
                file = EventFile(world, path, files[path], form, keep, elsewhere)
                done[path] = file.rewrite()
            else:
                listed = listed_events(world, path, files[path], form)
                done[path] = EventEdits((), listed, 0)
        return done, asked

    def _count(self, world: World, paths: Sequence[str]) -> int:
        world.book.load(paths)
        return sum(
            1
            for path in paths
            if not self._excluded.match(path)
            for _ in violations_in(path, world.facts(path), self._form)
        )

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
            for one in violations_in(path, facts, self._form):
                reason = f"{one.message}: the configuration excludes this file"
                yield Refusal(path, one.line, "excluded", reason)

    def _in_data(self) -> Iterator[Refusal]:
        """JSON files that hold events under legacy keys."""
        entries = self._world.snapshot.entries
        paths = [
            path for path, entry in entries.items()
            if path.endswith(".json") and entry.is_regular and not self._excluded.match(path)
        ]  # fmt: skip
        found = self._world.book.others_mentioning(paths, self._needles)
        for path, data in self._world.read(found).items():
            count = self._events_in(data) if len(data) <= _DATA_LIMIT else 0
            if count:
                kind = next(kind for kind in self._form.kinds if kind.encode("utf-8") in data)
                line = data.count(b"\n", 0, data.index(kind.encode("utf-8"))) + 1
                events = "an event" if count == 1 else f"{count} events"
                yield Refusal(path, line, "event-in-data", f"it holds {events} under legacy keys")

    def _events_in(self, data: bytes) -> int:
        """How many objects of a JSON file are events with a legacy key."""
        try:
            todo: list[Any] = [json.loads(data)]
        except (ValueError, RecursionError):
            return 0
        count, types = 0, self._form.spellings(self._form.type_key)
        while todo:
            value = todo.pop()
            if isinstance(value, dict):
                kinds = [value[key] for key in types & value.keys()]
                is_event = any(isinstance(one, str) and one in self._form.kinds for one in kinds)
                count += is_event and not value.keys().isdisjoint(self._form.legacy)
                todo += value.values()
            elif isinstance(value, list):
                todo += value
        return count

    # -------------------------------------------------------- other files

    def _elsewhere(self, path: str, name: str, keys: Collection[str]) -> str:
        """Where another file reads one of some keys of a module's name; empty if none does."""
        for user in self._world.book.mentioning(Needles.of([name])):
            if user == path:
                continue
            facts = self._world.facts(user)
            found = references(user, facts, self._world.resolver, {name})
            if not any((one.module, one.name) == (path, name) for one in found):
                continue
            names = {name} | {
                alias.bound for one in facts.imports for alias in one.names if alias.name == name
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
