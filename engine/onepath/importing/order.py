"""Whether a change leaves every module importable that was: decided by following the imports.

Only where modules import each other in a cycle does it matter what is bound by when. So the
strongly connected components that the changed imports lead to are followed, statement by
statement, each of their modules imported first; what lies outside of them counts as complete.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from posixpath import dirname
from typing import NamedTuple

from onepath.importing.body import body_of
from onepath.importing.machine import Machine
from onepath.importing.sources import Bodies, Sources
from onepath.importing.steps import Bind
from onepath.importing.values import Frame, ImportFailed, ValueSignature
from onepath.model import FileChange, Guard, ImportFact, UseKind
from onepath.symbols.graph.cycles import components
from onepath.symbols.graph.imports import alias_targets, import_edges, is_deferred, reachable
from onepath.symbols.modules import is_package
from onepath.symbols.world import World

_PYTHON = ".py"
_MANY = 60
"""The size of a cycle from which on only changed modules are tried with every guess."""


@dataclass(frozen=True)
class Broken:
    """A changed import without which a module could still be imported."""

    path: str
    """The changed file."""
    line: int
    """In the file as it would be."""
    modules: frozenset[str]
    """The modules that the import names; empty if no single import of the file is to blame."""
    reason: str


class _Run(NamedTuple):
    """What importing a module first comes to."""

    failures: Sequence[ImportFailed]
    """How it fails, or may fail; nothing if it does not."""
    caught: Sequence[ImportFailed]
    """Failures that the program answers itself."""


AsItIs = dict[tuple[str, frozenset[str], bool], tuple[set[ValueSignature], set[ValueSignature]]]
"""(module, files that are followed, guess) -> how it fails in the code as it is, and which failures
the program answers: the same for every change of that code, however often one is tried."""


class ImportOrder:
    """Two states of the code, and the imports that differ.

    Args:
        before: The code as it is.
        after: The code as it would be.
        changes: What leads from one to the other.
        as_it_is: What earlier changes of the same code have found out about it.
    """

    def __init__(
        self,
        before: World,
        after: World,
        changes: Iterable[FileChange],
        as_it_is: AsItIs | None = None,
    ) -> None:
        self._as_it_is = {} if as_it_is is None else as_it_is
        self._before = before
        self._after = after
        self._changes = {
            one.path: one for one in changes if one.path.endswith(_PYTHON) and one.new is not None
        }
        self._edges: dict[tuple[bool, str], tuple[str, ...]] = {}
        self._known: dict[tuple[frozenset[str], bool], Sources] = {}
        self._bodies: dict[tuple[frozenset[str], int], Bodies] = {}
        """By what is followed, and which modules there are: bodies that may serve both states."""

    def broken(self) -> list[Broken]:
        """The imports to blame for modules that could be imported and no longer can.

        At most one of each file: without it, others may be right.
        """
        found: dict[str, Broken] = {}
        for one in self._search():
            found.setdefault(one.path, one)
        return list(found.values())

    # ----------------------------------------------------------------- where

    def _leads_to(self, path: str, *, after: bool) -> tuple[str, ...]:
        """The files whose bodies run because a file is imported, those above it included."""
        known = self._edges.get((after, path))
        if known is None:
            state = self._after if after else self._before
            found = [*_packages_above(path, state), *state.imports(path)]
            found += _imports_of_called(path, state)
            found += _lazily_imported(path, state)
            known = self._edges[after, path] = tuple(dict.fromkeys(found))
        return known

    @cached_property
    def _changed_edges(self) -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
        """Changed file -> the files that it newly imports from, and those that it does not so any
        more; another name from the same module counts as well."""
        found = {}
        for path, change in self._changes.items():
            was = {} if change.is_new else _imported(path, self._before)
            now = _imported(path, self._after)
            if was.keys() != now.keys():
                new = frozenset().union(*(now[one] for one in now.keys() - was.keys()))
                gone = frozenset().union(*(was[one] for one in was.keys() - now.keys()))
                found[path] = new, gone
        return found

    def _components(self, *, after: bool) -> list[frozenset[str]]:
        """The cycles of a state that the changed imports lead to."""
        state = self._after if after else self._before
        starts = {
            target
            for edges in self._changed_edges.values()
            for targets in edges
            for target in targets
            if target in state.modules.files
        }

        def neighbours(path: str) -> Iterable[str]:
            return self._leads_to(path, after=after)

        inside = reachable(starts, neighbours, state.fact_store.load) | starts
        return components({path: self._leads_to(path, after=after) for path in inside})

    # ------------------------------------------------------------------ what

    def _search(self) -> Iterator[Broken]:
        if not self._changed_edges:
            return
        before = self._components(after=False)
        touched = {*self._changed_edges}
        touched |= {one for new, gone in self._changed_edges.values() for one in (*new, *gone)}
        for cycle in self._components(after=True):
            if not cycle & touched:
                continue
            followed = cycle.union(*(one for one in before if one & cycle))
            failing = set()
            # A stub is what type checkers read; nothing runs it.
            for path in sorted(one for one in cycle if one.endswith(_PYTHON)):
                # What can't be known is decided in both ways where that is not too much.
                guesses = (True, False) if len(cycle) <= _MANY or path in touched else (True,)
                for takes in guesses:
                    run = self._run(path, followed, takes)
                    failing |= {path} if run.failures else set()
                    yield from self._blamed(path, run, followed, takes)
            if failing:
                yield from self._from_outside(cycle, failing, followed)

    def _from_outside(
        self, cycle: frozenset[str], failing: set[str], followed: frozenset[str]
    ) -> Iterator[Broken]:
        """Changed files that enter a cycle by a module that can't be imported first."""
        for path in sorted(self._changed_edges.keys() - cycle):
            if not failing.isdisjoint(self._leads_to(path, after=True)):
                around = followed | {path}
                for takes in (True, False):
                    run = self._run(path, around, takes)
                    yield from self._blamed(path, run, around, takes)

    def _run(
        self,
        path: str,
        followed: frozenset[str],
        takes: bool,
        *,
        after: bool = True,
        forgiven: Collection[ValueSignature] = (),
        noting: set[ValueSignature] | None = None,
    ) -> _Run:
        """Import a module first."""
        state = self._after if after else self._before
        if path not in state.modules.files:
            return _Run((), ())
        sources = self._sources(followed, after=after)
        machine = Machine(sources, takes_branches=takes, forgiven=forgiven, noting=noting)
        try:
            machine.start(state.modules.name(path))
        except ImportFailed as failed:
            return _Run((failed, *machine.doubtful), tuple(machine.caught))
        return _Run(tuple(machine.doubtful), tuple(machine.caught))

    def _before_all(
        self, path: str, followed: frozenset[str], takes: bool
    ) -> tuple[set[ValueSignature], set[ValueSignature]]:
        """All failures of a module in the code as it is, each seen behind the ones before it, and
        those that the program answers itself.

        A module that is new can fail as what it imports fails already.
        """
        starts = [path]
        if path not in self._before.modules.files:
            starts = [*_packages_above(path, self._after), *self._after.imports(path)]
        known: set[ValueSignature] = set()
        caught: set[ValueSignature] = set()
        for start in dict.fromkeys(starts):
            key = start, followed, takes
            if key not in self._as_it_is:
                noted: set[ValueSignature] = set()
                run = self._run(start, followed, takes, after=False, noting=noted)
                self._as_it_is[key] = noted, {one.signature for one in run.caught}
            known |= self._as_it_is[key][0]
            caught |= self._as_it_is[key][1]
        return known, caught

    def _sources(self, followed: frozenset[str], *, after: bool) -> Sources:
        key = followed, after
        if key not in self._known:
            state = self._after if after else self._before
            there = {path for path in followed if path in state.snapshot.entries}
            bodies = self._bodies.setdefault((followed, id(state.modules)), {})
            self._known[key] = Sources(state, there, self._changes, bodies)
        return self._known[key]

    # ----------------------------------------------------------------- blame

    def _blamed(
        self, path: str, run: _Run, followed: frozenset[str], takes: bool
    ) -> Iterator[Broken]:
        """The changed imports to blame for failures that were not there before.

        A failure that the program answers with an `except` counts too: a name that was imported
        is what stands in for it now, or is not bound at all.
        """
        if not run.failures and not run.caught:
            return
        known, caught = self._before_all(path, followed, takes)
        again = self._run(path, followed, takes, forgiven=known) if known else run
        for failed in again.failures:
            if failed.signature not in known:
                yield from self._guilty(path, failed, followed, "importing '{}' would fail: {}")
                return
        for failed in again.caught:
            if failed.signature not in known | caught:
                words = "importing '{}' would lead to what stands in for a failure: {}"
                yield from self._guilty(path, failed, followed, words)
                return

    def _guilty(
        self, path: str, failed: ImportFailed, followed: frozenset[str], words: str
    ) -> Iterator[Broken]:
        first = self._after.modules.name(path)
        way = " -> ".join(f"{one.path}:{one.place.line}" for one in _shown(failed.frames))
        reason = words.format(first, failed.text) + (f" ({way})" if way else "")
        for frame in reversed(failed.frames):
            statement = self._edited(frame)
            if statement is not None:
                modules = frozenset(self._named(frame.path, statement))
                yield Broken(frame.path, frame.place.line, modules, reason)
                return
        guilty = [
            one
            for one, (new, gone) in self._changed_edges.items()
            if one == path or (new | gone) & followed
        ]
        for one in guilty or self._changes:
            yield Broken(one, 1, frozenset(), reason)

    def _edited(self, frame: Frame) -> ImportFact | None:
        """The import at a place, if the change touches it."""
        change = self._changes.get(frame.path)
        if change is None:
            return None
        for statement in self._after.facts(frame.path).imports:
            if statement.start == frame.place.offset:
                touched = any(
                    start <= statement.end and statement.start <= end
                    for start, end in change.new_spans()
                )
                return statement if touched else None
        return None

    def _named(self, path: str, statement: ImportFact) -> Iterator[str]:
        modules = self._after.modules
        if not statement.is_from:
            yield from (alias.name for alias in statement.names)
            return
        module = modules.absolute(path, statement.level, statement.module)
        if module:
            yield module
            yield from (f"{module}.{alias.name}" for alias in statement.names)


