"""The edits of one file whose events are taken to the canonical form."""

import ast
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from onepath.edit.draft import Draft
from onepath.edit.imports.bring_in import BringIn
from onepath.model import Edit, Refusal
from onepath.model.refused import Refused
from onepath.symbols.destinations import Destination
from onepath.symbols.renames import Renames
from onepath.symbols.resolve import Step
from onepath.symbols.tree.scoped import ScopedTree, without_functions
from onepath.symbols.world import World
from onepath_packs.websocket.events.canonical_form import EventForm, names_in_words
from onepath_packs.websocket.events.choice import EventChoice, EventDecisions, ReadElsewhere
from onepath_packs.websocket.events.classes import event_classes
from onepath_packs.websocket.events.displays import DisplayPlace, Reshape, reshape
from onepath_packs.websocket.events.form import Event
from onepath_packs.websocket.events.reading.callee_reads import CalleeReads
from onepath_packs.websocket.events.reading.names import EventNames
from onepath_packs.websocket.events.reading.reads import (
    Follow,
    KeyAccess,
    follow_in_fstring,
    rewrite_read,
)

CLOCK: Step = ("time", "")
"""What the new text may refer to."""


class EventEdits(NamedTuple):
    """What becomes of a file."""

    edits: tuple[Edit, ...]
    refusals: tuple[Refusal, ...]
    events: int
    """How many displays are taken to the form."""
    shown: tuple["Shown", ...] = ()
    """Every display of an event."""
    known: tuple[tuple[int, int], ...] = ()
    """The spans of reads of what is certainly one of the file's own displays."""


class Shown(NamedTuple):
    """What became of a display that is an event."""

    start: int
    line: int
    kind: str
    keys: frozenset[str]
    """All its string keys."""
    affected: frozenset[str]
    """Those that a reader would not find any more; none if it keeps its form."""
    escapes: bool
    """Whether it gets to places that are not followed."""
    refused: str
    """The code of the reason why it keeps its form; empty if it has the canonical one now."""


class _Site(NamedTuple):
    """An expression that changes, by what its text becomes once what is inside it has changed."""

    start: int
    end: int
    change: Callable[[str], str]
    displays: Sequence[ast.Dict]
    """What can't change if this can't."""


class _Unable(Exception):  # noqa: N818 - it is no error of the program
    def __init__(self, displays: Sequence[ast.Dict], code: str, reason: str) -> None:
        super().__init__(reason)
        self.displays = displays
        self.problem = Refused(code, reason)


def listed_events(world: World, path: str, data: bytes, form: EventForm) -> tuple[Refusal, ...]:
    """What is listed of a file that holds no display of an event: reads and classes.

    Args:
        world: The code.
        path: The file.
        data: Its bytes.
        form: The canonical form of events.
    """
    facts = world.facts(path)
    speaks = _speaks(form)
    shown = without_functions(data, facts, lambda text: not speaks(text))
    types = form.spellings(form.type_key)
    if not speaks(shown) and not any(
        definition.qualname.rpartition(".")[2] in types for definition in facts.definitions
    ):
        return ()
    tree = ScopedTree(shown, facts)
    draft = Draft(path, data, facts, Renames(world.resolver, {}, {}))
    _list(draft, form, EventNames(tree, form, {}).uncertain_legacy(), tree)
    return tuple(draft.refusals)


def _speaks(form: EventForm) -> Callable[[bytes], bool]:
    """Whether a text names a kind and a legacy key that says which kind something is."""
    legacy = form.spellings(form.type_key) - {form.type_key}
    kinds, keys = (
        re.compile(
            b"|".join(rb"""["']%b["']""" % re.escape(word.encode()) for word in sorted(words))
        )
        for words in (form.kinds, legacy)
    )
    return lambda text: bool(legacy and kinds.search(text) and keys.search(text))


def _list(draft: Draft, form: EventForm, reads: Iterable[KeyAccess], tree: ScopedTree) -> None:
    for read in reads:
        reason = (
            f"'{read.key}' of '{ast.unparse(read.base)}', which may be an event; "
            f"it should be '{form.legacy[read.key]}'"
        )
        draft.refuse(read.line, "read-not-certain", reason)
    for line, reason in event_classes(tree, form):
        draft.refuse(line, "event-class", reason)


