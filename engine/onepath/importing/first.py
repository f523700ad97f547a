"""What it comes to if a module is the first that a process imports, in either state of the code."""

from collections.abc import Collection
from typing import NamedTuple

from onepath.importing.machine import Machine
from onepath.importing.sources import Bodies, Sources
from onepath.importing.values import ImportFailed, ValueSignature
from onepath.symbols.world import World

_PYTHON = ".py"


class Start(NamedTuple):
    """A module that is imported first, and how that is followed."""

    path: str
    cycle: frozenset[str]
    """The files whose bodies are followed; all others count as complete."""
    takes: bool
    """Which body runs where that can't be known."""
    entering: str = ""
    """A file that no file of the cycle imports and whose body is followed as well."""
    after: bool = True
    """In which state of the code."""
    forgiven: frozenset[ValueSignature] = frozenset()
    """Failures after which the program goes on."""
    notes_all: bool = False
    """Whether all failures are noted, and forgiven."""

    @property
    def followed(self) -> frozenset[str]:
        """All files whose bodies are followed."""
        return self.cycle | {self.entering} if self.entering else self.cycle


class ImportRun(NamedTuple):
    """What importing a module first comes to."""

    failures: tuple[ImportFailed, ...] = ()
    """How it fails, or may fail; nothing if it does not."""
    caught: tuple[ImportFailed, ...] = ()
    """Failures that the program answers itself."""
    noted: frozenset[ValueSignature] = frozenset()
    """Failures that were forgiven because all were to be seen."""
    loaded: frozenset[str] | None = frozenset()
    """The modules that are loaded by then; None if importing ended with a failure."""


class FirstImports:
    """Two states of the code, in which modules are imported first.

    Args:
        before: The code as it is.
        after: The code as it would be.
        changed: The files that differ.
    """

    def __init__(self, before: World, after: World, changed: Collection[str]) -> None:
        self._before = before
        self._after = after
        self._changed = changed
        self._runs: dict[Start, ImportRun] = {}
        self._sources: dict[tuple[frozenset[str], str, bool], Sources] = {}
        self._bodies: dict[tuple[frozenset[str], int], Bodies] = {}
        """By cycle, and which modules there are: bodies that may serve both states."""

    def run(self, start: Start) -> ImportRun:
        """Import a module first.

        The packages above it are imported before it. If that loads it as well, or fails, nothing
        else happens: where the `__init__` of a package imports all of it, a run serves them all.
        """
        above = self._first_above(start)
        if above is not None:
            run = self._known(above)
            if run.loaded is None or self._state(start).modules.name(start.path) in run.loaded:
                return run
        return self._known(start)

    def entry(self, start: Start, files: Collection[str]) -> Start:
        """Where a module that is imported first enters a cycle.

        Args:
            start: The module.
            files: The files of the cycle that it leads to.

        Returns:
            The package above it, if that loads those files, or fails to; else the module itself.
        """
        above = self._first_above(start)
        if above is None:
            return start
        loaded, modules = self._known(above).loaded, self._state(start).modules
        is_by_package = loaded is None or all(modules.name(file) in loaded for file in files)
        return above if is_by_package else start

    def _state(self, start: Start) -> World:
        return self._after if start.after else self._before

    def _first_above(self, start: Start) -> Start | None:
        """The outermost package above a module whose body is followed."""
        modules = self._state(start).modules
        parts = modules.name(start.path).split(".") if start.path in modules.files else []
        for count in range(1, len(parts)):
            found = modules.find(".".join(parts[:count]))
            if found is not None and found in start.cycle and found.endswith(_PYTHON):
                return None if found == start.path else start._replace(path=found, entering="")
        return None

    def _known(self, start: Start) -> ImportRun:
        known = self._runs.get(start)
        if known is None:
            known = self._runs[start] = self._follow(start)
        return known

    def _follow(self, start: Start) -> ImportRun:
        """Follow the imports statement by statement."""
        modules = self._state(start).modules
        if start.path not in modules.files:
            return ImportRun()
        noted: set[ValueSignature] = set()
        machine = Machine(
            self._sources_of(start),
            takes_branches=start.takes,
            forgiven=start.forgiven,
            noting=noted if start.notes_all else None,
        )
        failures: list[ImportFailed] = []
        try:
            machine.start(modules.name(start.path))
        except ImportFailed as failed:
            failures.append(failed.kept())
        loaded = None if failures else frozenset(machine.modules)
        failures += machine.doubtful
        return ImportRun(tuple(failures), tuple(machine.caught), frozenset(noted), loaded)

    def _sources_of(self, start: Start) -> Sources:
        key = start.cycle, start.entering, start.after
        if key not in self._sources:
            state = self._state(start)
            there = {path for path in start.followed if path in state.snapshot.entries}
            bodies = self._bodies.setdefault((start.cycle, id(state.modules)), {})
            self._sources[key] = Sources(state, there, self._changed, bodies)
        return self._sources[key]
