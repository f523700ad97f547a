"""Whether a change leaves every module importable that was: decided by following the imports.

Only where modules import each other in a cycle does it matter what is bound by when. So the
strongly connected components that the changed imports lead to are followed, statement by
statement, each of their modules imported first; what lies outside of them counts as complete.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from types import MappingProxyType

from onepath.importing.first import FirstImports, ImportRun, Start
from onepath.importing.implied_imports import (
    import_time_names,
    imports_of_called,
    lazily_imported,
    packages_above,
)
from onepath.importing.values import Frame, ImportFailed, ValueSignature
from onepath.model import FileChange, ImportFact
from onepath.symbols.graph.cycles import components
from onepath.symbols.graph.imports import reachable
from onepath.symbols.world import World

_PYTHON = ".py"
_MANY = 60
"""The size of a cycle from which on only changed modules are tried with every guess."""
_SHOWN = 4
"""How many imports of a long way are told: half of them from its beginning, half from its end."""


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


_Signatures = frozenset[ValueSignature]
AsItIs = dict[tuple[str, frozenset[str], bool], tuple[_Signatures, _Signatures]]
"""(module, files that are followed, guess) -> how it fails in the code as it is, and which failures
the program answers: the same for every change of that code, however often one is tried."""


class ImportOrder:
    """Two states of the code, and the imports that differ.

    Args:
        before: The code as it is.
        after: The code as it would be.
        changes: What leads from one to the other.
        as_it_is: What earlier changes of the same code have found out about it.
        origins: New file -> the file whose module it is under another name: it fails as that does.
    """

    def __init__(
        self,
        before: World,
        after: World,
        changes: Iterable[FileChange],
        as_it_is: AsItIs | None = None,
        origins: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._as_it_is = {} if as_it_is is None else as_it_is
        self._before = before
        self._after = after
        self._changes = {
            change.path: change
            for change in changes
            if change.path.endswith(_PYTHON) and change.new is not None
        }
        self._edges: dict[tuple[bool, str], tuple[str, ...]] = {}
        changed = frozenset((*self._changes, *origins.values()))
        self._first_imports = FirstImports(before, after, changed)
        self._origins = origins

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
            found = [*packages_above(path, state), *state.imports(path)]
            found += imports_of_called(path, state)
            found += lazily_imported(path, state)
            known = self._edges[after, path] = tuple(dict.fromkeys(found))
        return known

    @cached_property
    def _changed_edges(self) -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
        """Changed file -> the files that it newly imports from, and those that it does not so any
        more; another name from the same module counts as well."""
        found = {}
        for path, change in self._changes.items():
            was = {} if change.is_new else import_time_names(path, self._before)
            now = import_time_names(path, self._after)
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
                    start = Start(path, followed, takes)
                    run = self._first_imports.run(start)
                    failing |= {path} if run.failures else set()
                    yield from self._blamed(start, run)
            if failing:
                yield from self._from_outside(cycle, failing, followed)

    def _from_outside(
        self, cycle: frozenset[str], failing: set[str], followed: frozenset[str]
    ) -> Iterator[Broken]:
        """Changed files that enter a cycle by a module that can't be imported first."""
        for path in sorted(self._changed_edges.keys() - cycle):
            entered = failing.intersection(self._leads_to(path, after=True))
            for takes in (True, False) if entered else ():
                start = Start(path, followed, takes, entering=path)
                start = self._first_imports.entry(start, entered)
                yield from self._blamed(start, self._first_imports.run(start))

    def _before_all(self, tried: Start) -> tuple[set[ValueSignature], set[ValueSignature]]:
        """All failures of a module in the code as it is, each seen behind the ones before it, and
        those that the program answers itself.

        A module that is new can fail as what it imports fails already.
        """
        path, origins = tried.path, self._origins
        cycle = tried.cycle.union(origins[file] for file in tried.cycle & origins.keys())
        starts = [path]
        if path not in self._before.modules.files:
            starts = [*packages_above(path, self._after), *self._after.imports(path)]
        if path in origins:
            starts.append(origins[path])
        known: set[ValueSignature] = set()
        caught: set[ValueSignature] = set()
        for start in dict.fromkeys(starts):
            key = start, tried.followed | cycle, tried.takes
            if key not in self._as_it_is:
                was = tried._replace(path=start, cycle=cycle, after=False, notes_all=True)
                run = self._first_imports.run(was)
                self._as_it_is[key] = (
                    run.noted,
                    frozenset(failed.signature for failed in run.caught),
                )
            known |= self._as_it_is[key][0]
            caught |= self._as_it_is[key][1]
        return self._also_moved(known), self._also_moved(caught)

    def _also_moved(self, signatures: set[ValueSignature]) -> set[ValueSignature]:
        """Failures, also as those of modules that have another name after the change."""
        places = {old: new for new, old in self._origins.items()}
        names = {
            self._before.modules.name(old): self._after.modules.name(new)
            for old, new in places.items()
        }
        moved = {
            (kind, called, places.get(path, path))
            for kind, subject, path in signatures
            for called in (subject, _renamed(subject, names))
        }
        return signatures | moved

    # ----------------------------------------------------------------- blame

    def _blamed(self, start: Start, run: ImportRun) -> Iterator[Broken]:
        """The changed imports to blame for failures that were not there before.

        A failure that the program answers with an `except` counts too: a name that was imported
        is what stands in for it now, or is not bound at all.
        """
        if not run.failures and not run.caught:
            return
        known, caught = self._before_all(start)
        again = self._first_imports.run(start._replace(forgiven=frozenset(known))) if known else run
        for failed in again.failures:
            if failed.signature not in known:
                yield from self._guilty(start, failed, "importing '{}' would fail: {}")
                return
        for failed in again.caught:
            if failed.signature not in known | caught:
                words = "importing '{}' would lead to what stands in for a failure: {}"
                yield from self._guilty(start, failed, words)
                return

    def _guilty(self, start: Start, failed: ImportFailed, words: str) -> Iterator[Broken]:
        path = start.path
        first = self._after.modules.name(path)
        way = _way(failed.frames)
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
            if one == path or (new | gone) & start.followed
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


def _renamed(subject: str, names: Mapping[str, str]) -> str:
    """What could not be had, by the new names of modules."""
    head = subject
    while head and head not in names:
        head = head.rpartition(".")[0]
    return names[head] + subject[len(head) :] if head else subject


def _way(frames: Sequence[Frame]) -> str:
    """The imports that lead to a failure, in words: where it begins, where it ends, and the count
    of those between.

    Of several places of a file in a row the last one is told.
    """
    places = [
        f"{frame.path}:{frame.place.line}"
        for frame, after in zip_longest(frames, frames[1:])
        if after is None or after.path != frame.path
    ]
    more = len(places) - _SHOWN
    if more > 1:
        places[_SHOWN // 2 : -(_SHOWN // 2)] = [f"{more} more imports"]
    return " -> ".join(places)
