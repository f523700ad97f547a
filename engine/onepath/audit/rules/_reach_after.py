"""Which modules import which, after some files have changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any

from onepath.analysis.index import Index
from onepath.audit.changes import FilesChange
from onepath.audit.rules._path_choice import CountedUse, Reach
from onepath.symbols.graph.imports import imported_modules, reachable
from onepath.symbols.resolve import Step

Graph = Mapping[str, Sequence[str]]


def import_graph(index: Index) -> Graph:
    """What each file imports while it is imported itself, those left out that import nothing."""
    found = {
        path: tuple(edge.target for edge in edges if not edge.deferred)
        for path, edges in index.edges.items()
    }
    return {path: targets for path, targets in found.items() if targets}


class ReachAfter:
    """What importing a module imports, from a graph and the files that have changed.

    Args:
        graph: The graph before.
        change: The files; nobody imports those that come or go.
    """

    def __init__(self, graph: Graph, change: FilesChange) -> None:
        new = {path: _imported(change.after, path) for path in change.paths}
        self._graph = {**graph, **new}
        self._known: dict[str, frozenset[str]] = {}
        self._passing = change.passing
        self._different: list[tuple[Set[str], Set[str]]] = []
        """Modules, and what they import that they did not import before, or no more."""
        differing = [
            path
            for path in change.paths
            if path not in change.passing and {*graph.get(path, ())} != {*new[path]}
        ]
        for path in differing:
            different = _below(graph, path) ^ self._below(path)
            if different:
                # What leads to it does so over files that have not changed, or over one of these.
                self._different.append((_above(graph, path), different))

    def concerned(self, definitions: Mapping[Step, str | tuple[Any, Reach]]) -> Iterator[Step]:
        """The definitions used by several paths of whose modules some may import other users.

        Args:
            definitions: As the rule remembers them.
        """
        for definition, known in definitions.items() if self._different else ():
            if not isinstance(known, str):
                uses, reach = known
                if self._may_differ(reach, {CountedUse._make(use).file for use in uses}):
                    yield definition

    def after(
        self,
        known: Reach,
        files: Set[str],
        counted: Iterable[CountedUse],
        uses: Iterable[CountedUse],
    ) -> Reach:
        """Which of the files that use a definition the modules of its counted paths import now.

        Args:
            known: The same before.
            files: The files that used it.
            counted: The uses that count.
            uses: All uses.
        """
        modules = {use.module for use in counted}
        now = {use.file for use in uses}
        is_known = modules <= known.keys() and now <= files | self._passing
        if is_known and not self._may_differ(modules, now):
            return known
        return {module: self._below(module) & now for module in modules}

    def _may_differ(self, modules: Iterable[str], files: Iterable[str]) -> bool:
        return any(
            not above.isdisjoint(modules) and not different.isdisjoint(files)
            for above, different in self._different
        )

    def _below(self, path: str) -> frozenset[str]:
        if path not in self._known:
            self._known[path] = _below(self._graph, path)
        return self._known[path]


def _imported(index: Index, path: str) -> tuple[str, ...]:
    return tuple(imported_modules(path, index.facts(path), index.world.modules))


def _below(graph: Graph, path: str) -> frozenset[str]:
    return reachable([path], lambda one: graph.get(one, ()), load=lambda _: None)


def _above(graph: Graph, path: str) -> frozenset[str]:
    """A file, and those that import it, directly or through others."""
    importers: dict[str, list[str]] = {}
    for importer, targets in graph.items():
        for target in targets:
            importers.setdefault(target, []).append(importer)
    return _below(importers, path) | {path}
