"""Import cycles are opened by moving imports that nobody needs while modules are imported."""

import builtins
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from onepath.facts.needles import Needles
from onepath.model import Edit, Refusal
from onepath.plan.config import Config
from onepath.plan.config_codemods import CyclesConfig
from onepath.plan.globs import Globs
from onepath.plan.outcome import Outcome, Proposal, file_changes, settle
from onepath.proof.changes import Declared
from onepath.rewrite.annotations import READERS, annotations
from onepath.rewrite.deferral import FUNCTIONS, TYPES, CannotMove, Move, Uses, move
from onepath.symbols.cuts import Edge, smallest_cut, without
from onepath.symbols.cycles import components, shortest_cycle
from onepath.symbols.graph import alias_targets, is_deferred
from onepath.symbols.modules import is_package
from onepath.symbols.references import references
from onepath.symbols.world import World

_PLAIN_BASES = frozenset((
    "abc.ABC", "logging.Handler", "threading.Thread", "typing.Generic", "typing.Protocol",
    "typing_extensions.Protocol", "unittest.IsolatedAsyncioTestCase", "unittest.TestCase",
))  # fmt: skip
"""Classes from outside that do not read the annotations of those below them."""
_COSTS = {TYPES: 1, FUNCTIONS: 100}
_SHOWN = 6


class _Place(NamedTuple):
    """A name of an import statement that makes one file import another."""

    path: str
    statement: int
    place: int


class _Verdict(NamedTuple):
    """What can be done about one of them."""

    how: str
    """`TYPES` or `FUNCTIONS`; empty if it has to stay."""
    reason: str
    """Why it has to stay."""


def plan_cycles(world: World, config: Config) -> Outcome:
    """Open the import cycles, as far as `[cycles]` allows.

    Args:
        world: The code as it is; the imports of all its files are read.
        config: Whose imports may move and whether into functions; which files never change.
    """
    cycles = config.cycles or CyclesConfig()
    world.book.load(world.book.python)
    return settle(world, partial(_propose, cycles=cycles), config.exclude)


def _propose(world: World, left_out: Collection[str], cycles: CyclesConfig) -> Proposal:
    graph = {path: list(world.imports(path)) for path in world.book.python}
    circles = components(graph)
    search = _Search(world, cycles, left_out, circles)
    while True:
        gone = _cut(graph, circles, search)
        moves = search.moves(gone)
        edits = {path: search.edits(path, sorted(found)) for path, found in moves.items()}
        if all(edits.values()):
            break
        # What turned out to have no place to go stays, and another choice is made.
    after = without(graph, gone)
    left = components(after)
    return Proposal(
        file_changes(world, edits),
        tuple(search.refusals(after, left)),
        Declared(frozenset(search.freed(moves)), frozenset({("typing.TYPE_CHECKING", "")})),
        {"import-cycle": len(circles)},
        {"import-cycle": len(left)},
        tuple(_remarks(world, after, left)),
    )  # fmt: skip


def _cut(
    graph: Mapping[str, Sequence[str]], circles: Iterable[frozenset[str]], search: "_Search"
) -> list[Edge]:
    """The edges of each circle that go."""
    gone: list[Edge] = []
    for circle in circles:
        inside = {path: [to for to in graph[path] if to in circle] for path in circle}
        gone += smallest_cut(inside, search.costs(inside))[0]
    return gone


def _remarks(
    world: World, after: Mapping[str, Sequence[str]], left: Sequence[frozenset[str]]
) -> Iterator[str]:
    for circle in left:
        cycle = shortest_cycle(after, circle)
        names = [world.modules.name(path) for path in cycle[:_SHOWN]]
        more = [f"{len(cycle) - _SHOWN} more"] if len(cycle) > _SHOWN else []
        way = " -> ".join([*names, *more, names[0]])
        count = "1 module is" if len(circle) == 1 else f"{len(circle)} modules are"
        yield f"{count} still in a circle: {way}"