def _shown(frames: Sequence[Frame]) -> Sequence[Frame]:
    """The places worth telling: one for each file on the way, the last one of several in a row."""
    return [
        frame
        for frame, after in zip_longest(frames, frames[1:])
        if after is None or after.path != frame.path
    ]


def _packages_above(path: str, world: World) -> Iterator[str]:
    """The `__init__` files of the packages around a module, outermost first."""
    folder = dirname(path)
    if path.endswith("/__init__.py"):
        folder = dirname(folder)
    found = []
    while folder:
        init = f"{folder}/__init__.py"
        if init not in world.modules.files:
            break
        found.append(init)
        folder = dirname(folder)
    yield from reversed(found)


def _imported(path: str, world: World) -> dict[tuple[str, str], frozenset[str]]:
    """What the statements of a file import that run while it is imported.

    Returns:
        (module, name) -> the files that this leads to; the name is empty for `import module`.
    """
    facts, modules = world.facts(path), world.modules
    called = _called_lines(path, world)
    found = {}
    for statement in facts.imports:
        if is_deferred(statement) and statement.line not in called:
            continue
        for place, alias in enumerate(statement.names):
            targets = alias_targets(path, statement, place, modules)
            if statement.is_from:
                module = modules.absolute(path, statement.level, statement.module) or ""
                found[module, alias.name] = targets
            else:
                found[alias.name, ""] = targets
    return found


