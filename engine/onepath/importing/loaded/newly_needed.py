"""What a changed file could be imported without, and can no more.

A module that needs a package from outside is often imported late, or not at all, where the package
is missing; and so is one that may end its own import.
"""

import sys
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from onepath.facts.prefilter.words import Needles
from onepath.importing.loaded.requirements import Requirements
from onepath.importing.loaded.stopping import Stop, Stopping, stops_in
from onepath.model import Guard
from onepath.symbols.graph.imports import imported_modules, reachable
from onepath.symbols.modules import is_test
from onepath.symbols.world import World

_WHEN_IT_IS_THERE = Guard.FUNCTION | Guard.TRY | Guard.HANDLER | Guard.BRANCH | Guard.WITH
_OTHERWISE = _WHEN_IT_IS_THERE | Guard.TYPE_CHECKING
_OF_A_PLATFORM = frozenset((
    "_winapi", "_winreg", "curses", "fcntl", "grp", "msvcrt", "nt", "posix", "pty", "pwd",
    "readline", "resource", "syslog", "termios", "tkinter", "tty", "winreg", "winsound",
))  # fmt: skip
"""Modules of the standard library that not every Python has."""
_ELSEWHERE = 2
"""So many modules besides have to import a package for it to count as one that is there."""


class Needed(NamedTuple):
    """A file that comes to need something."""

    path: str
    reason: str
    """What is wrong, in words."""
    modules: frozenset[str]
    """The modules that the file comes to import, dotted."""


def newly_needed(before: World, after: World, changed: Collection[str]) -> Iterator[Needed]:
    """The changed files that come to import at once what may not be imported everywhere.

    That imports a package that may be missing, or may end its own import.
    A package counts as there if the repository requires it, if the file has imported it before, or
    if several other modules import it without further ado and none only if it is there.

    Args:
        before: The code as it is.
        after: The code as it would be.
        changed: The files that differ.
    """
    search = _Search(before, after)
    for path in sorted(changed):
        yield from search.needed(path)