def _lacking(event: Event) -> Refused:
    reason = f"event {event.kind} has no {names_in_words(event.missing)}; nothing says which"
    return Refused("key-missing", reason)


class EventFile:
    """One file on its way.

    Args:
        world: The code.
        path: The file.
        data: Its bytes.
        form: The canonical form of events.
        keep: Names of the module that others need.
        read_elsewhere: What other files read of this one's names.
    """

    def __init__(
        self,
        world: World,
        path: str,
        data: bytes,
        form: EventForm,
        keep: Container[str],
        read_elsewhere: ReadElsewhere,
    ) -> None:
        self._facts = world.facts(path)
        self._tree = ScopedTree(data, self._facts)
        self._form = form
        self._path, self._data, self._keep = path, data, keep
        self._renames = Renames(world.resolver, {}, {})
        self._draft = self._new_draft()
        callees = CalleeReads(world, path, self._tree)
        self._events = EventChoice(self._tree, form, callees, read_elsewhere)

    def _new_draft(self) -> Draft:
        return Draft(self._path, self._data, self._facts, self._renames, self._keep)

    def rewrite(self, blocked: Mapping[int, Refused] = MappingProxyType({})) -> EventEdits:
        """Decide and write.

        Args:
            blocked: Where displays begin that must keep their form, and why.
        """
        unable: dict[ast.Dict, Refused] = {
            node: blocked[start]
            for node in self._events.displays
            if (start := self._tree.place(node)[0]) in blocked
        }
        while True:
            decided = self._events.decide(unable)
            lacking = {event.node: _lacking(event) for event in decided.accepted if event.missing}
            if lacking:
                unable |= lacking
                continue
            self._draft = self._new_draft()
            try:
                edits = self._edits(decided)
                break
            except _Unable as problem:
                unable.update(dict.fromkeys(problem.displays, problem.problem))
        self._refuse(decided)
        return EventEdits(
            edits,
            tuple(sorted(self._draft.refusals)),
            len(decided.accepted),
            tuple(self._shown(decided)),
            tuple(self._events.known_reads()),
        )

    def _shown(self, decided: EventDecisions) -> Iterator[Shown]:
        accepted = {event.node: event for event in decided.accepted}
        for node, kind in self._events.displays.items():
            keys = frozenset(
                key.value
                for key in node.keys
                if isinstance(key, ast.Constant) and isinstance(key.value, str)
            )
            event, problem = accepted.get(node), decided.refused.get(node)
            yield Shown(
                self._tree.place(node)[0],
                node.lineno,
                kind,
                keys,
                event.affected if event else frozenset(),
                node in decided.escaping,
                problem.code if problem else "",
            )

    # ------------------------------------------------------------ refusals

    def _refuse(self, decided: EventDecisions) -> None:
        draft, form = self._draft, self._form
        for node, problem in decided.refused.items():
            draft.refuse(node.lineno, problem.code, problem.reason)
        for event in decided.incomplete:
            problem = _lacking(event)
            draft.refuse(event.node.lineno, problem.code, problem.reason)
        for read in decided.added:
            reason = f"'{read.key}' is written beside the form; it should be in '{form.data_key}'"
            draft.refuse(read.line, "key-added-later", reason)
        _list(draft, form, decided.uncertain, self._tree)

    # --------------------------------------------------------------- edits

    def _edits(self, decided: EventDecisions) -> tuple[Edit, ...]:
        if not (decided.accepted or decided.follows):
            return ()
        imports = BringIn(self._draft)
        sites = [self._display(event, imports) for event in decided.accepted]
        sites += self._reads(decided)
        sites.sort(key=lambda site: (site.start, -site.end))
        at = 0
        while at < len(sites):
            site, after = sites[at], at + 1
            while after < len(sites) and sites[after].start < site.end:
                after += 1
            text = self._written(sites[at:after])
            if text != self._draft.text(site.start, site.end):
                self._draft.edit(site.start, site.end, text, "event")
            at = after
        own = tuple(self._draft.edits)
        return tuple(sorted({*own, *imports.edits()}))

    def _written(self, sites: Sequence[_Site]) -> str:
        """The text of the first of some sites; the others are inside it."""
        site, inner = sites[0], sites[1:]
        pieces, at, index = [], site.start, 0
        while index < len(inner):
            first, after = inner[index], index + 1
            while after < len(inner) and inner[after].start < first.end:
                after += 1
            pieces += [self._draft.text(at, first.start), self._written(inner[index:after])]
            at, index = first.end, after
        pieces.append(self._draft.text(at, site.end))
        try:
            return site.change("".join(pieces))
        except Refused as why:
            raise _Unable(site.displays, why.code, why.reason) from None

    def _display(self, event: Event, imports: BringIn) -> _Site:
        start, end = self._tree.place(event.node)
        draft, how = self._draft, event.reshape
        raw = draft.data[start:end]
        if raw.count(b"\r") not in (0, raw.count(b"\n")) or raw.count(b"\r") != raw.count(b"\r\n"):
            reason = "its lines end in different ways"
            raise _Unable([event.node], "layout-unusual", reason)
        if event.clock is not None:
            how = how._replace(values=self._clocked(event, imports))
        line = draft.line_start(start)
        head = draft.text(line, start)
        place = DisplayPlace(
            head[: len(head) - len(head.lstrip())],
            len(head),
            len(draft.text(end, draft.line_end(end)).rstrip()),
        )

        def change(text: str, how: Reshape = how) -> str:
            return reshape(text, how, place)

        return _Site(start, end, change, [event.node])

    def _clocked(self, event: Event, imports: BringIn) -> Mapping[str, str]:
        """The new value of a time that is read from the clock."""
        assert event.clock is not None
        start, end = self._tree.place(event.clock)
        scope = self._tree.scope(event.node)
        uses = self._facts.uses
        imports.free(at for at, use in enumerate(uses) if start <= use.start and use.end <= end)
        name = ""
        for to in (Destination("time", "time"), Destination("time", "")):
            if scope is None or (to.name and not self._imports_clock()):
                continue
            try:
                name = imports.need(scope, start, to) + ("" if to.name else ".time")
                break
            except Refused:
                continue
        if not name:
            reason = "the module 'time' can't be imported here: its name is taken"
            raise _Unable([event.node], "name-taken", reason)
        return dict.fromkeys(event.reshape.values, f"{name}()")

    def _imports_clock(self) -> bool:
        """Whether the file imports the function and not the module."""
        return any(
            fact.is_from
            and fact.module == "time"
            and any(alias.name == "time" for alias in fact.names)
            for fact in self._facts.imports
        )

    def _reads(self, decided: EventDecisions) -> list[_Site]:
        sites: list[_Site] = []
        strings: dict[ast.expr, list[ast.AST]] = {}
        for node, to in decided.follows.items():
            string = self._tree.string_around(node)
            if string is not None:
                strings.setdefault(string, []).append(node)
                continue
            assert isinstance(node, ast.expr)
            displays = [event.node for event in decided.holders[node]]
            wanted = {(to.name, to.old): to}

            def change(text: str, wanted: Mapping[tuple[str, str], Follow] = wanted) -> str:
                return rewrite_read(text, wanted)

            sites.append(_Site(*self._tree.place(node), change, displays))
        for string, nodes in strings.items():
            sites.append(self._fstring(string, nodes, decided))
        return sites

    def _fstring(
        self, string: ast.expr, nodes: Sequence[ast.AST], decided: EventDecisions
    ) -> _Site:
        follows = [decided.follows[node] for node in nodes]
        wanted = {(to.name, to.old): to for to in follows}
        displays = [event.node for node in nodes for event in decided.holders[node]]

        def change(text: str) -> str:
            return follow_in_fstring(text, wanted, len(nodes))

        return _Site(*self._tree.place(string), change, displays)