def _called_lines(path: str, world: World) -> frozenset[int]:
    """The lines of imports in functions that run while their module is imported, or when it is
    asked for a name that it does not have (PEP 562)."""
    facts = world.facts(path)
    if not any(is_deferred(one) for one in facts.imports):
        return frozenset()
    scopes = facts.scopes
    called = {"__getattr__"}
    for use in facts.uses:
        if use.bound_in == 0 and use.kind & (UseKind.CALLEE | UseKind.DECORATOR):
            at = use.scope
            while scopes[at].kind in ("class", "comprehension"):
                at = scopes[at].parent
            if at == 0:
                called.add(use.name)
    inside = {
        index
        for index, scope in enumerate(scopes)
        if scope.kind in ("function", "class") and scope.parent == 0 and scope.name in called
    }
    inside |= {index for index, scope in enumerate(scopes) if scope.parent in inside}
    return frozenset(
        one.line
        for one in facts.imports
        if is_deferred(one) and one.scope in inside and not one.guard & Guard.TYPE_CHECKING
    )


def _lazily_imported(path: str, world: World) -> Iterator[str]:
    """The modules that the tables of a module with a `__getattr__` (PEP 562) name."""
    if not world.facts(path).has_getattr:
        return
    body, name = body_of(world.read([path]).get(path, b"")), world.modules.name(path)
    package = name if is_package(path) else name.rpartition(".")[0]
    for step in body.steps if body is not None else ():
        table = step.table if isinstance(step, Bind) else None
        for text in (one for key, names in (table or {}).items() for one in (key, *names)):
            for dotted in (text.lstrip("."), f"{package}.{text.lstrip('.')}"):
                found = world.modules.find(dotted, path)
                if found is not None and not found.endswith("/") and found != path:
                    yield found


def _imports_of_called(path: str, world: World) -> Iterator[str]:
    """What such functions import."""
    lines = _called_lines(path, world)
    for edge in import_edges(path, world.facts(path), world.modules) if lines else ():
        if edge.deferred and edge.line in lines:
            yield edge.target
