"""Which events of a file are taken to the canonical form, with the reads that follow.

An event is taken there whole or not at all: one in half of the form would be one form more. The
reads of a name that certainly holds it change with it; a read in the same function of something
that may be it keeps it as it is, because both would have to change together.
"""

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from onepath.facts.extract.definitions import dotted
from onepath.model.refused import Refused
from onepath.symbols.tree.scoped import ScopedName, ScopedTree
from onepath_packs.websocket.events.canonical_form import EventForm
from onepath_packs.websocket.events.form import Event, display_kind, event_of
from onepath_packs.websocket.events.reading.flow import CalleeReadsOf, Flow, NamedDisplay
from onepath_packs.websocket.events.reading.names import EventNames, group_reads
from onepath_packs.websocket.events.reading.reads import Follow, KeyAccess

ReadElsewhere = Callable[[str, Collection[str]], str]
"""Where another file reads one of some keys of a module-level name; empty if none does."""


@dataclass
class EventDecisions:
    """What was decided of one file."""

    accepted: list[Event] = field(default_factory=list)
    refused: dict[ast.Dict, Refused] = field(default_factory=dict)
    follows: dict[ast.AST, Follow] = field(default_factory=dict)
    """Read -> what becomes of it."""
    holders: dict[ast.AST, list[Event]] = field(default_factory=dict)
    """Read that is followed -> the events whose name it reads."""
    escaping: set[ast.Dict] = field(default_factory=set)
    """Displays that get to places which are not followed."""
    incomplete: list[Event] = field(default_factory=list)
    """Events that lack keys and have nothing else to change."""
    added: list[KeyAccess] = field(default_factory=list)
    """Writes of keys outside the form to a name that holds an event."""
    uncertain: list[KeyAccess] = field(default_factory=list)
    """Reads of legacy keys of what may be an event."""


class EventChoice:
    """Decides on the events of a file.

    Args:
        tree: The file.
        form: The canonical form.
        callee_reads: What functions of the repository read.
        read_elsewhere: What other files read of this one's names.
    """

    def __init__(
        self,
        tree: ScopedTree,
        form: EventForm,
        callee_reads: CalleeReadsOf,
        read_elsewhere: ReadElsewhere,
    ) -> None:
        self._tree = tree
        self._form = form
        self._callee_reads = callee_reads
        self._read_elsewhere = read_elsewhere
        displays = [node for node in tree.nodes if isinstance(node, ast.Dict)]
        displays.sort(key=lambda node: (node.lineno, node.col_offset))
        self.displays = {node: kind for node in displays if (kind := display_kind(node, form))}
        """Each display that is an event, with its kind."""
        self.names = EventNames(tree, form, self.displays)

    def decide(self, unable: Mapping[ast.Dict, Refused]) -> EventDecisions:
        """Decide what becomes of each display and read.

        Args:
            unable: Displays that turned out to be unchangeable, and why.
        """
        decided = EventDecisions()
        events = dict(self._events(decided))
        for node, event in events.items():
            try:
                if node in unable:
                    raise unable[node]
                if event.departs:
                    self._check(event, decided)
            except Refused as problem:
                decided.refused[node] = problem.bare
        for key, nodes in self.names.certain.items():
            self._settle_name(key, nodes, events, decided)
        decided.accepted = [
            event for node, event in events.items() if event.departs and node not in decided.refused
        ]
        decided.incomplete = [
            event for node, event in events.items() if event.missing and node not in decided.refused
        ]
        decided.uncertain = list(self.names.uncertain_legacy())
        return decided

    def _events(self, decided: EventDecisions) -> Iterator[tuple[ast.Dict, Event]]:
        for node, kind in self.displays.items():
            try:
                yield node, event_of(node, kind, self._form, self._tree)
            except Refused as problem:
                decided.refused[node] = problem.bare

    # ----------------------------------------------------------- consumers

    def _check(self, event: Event, decided: EventDecisions) -> None:
        """Refuse an event if something in sight would not understand it any more."""
        if self._tree.string_around(event.node) is not None:
            raise Refused("in-f-string", "it is written inside an f-string")
        flow = Flow(self._tree, event.affected, self._callee_reads)
        held = flow.of(event.node)
        if held.name is not None:
            known = {read.base for read in self.names.reads_of(held.name)}
            flow.uses(held.name, whole=True, known=known)
        if flow.escapes:
            decided.escaping.add(event.node)
        self._check_held(event, held)
        home = self._tree.home(event.node)
        for read in self.names.uncertain_in(home, event.affected):
            reason = (
                f"line {read.line} reads '{read.key}' in the same function, of something that "
                "may be this event"
            )
            raise Refused("read-in-same-function", reason)

    def _check_held(self, event: Event, held: NamedDisplay) -> None:
        keys = event.affected
        if held.name is not None:
            scope, name = held.name
            kind = self._tree.facts.scopes[scope].kind
            if held.name not in self.names.certain:
                self._refuse_reads(self.names.reads_of(held.name), keys, "name-not-certain")
            if kind == "class":
                self._refuse_reads(self.names.of_attribute(name), keys, "read-of-attribute")
            if kind == "module" and (place := self._read_elsewhere(name, keys)):
                raise Refused("read-elsewhere", f"{place} reads a key that would go")
        if held.attribute:
            reads = self.names.of_chain(held.attribute)
            self._refuse_reads(reads, keys, "read-of-attribute")
        if held.returned:
            reads = self.names.of_result(held.returned)
            self._refuse_reads(reads, keys, "read-by-caller")

    @staticmethod
    def _refuse_reads(reads: Iterable[KeyAccess], keys: Collection[str], code: str) -> None:
        for read in reads:
            if read.key in keys:
                what = dotted(read.base) or "it"
                reason = (
                    f"line {read.line} reads '{read.key}' of '{what}', which may be this event or "
                    "another value"
                )
                raise Refused(code, reason)

    # --------------------------------------------------------------- names

    def known_reads(self) -> Iterator[tuple[int, int]]:
        """The spans of the reads that are certainly of nothing that comes from elsewhere."""
        return (self._tree.place(read.node) for read in self.names.known())

    def _settle_name(
        self,
        key: ScopedName,
        nodes: list[ast.Dict],
        events: Mapping[ast.Dict, Event],
        decided: EventDecisions,
    ) -> None:
        """Decide on all events of one name together, where their keys are read."""
        reads = self.names.reads_of(key)
        if not reads:
            return
        held = [events[node] for node in nodes if node in events]
        affected = {name for event in held for name in event.affected} | set(self._form.legacy)
        if not any(read.key in affected for read in reads):
            decided.added += self._added(reads, held)
            return
        refused = [node for node in nodes if node in decided.refused]
        try:
            if refused:
                reason = f"'{key[1]}' also holds the event of line {refused[0].lineno}, which stays"
                raise Refused("same-name", reason)
            follows = group_reads(self._tree, self._form, held, reads)
        except Refused as problem:
            for event in held:
                if event.departs:
                    decided.refused.setdefault(event.node, problem.bare)
            return
        decided.follows.update(follows)
        decided.holders.update(dict.fromkeys(follows, held))
        decided.added += self._added(reads, held)

    def _added(self, reads: Iterable[KeyAccess], held: Iterable[Event]) -> Iterator[KeyAccess]:
        written = {name for event in held for name in event.keys}
        for read in reads:
            known = read.key in written or self._form.canonical(read.key) in self._form.keys
            if not known and read.how in ("write", "setdefault"):
                yield read
