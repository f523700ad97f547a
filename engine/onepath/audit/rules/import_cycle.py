"""Modules that import each other in a cycle.

What it finds
    Groups of modules of which each one imports all the others, directly or through some of them
    (strongly connected components of the import graph). One finding for each group, at the first
    import of its shortest cycle; it names the modules. What a package imports from its own folder,
    or a script from itself, is no cycle. Cycles that close while modules are imported are told
    apart from those that exist only through imports in functions. What is under
    `TYPE_CHECKING` never runs and creates no cycle.

Why it matters
    In a cycle at import time, what a module finds in another depends on which of them was
    imported first: a name may be missing, or an old one may still be there. A deferred cycle
    works, but the modules can't be understood, tested or moved apart from each other.

Example
    `a.py` holds `from b import f` and `b.py` holds `from a import g`: importing either of them
    reads the other half-made.

How it is fixed
    The phase `cycles` puts imports that only annotations need under `if TYPE_CHECKING:`, and with
    `defer` the others into the functions that use them, which leaves a deferred cycle. What both
    need is better moved into a third module by hand. A cycle that runs through a shim is often
    gone once imports go straight to the canonical path.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from onepath.analysis.index import Index
from onepath.audit.changes import FilesChange, Memory, Rests
from onepath.audit.finding import Violation
from onepath.audit.rule import Rule
from onepath.config.settings import Settings
from onepath.symbols.graph.cycles import components, levels, shortest_cycle
from onepath.symbols.graph.imports import Edge, import_edges

_SHOWN = 8


def check(index: Index, settings: Settings) -> Iterator[Violation]:
    """One violation for each group of modules in a cycle."""
    immediate = _graph(index, deferred=False)
    at_import = components(immediate)
    for component in at_import:
        yield _violation(index, immediate, component, "while they are imported", deferred=False)
    whole = _graph(index, deferred=True)
    known = set(at_import)
    for component in components(whole):
        if component not in known:
            how = "through imports in functions"
            yield _violation(index, whole, component, how, deferred=True)


def _graph(index: Index, *, deferred: bool) -> Mapping[str, list[str]]:
    return {
        path: [
            edge.target
            for edge in edges
            if _counts(edge, deferred=deferred) and edge.target != path
        ]
        for path, edges in index.edges.items()
    }


def _counts(edge: Edge, *, deferred: bool) -> bool:
    """Whether an import takes part: one that never runs creates no cycle."""
    return not edge.for_types and (deferred or not edge.deferred)


def _violation(
    index: Index,
    graph: Mapping[str, Iterable[str]],
    component: frozenset[str],
    how: str,
    *,
    deferred: bool,
) -> Violation:
    cycle = shortest_cycle(graph, component)
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


def _remember(index: Index) -> Memory:
    return levels(_graph(index, deferred=True))


def _follow(
    memory: Memory, change: FilesChange, known: Sequence[Violation]
) -> list[Violation] | None:
    """An import of something that is certainly lower down creates no cycle."""
    lines: dict[tuple[str, int], int] = {}
    for path in change.paths:
        before, after = (_level(memory, index, path) for index in (change.before, change.after))
        if [(one.target, one.deferred) for one in before] != [
            (one.target, one.deferred) for one in after
        ]:
            return None
        for one, now in zip(before, after, strict=True):
            lines.setdefault((path, one.line), now.line)
            if lines[path, one.line] != now.line:
                return None
    return [one._replace(line=lines[one.path, one.line]) for one in known]


def _level(memory: Memory, index: Index, path: str) -> list[Edge]:
    """What a file imports that is not lower down."""
    edges = import_edges(path, index.facts(path), index.world.modules)
    return [one for one in edges if not one.for_types and memory[one.target] >= memory[path]]


RULE = Rule(
    "import-cycle",
    "modules that import each other in a cycle",
    check,
    "cycles",
    rests=Rests(_remember, _follow),
)