class _Search:
    """Which imports of the circles can move."""

    def __init__(
        self, world: World, cycles: CyclesConfig, left_out: Collection[str],
        circles: Iterable[frozenset[str]],
    ) -> None:  # fmt: skip
        self._world = world
        self._cycles = cycles
        self._left_out = left_out
        self._allowed = Globs(cycles.paths)
        self._places: dict[Edge, list[_Place]] = {}
        self._uses: dict[str, Uses] = {}
        self._plain: dict[str, dict[str, bool]] = {}
        for circle in circles:
            for path in sorted(circle):
                self._find_places(path, circle)
        world.read(sorted({one.path for found in self._places.values() for one in found}))
        every = sorted({one for found in self._places.values() for one in found})
        self.verdicts = {one: self._verdict(one) for one in every}
        self._check_references([one for one in every if self.verdicts[one].how])

    def _find_places(self, path: str, circle: Collection[str]) -> None:
        for index, statement in enumerate(self._world.facts(path).imports):
            if is_deferred(statement):
                continue
            for place in range(len(statement.names)):
                for target in alias_targets(path, statement, place, self._world.modules):
                    if target in circle:
                        found = self._places.setdefault((path, target), [])
                        found.append(_Place(path, index, place))

    def places(self, edge: Edge) -> list[_Place]:
        """What makes one file import another."""
        return self._places.get(edge, [])

    def costs(self, inside: Mapping[str, Iterable[str]]) -> dict[Edge, tuple[int, str, int]]:
        """The edges of a circle that can go: what that costs, and where the first of it stands."""
        found = {}
        for path, targets in inside.items():
            for target in targets:
                verdicts = [self.verdicts[one] for one in self.places((path, target))]
                if verdicts and all(one.how for one in verdicts):
                    cost = sum(_COSTS[one.how] for one in verdicts)
                    first = self.places((path, target))[0]
                    found[path, target] = (cost, path, first.statement)
        return found

    # ------------------------------------------------------- one import

    def _verdict(self, one: _Place) -> _Verdict:
        path, facts = one.path, self._world.facts(one.path)
        statement = facts.imports[one.statement]
        alias = statement.names[one.place]
        if path in self._left_out or not self._allowed.match(path):
            return _Verdict("", "the configuration leaves this file alone")
        if facts.failure is not None:
            return _Verdict("", facts.failure.reason)
        if is_package(path) or path.endswith(".pyi"):
            return _Verdict("", "a package's names are for others")
        exported = {name for name, _, _ in facts.exports.names} if facts.exports else set()
        if alias.bound in exported:
            return _Verdict("", f"'{alias.bound}' is in __all__")
        try:
            return _Verdict(self._file(path).how(statement, alias, defer=self._cycles.defer), "")
        except CannotMove as error:
            return _Verdict("", str(error))

    def _file(self, path: str) -> Uses:
        if path not in self._uses:
            data = self._world.read([path])[path]
            annotated = annotations(data, partial(self._is_plain, path))
            self._uses[path] = Uses(data, self._world.facts(path), annotated)
        return self._uses[path]

    def _is_plain(self, path: str, base: str) -> bool:
        """Whether a base class is known not to read the annotations of those below it."""
        known = self._plain.setdefault(path, {})
        if base not in known:
            known[base] = False  # a class that inherits from itself is nothing that is known
            known[base] = self._looks_plain(path, base)
        return known[base]

    def _looks_plain(self, path: str, base: str) -> bool:
        head, *rest = base.split(".")
        found = self._world.resolver.name(path, head)
        if found.kind == "module" and rest:
            found = self._world.resolver.attributes(found.path, rest)
        elif found.kind == "external":
            return ".".join((found.path, *found.rest, *rest)) in _PLAIN_BASES
        elif found.reason == "no such name" and not rest:
            return isinstance(getattr(builtins, head, None), type)
        if found.kind != "definition" or found.rest:
            return False
        for one in self._world.facts(found.path).definitions:
            if one.qualname == found.name and one.kind == "class":
                bases = [text.partition("[")[0] for text in one.bases]
                return not one.decorators and all(self._is_plain(found.path, b) for b in bases)
        return False

    # -------------------------------------------------------- the others

    def _check_references(self, places: Sequence[_Place]) -> None:
        """Leave alone what other files look up here, and what is read through other files."""
        names = {self._bound(one) for one in places}
        if not names:
            return
        owners = {
            inside.owner
            for one in places if self.verdicts[one].how == TYPES
            for use in self._file(one.path).of(self._bound(one))
            if (inside := self._file(one.path).annotation(use)) is not None and inside.owner
        }  # fmt: skip
        wanted = names | owners
        referred: dict[tuple[str, str], str] = {}
        readers = set(self._world.book.mentioning(Needles.of(READERS)))
        for user in self._world.book.mentioning(Needles.of(wanted)):
            facts = self._world.facts(user)
            for named in references(user, facts, self._world.resolver, wanted):
                if named.module != user:
                    referred.setdefault((named.module, named.name), user)
                    if named.name in owners and user in readers:
                        referred[named.module, f"reader of {named.name}"] = user
        for one in places:
            name = self._bound(one)
            looking = referred.get((one.path, name)) or referred.get((one.path, "*"))
            if looking:
                reason = f"'{looking}' looks '{name}' up here"
                self.verdicts[one] = _Verdict("", reason)
                continue
            for use in self._file(one.path).of(self._bound(one)):
                inside = self._file(one.path).annotation(use)
                reader = inside and referred.get((one.path, f"reader of {inside.owner}"))
                if inside and reader and self.verdicts[one].how == TYPES:
                    reason = f"'{reader}' may read the annotations of '{inside.owner}'"
                    self.verdicts[one] = _Verdict("", reason)

    def _bound(self, one: _Place) -> str:
        return self._world.facts(one.path).imports[one.statement].names[one.place].bound

    # ------------------------------------------------------------ results

    def moves(self, gone: Iterable[Edge]) -> dict[str, set[Move]]:
        """What has to move, by file, for some edges to go."""
        found: dict[str, set[Move]] = {}
        for edge in gone:
            for one in self.places(edge):
                how = self.verdicts[one].how
                found.setdefault(one.path, set()).add(Move(one.statement, one.place, how))
        return found

    def edits(self, path: str, moves: Sequence[Move]) -> tuple[Edit, ...]:
        """The edits of one file; none, and a verdict for each, if there is no place for them."""
        data = self._world.read([path])[path]
        try:
            return move(path, data, self._world.resolver, moves, self._plain.get(path, {}))
        except CannotMove as error:
            for one in moves:
                self.verdicts[_Place(path, one.statement, one.place)] = _Verdict("", str(error))
            return ()

    def freed(self, moves: Mapping[str, Iterable[Move]]) -> Iterator[tuple[str, str]]:
        """The names that modules do not have any more."""
        for path, found in moves.items():
            for one in found:
                if one.how == FUNCTIONS:
                    yield path, self._bound(_Place(path, one.statement, one.place))

    def refusals(
        self, after: Mapping[str, Sequence[str]], left: Iterable[frozenset[str]]
    ) -> Iterator[Refusal]:
        """The smallest set of imports that would open what is left, and why they have to stay."""
        for circle in left:
            inside = {path: [to for to in after[path] if to in circle] for path in circle}
            edges = {(path, to): 1 for path, targets in inside.items() for to in targets}
            cut, is_smallest = smallest_cut(inside, edges)
            size = f"{'' if is_smallest else 'about '}{len(cut)}"
            for path, target in cut:
                yield self._left(path, target, size)

    def _left(self, path: str, target: str, size: str) -> Refusal:
        places = self.places((path, target))
        stuck = next((one for one in places if not self.verdicts[one].how), places[0])
        line = self._world.facts(path).imports[stuck.statement].line
        why = self.verdicts[stuck].reason or "moving it alone opens no circle"
        module = self._world.modules.name(target)
        reason = f"imports '{module}', one of {size} that would open the circle; it stays: {why}"
        return Refusal(path, line, "cycle-left", reason)
