"""Modules that act when they are imported, and that a changed file imports too late or no more."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from onepath.importing.loaded.acting import Acting
from onepath.importing.loaded.import_effects import ImportEffect
from onepath.symbols.graph.imports import Edge, import_edges, reachable
from onepath.symbols.world import World

Silenced = tuple[str, str, list[tuple[str, ImportEffect]]]
"""A changed file, a module that it had imported, and what acts: that one, or some it imports."""


def silenced(before: World, after: World, changed: Collection[str]) -> Iterator[Silenced]:
    """The files by which modules that act are not imported any more when they were.

    What had been imported along with a file must still be by then; what had been imported when its
    functions ran, once they have run.

    Args:
        before: The code as it is.
        after: The code as it would be.
        changed: The files that differ.
    """
    search = _Search(before, after)
    at_once = {path: search.lost(path, late=False) for path in changed}
    yield from search.found(at_once, late=False)
    sooner_or_later = {path: search.lost(path, late=True) - at_once[path] for path in changed}
    yield from search.found(sooner_or_later, late=True)


_FEW = 20
"""Modules of which it is quicker to ask what each does than what a file imports."""


class _Search:
    def __init__(self, before: World, after: World) -> None:
        self._before = before
        self._after = after
        self._acts_now, self._acts_then = Acting(before), Acting(after)
        self._reached: dict[tuple[str, bool], frozenset[str]] = {}
        self._edges: dict[str, tuple[list[Edge], ...]] = {}

    def found(self, lost: Mapping[str, Collection[str]], *, late: bool) -> Iterator[Silenced]:
        """Each file with each module that it lost and that acts, or loads what does."""
        files: dict[str, list[str]] = {}
        for path, modules in lost.items():
            for module in modules:
                may_be_missed = self._may_be_missed(path, module, late=late)
                if may_be_missed and not self._still_imports(path, module, late=late):
                    files.setdefault(module, []).append(path)
        for module in sorted(files):
            along = {module} | self._acts_now.along(module)
            for path in sorted(files[module]):
                missed = along - self._reach(path, late=late) - {path}
                gone = list(self._acting(sorted(missed, key=lambda one: (one != module, one))))
                if gone:
                    yield path, module, gone

    def lost(self, path: str, *, late: bool) -> frozenset[str]:
        """The modules that a file imports no more, or not while it is imported itself."""
        was, now = self._imports(path, late=late)
        return (was - now) & self._after.modules.files

    def _acting(self, modules: Iterable[str]) -> Iterator[tuple[str, ImportEffect]]:
        for module in modules:
            effect = self._acts_now.effect(module)
            # What acts may have gone to another module: then nothing is missed by this one.
            if effect is not None and self._acts_then.effect(module) is not None:
                yield module, effect

    def _may_be_missed(self, path: str, module: str, *, late: bool) -> bool:
        """Whether anything acts of what was imported by a module and is not by what replaces it.

        That asks for far less than what a file imports by all its imports.
        """
        was, now = self._imports(path, late=late)
        instead = now - was
        along = instead.union(*(self._acts_then.along(one) for one in instead))
        rest = ({module} | self._acts_now.along(module)) - along - {path}
        return len(rest) > _FEW or any(True for _ in self._acting(rest))

    def _still_imports(self, path: str, module: str, *, late: bool) -> bool:
        """Whether what a file imports instead imports a module, so that nothing is lost with it."""
        was, now = self._imports(path, late=late)
        if any(module == one or module in self._acts_then.along(one) for one in now - was):
            return True
        return module in self._reach(path, late=late)

    def _reach(self, path: str, *, late: bool) -> frozenset[str]:
        """What has been imported once a file is, or once its functions have run as well."""
        if (path, late) not in self._reached:
            world, (_, own) = self._after, self._imports(path, late=late)
            self._reached[path, late] = own | reachable(own, world.imports, world.fact_store.load)
        return self._reached[path, late]

    def _imports(self, path: str, *, late: bool) -> tuple[frozenset[str], frozenset[str]]:
        """What a file imports before and after, by its functions as well or not."""
        if path not in self._edges:
            self._edges[path] = tuple(
                [*import_edges(path, world.facts(path), world.modules)]
                for world in (self._before, self._after)
            )
        was, now = (
            frozenset(
                edge.target
                for edge in edges
                if not (edge.for_types or (edge.deferred and not late))
            )
            for edges in self._edges[path]
        )
        return was, now