class _Search:
    def __init__(self, before: World, after: World) -> None:
        self._before = before
        self._after = after
        self._in_doubt: dict[frozenset[str], bool] = {}
        self._places: dict[str, list[tuple[str, int]]] = {}
        """Package -> the files that import it, with the guards of their statements."""
        self._needs: dict[tuple[str, bool], tuple[str, ...]] = {}
        self._ends: dict[str, list[Stop]] = {}

    @cached_property
    def _requirements(self) -> Requirements:
        return Requirements(self._before)

    def needed(self, path: str) -> Iterator[Needed]:
        """The first thing that a file comes to need."""
        was = {*self._needed_by(path, self._before)}
        gained = frozenset(self._gained(path, was)) & self._after.modules.files
        # Most of what could be needed is known to be there, whatever the file had before.
        if not gained or not self._doubtful(gained):
            return
        was |= {path, *self._around(path), *self._asked_for(path)}
        had = was | self._along(was, self._before)
        more = self._with_all(gained) - had
        names = frozenset(map(self._after.modules.name, more))
        for module, stop in self._stops(more):
            reason = f"would import what may end its own import ({module}:{stop.line} {stop.text})"
            yield Needed(path, reason, names)
            return
        there: set[str] | None = None
        for package, (module, line) in sorted(self._wanted(more).items()):
            if self._is_there(package, more):
                continue
            there = there or {one for file in had for one, _ in _packages(file, self._before)}
            if package not in there:
                reason = f"would need '{package}', which may be missing ({module}:{line})"
                yield Needed(path, reason, names)
                return

    def _stops(self, modules: Collection[str]) -> Iterator[tuple[str, Stop]]:
        """The places at which some modules may end their own import, each with its module.

        What is in a file that is made now has been elsewhere, and been imported there.
        """
        modules = [one for one in modules if one in self._before.modules.files]
        store, new = self._after.fact_store, [one for one in modules if one not in self._ends]
        asked = self._after.read([*store.others_mentioning(sorted(new), Stopping())])
        self._ends |= {path: [*stops_in(asked[path])] if path in asked else [] for path in new}
        for path in sorted(modules):
            for stop in self._ends[path]:
                if not stop.packages or any(
                    _is_outside(package, path, self._after) and not self._is_there(package, modules)
                    for package in stop.packages
                ):
                    yield path, stop

    def _gained(self, path: str, was: Collection[str]) -> set[str]:
        """What a file comes to import, or to import whatever happens then."""
        before, after = self._before, self._after
        return ({*after.imports(path)} - {*before.imports(path)}) | (
            {*self._needed_by(path, after)} - {*was}
        )

    def _around(self, path: str) -> Iterator[str]:
        """The packages around a module: whoever imports it has imported them."""
        modules = self._before.modules
        parts = modules.name(path).split(".")
        for count in range(1, len(parts)):
            package = modules.find(".".join(parts[:count]), path)
            if package is not None and package in modules.files:
                yield package

    def _asked_for(self, path: str) -> Iterator[str]:
        """The modules that a lazy module (PEP 562) imports for what a file takes from it."""
        before = self._before
        for statement in before.facts(path).imports:
            dotted = before.modules.absolute(path, statement.level, statement.module)
            module = before.modules.find(dotted, path) if statement.is_from and dotted else None
            if statement.guard & _OTHERWISE or module not in before.modules.files:
                continue
            if module is not None and before.facts(module).has_getattr:
                for alias in statement.names:
                    resolution = before.resolver.imported(path, statement, alias)
                    if resolution.kind == "definition":
                        yield resolution.path

    def _doubtful(self, gained: frozenset[str]) -> bool:
        """Whether some of what modules need may be missing, all that they import counted."""
        if gained not in self._in_doubt:
            more = self._with_all(gained)
            self._in_doubt[gained] = any(self._stops(more)) or any(
                not self._is_there(one, more) for one in self._wanted(more)
            )
        return self._in_doubt[gained]

    def _with_all(self, modules: frozenset[str]) -> frozenset[str]:
        return modules | self._along(modules, self._after)

    def _wanted(self, modules: Collection[str]) -> Mapping[str, tuple[str, int]]:
        """Each package that modules can't be imported without, with a place that imports it."""
        return {
            package: (module, line)
            for module in sorted(modules)
            for package, line in _packages(module, self._after)
        }

    def _is_there(self, package: str, more: Collection[str]) -> bool:
        return self._requirements.has(package) or not self._may_be_missing(package, more)

    def _along(self, modules: Collection[str], world: World) -> frozenset[str]:
        return reachable(modules, lambda path: self._needed_by(path, world), world.fact_store.load)

    def _needed_by(self, path: str, world: World) -> tuple[str, ...]:
        """The modules without which a file can't be imported: another way may do for the rest."""
        key = (path, world is self._after)
        if key not in self._needs:
            found = imported_modules(path, world.facts(path), world.modules, but_under=_OTHERWISE)
            self._needs[key] = tuple(found)
        return self._needs[key]

    def _may_be_missing(self, package: str, more: Collection[str]) -> bool:
        """Whether nothing shows that a package is there wherever the code is."""
        if package not in self._places:
            self._places[package] = [
                (path, guard)
                for path in self._before.fact_store.mentioning(Needles.of([package]))
                for guard in _guards(path, package, self._before)
            ]
        places = self._places[package]
        others = {path for path, _ in places if path not in more and not is_test(path)}
        is_asked_for = any(guard & _WHEN_IT_IS_THERE for _, guard in places)
        return is_asked_for or len(others) < _ELSEWHERE


def _packages(path: str, world: World) -> Iterator[tuple[str, int]]:
    """The packages from outside that a module can't be imported without, and the lines."""
    for package, guard, line in _imported(path, world):
        if not guard:
            yield package, line


def _guards(path: str, package: str, world: World) -> Iterator[int]:
    return (guard for name, guard, _ in _imported(path, world) if name == package)


def _imported(path: str, world: World) -> Iterator[tuple[str, int, int]]:
    """The packages from outside that the statements of a file import, with guards and lines."""
    for statement in world.facts(path).imports:
        if statement.level or statement.guard & Guard.TYPE_CHECKING:
            continue
        names = (
            [statement.module] if statement.is_from else [alias.name for alias in statement.names]
        )
        for name in names:
            package = name.partition(".")[0]
            if not _is_outside(package, path, world):
                continue
            yield package, statement.guard & ~Guard.CLASS, statement.line


def _is_outside(package: str, path: str, world: World) -> bool:
    """Whether a package is neither of the repository nor of every Python."""
    is_everywhere = package in sys.stdlib_module_names and package not in _OF_A_PLATFORM
    return not is_everywhere and world.modules.find(package, path) is None
