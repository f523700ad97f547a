"""Which files may run while a name that some file replaces is replaced.

A patch lasts as long as the test that makes it. It counts for what that test may run: its own file,
the test files on its way, whatever is no test, and not for another test.
"""

import re
from collections.abc import Iterable, Iterator

from onepath.facts.prefilter.words import Needles
from onepath.symbols.graph.imports import import_edges, reachable
from onepath.symbols.modules import is_test
from onepath.symbols.world import World

_MOST_FOLLOWED = 400
"""Files that a test imports beyond which it counts as importing everything."""
_IMPORTS_BY_STRING = re.compile(rb"\b(?:import_module|__import__|import_string|exec)\s*\(")
_RUN_AS_SCRIPT = re.compile(rb"^if\b.*\b__name__\b.*['\"]__main__['\"]", re.MULTILINE)


class PatchReach:
    """Answers who may see what a file replaces.

    Args:
        world: The code.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._closures: dict[str, frozenset[str]] = {}
        self._scripts: dict[str, bool] = {}
        self._imported: dict[str, frozenset[str] | None] = {}

    def expect(self, readings: Iterable[str]) -> None:
        """Get ready to be asked about files, so that one pass answers for all that may be scripts.

        Args:
            readings: The files that may run while something is replaced.
        """
        paths = sorted({path for path in readings if not is_test(path)})
        self._world.fact_store.note_along(
            _called(path)
            for path, data in self._world.read(paths).items()
            if _RUN_AS_SCRIPT.search(data)
        )

    def reaches(self, patching: str, reading: str) -> bool:
        """Whether `reading` may run while a patch that `patching` makes is active."""
        if patching == reading or not is_test(patching):
            return True
        if not is_test(reading):
            return not self._is_only_a_script(reading)
        if _name(reading) == "conftest.py" or self._are_on_one_way(patching, reading):
            return True
        if _is_collected(patching):
            return False
        # A helper is active in the tests that use it, and in all helpers that these use.
        return not _is_collected(reading) or _is_conftest_of(patching, reading)

    def leads_to(self, patching: str, reading: str) -> bool:
        """Whether what a test file imports leads to `reading`, or may do so."""
        if not is_test(patching):
            return True
        if patching not in self._imported:
            self._imported[patching] = self._imported_by(patching)
        imported = self._imported[patching]
        return imported is None or reading in imported

    def _imported_by(self, path: str) -> frozenset[str] | None:
        """All that a test file and its conftests import; None if that can't be told, or is much."""
        world, folder = self._world, path
        waiting = {path}
        while folder:
            folder = folder.rpartition("/")[0]
            conftest = f"{folder}/conftest.py" if folder else "conftest.py"
            waiting |= {conftest} & world.snapshot.entries.keys()
        seen: set[str] = set()
        while waiting:
            seen |= waiting
            if len(seen) > _MOST_FOLLOWED:
                return None
            world.fact_store.load(sorted(waiting))
            if any(map(_IMPORTS_BY_STRING.search, world.read(sorted(waiting)).values())):
                return None
            waiting = {
                edge.target
                for one in waiting
                for edge in import_edges(one, world.facts(one), world.modules)
            } - seen
        return frozenset(seen)

    def _are_on_one_way(self, one: str, other: str) -> bool:
        return other in self._test_files_of(one) or one in self._test_files_of(other)

    def _test_files_of(self, path: str) -> frozenset[str]:
        """The test files that a test file imports, directly and by way of other test files."""
        if path not in self._closures:
            load = self._world.fact_store.load
            self._closures[path] = reachable([path], self._test_files_in, load) | {path}
        return self._closures[path]

    def _test_files_in(self, path: str) -> Iterator[str]:
        edges = import_edges(path, self._world.facts(path), self._world.modules)
        return (edge.target for edge in edges if is_test(edge.target))

    def _is_only_a_script(self, path: str) -> bool:
        """Whether a file is run by itself: it says so, and no other Python file speaks of it."""
        if path not in self._scripts:
            data, store = self._world.read([path]).get(path, b""), self._world.fact_store
            self._scripts[path] = bool(_RUN_AS_SCRIPT.search(data)) and not (
                {*store.others_mentioning(store.python, _speaking_of(path))} - {path}
            )
        return self._scripts[path]


def _speaking_of(path: str) -> Needles:
    """The search for files that name a file by the word it is called in code."""
    return Needles.of([_called(path)])


def _called(path: str) -> str:
    return _name(path).partition(".")[0]


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _is_collected(path: str) -> bool:
    """Whether test runners take a file for one with tests, rather than for a helper of tests."""
    name = _name(path)
    return name.startswith("test_") or name.endswith("_test.py")


def _is_conftest_of(path: str, other: str) -> bool:
    folder = path.rpartition("/")[0]
    return _name(path) == "conftest.py" and (not folder or other.startswith(f"{folder}/"))
