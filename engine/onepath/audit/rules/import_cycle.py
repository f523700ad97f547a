"""Modules that import each other in a cycle.

What it finds
    Groups of modules of which each one imports all the others, directly or through some of them,
    while it is imported itself (strongly connected components of the import graph). One finding
    for each group, at the first import of its shortest cycle, if possible of one that does not go
    through an import of a package by its own modules; it names the modules.

    What a package imports from its own folder is no cycle, nor is a submodule that takes other
    submodules from its package, or reads the package in functions only: the package is there by
    then. What stands under `TYPE_CHECKING` never runs. Cycles that exist only through imports in
    functions are found by `deferred-cycle`.

    Two kinds are counted, and shown where `[cycles]` is written or somebody names the rule: a group
    of more than ten modules, which is how a program is built and which nobody takes apart in
    passing; and a package with its own modules, if each cycle goes through an import of the package
    by a module in it: that is never the first one to be imported, so that the order is always the
    same.

Why it matters
    In a cycle at import time, what a module finds in another depends on which of them was
    imported first: a name may be missing, or an old one may still be there.

Example
    `a.py` holds `from b import f` and `b.py` holds `from a import g`: importing either of them
    reads the other half-made.

How it is fixed
    The phase `cycles` puts imports that only annotations need under `if TYPE_CHECKING:`, and with
    `defer` the others into the functions that use them, which leaves a deferred cycle. What both
    need is better moved into a third module by hand. A cycle that runs through a shim is often
    gone once imports go straight to the canonical path.
"""

from collections.abc import Iterator, Mapping, Sequence
from posixpath import dirname

from onepath.analysis.index import Index
from onepath.audit.changes import FilesChange, Memory, Rests
from onepath.audit.finding import Violation
from onepath.audit.rule import Rule
from onepath.config.settings import Settings
from onepath.symbols.graph.cycles import Graph, components, levels, shortest_cycle
from onepath.symbols.graph.imports import Edge, import_edges
from onepath.symbols.modules import is_package

_SHOWN = 8
_MOST = 10
"""In a cycle of more modules than this one is not opened in passing."""
_PHASE = "cycles"
"""The phase, and the table that it has in migrate.toml."""


def check(index: Index, settings: Settings) -> Iterator[Violation]:
    """One violation for each group of modules in a cycle."""
    graph = import_graph(index, deferred=False)
    every = _PHASE in settings.tables
    without = {} if every else _without_own_packages(graph)
    inner = components(without)
    for component in components(graph):
        below = next((one for one in inner if one <= component), frozenset[str]())
        cycle = shortest_cycle(without, below) if below else shortest_cycle(graph, component)
        is_shown = every or (len(component) <= _MOST and bool(below))
        violation = violation_of(index, cycle, component, deferred=False)
        yield violation._replace(on_request=not is_shown)


def _without_own_packages(graph: Graph) -> Graph:
    """What files import but the packages around them, which are always there before them."""
    return {
        path: [target for target in targets if not (is_package(target) and _is_below(path, target))]
        for path, targets in graph.items()
    }


def _is_below(path: str, package: str) -> bool:
    return path.startswith(f"{dirname(package)}/")


def deferred_cycles(index: Index) -> Iterator[tuple[Mapping[str, list[str]], frozenset[str]]]:
    """The groups that import each other only if imports in functions count, with the graph."""
    at_import = set(components(import_graph(index, deferred=False)))
    graph = import_graph(index, deferred=True)
    for component in components(graph):
        if component not in at_import:
            yield graph, component


def import_graph(index: Index, *, deferred: bool) -> Mapping[str, list[str]]:
    """What each file imports while it is imported itself or, with `deferred`, at all."""
    return {
        path: [
            edge.target
            for edge in edges
            if _counts(edge, deferred=deferred) and edge.target != path
        ]
        for path, edges in index.edges.items()
        if path.endswith(".py")  # stubs never run
    }


def _counts(edge: Edge, *, deferred: bool) -> bool:
    """Whether an import takes part: one that never runs creates no cycle."""
    return edge.waits and not edge.for_types and (deferred or not edge.deferred)


def violation_of(
    index: Index, cycle: Sequence[str], component: frozenset[str], *, deferred: bool
) -> Violation:
    """What is said of a group of modules: how many they are, one of their cycles, the others."""
    how = "through imports in functions" if deferred else "while they are imported"
    names = [index.module(path) for path in cycle]
    shown = " -> ".join([*names[:_SHOWN], *(["..."] if len(names) > _SHOWN else []), names[0]])
    others = sorted(index.module(path) for path in component.difference(cycle))
    if others:
        more = f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
        shown += f"; also {', '.join(others[:_SHOWN])}{more}"
    count = f"{len(component)} modules import each other in a cycle"
    following = cycle[1 % len(cycle)]
    line = next(
        edge.line
        for edge in index.edges[cycle[0]]
        if edge.target == following and _counts(edge, deferred=deferred)
    )
    return Violation(cycle[0], line, f"{count} {how}: {shown}", names[0])


def remember(index: Index) -> Memory:
    """How high each file stands above what it imports."""
    return levels(import_graph(index, deferred=True))


def follow(
    memory: Memory, change: FilesChange, known: Sequence[Violation]
) -> list[Violation] | None:
    """An import of something that is certainly lower down creates no cycle."""
    lines: dict[tuple[str, int], int] = {}
    for path in change.paths:
        before, after = (_level(memory, index, path) for index in (change.before, change.after))
        if [edge._replace(line=0) for edge in before] != [edge._replace(line=0) for edge in after]:
            return None
        for edge, now in zip(before, after, strict=True):
            lines.setdefault((path, edge.line), now.line)
            if lines[path, edge.line] != now.line:
                return None
    return [violation._replace(line=lines[violation.path, violation.line]) for violation in known]


def _level(memory: Memory, index: Index, path: str) -> list[Edge]:
    """What a file imports that is not lower down."""
    edges = import_edges(path, index.facts(path), index.world.modules)
    above = len(memory) + 1  # a stub imports nothing that counts, and nobody imports a new file
    level = memory.get(path, above)
    return [
        edge
        for edge in edges
        if edge.waits
        and not edge.for_types
        and memory.get(edge.target, above if edge.target.endswith(".py") else -1) >= level
    ]


RULE = Rule(
    "import-cycle",
    "modules that import each other in a cycle while they are imported",
    check,
    _PHASE,
    rests=Rests(remember, follow),
)
