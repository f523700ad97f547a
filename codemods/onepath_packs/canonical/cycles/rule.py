"""Modules that import each other only because functions import as well.

What it finds
    Groups of modules of which each one imports all the others if imports in functions count, and
    not while they are imported: that is `import-cycle`. Without `[cycles]` there is one finding for
    each group, at the first import of its shortest cycle. Where `paths` of `[cycles]` names some of
    the modules, each of these has the shortest cycle that it is in.

    It is shown where `[cycles]` is written, or somebody names the rule: most such cycles are there
    because somebody has deferred an import on purpose.

Why it matters
    A deferred cycle works, but the modules can't be understood, tested or moved apart from each
    other, and an import that is moved up again creates a cycle at import time.

Example
    `a.py` holds `from b import f` in a function and `b.py` holds `from a import g`.

How it is fixed
    By hand, by moving what both need into a third module; the phase `cycles` names such modules.
    A cycle that runs through a shim is often gone once imports go straight to the canonical path.
"""

from collections.abc import Iterator

from onepath.analysis.index import Index
from onepath.audit.changes import Rests
from onepath.audit.finding import Violation
from onepath.audit.rule import Rule
from onepath.audit.rules.import_cycle import deferred_cycles, follow, remember, violation_of
from onepath.config.globs import Globs
from onepath.config.settings import Settings
from onepath.symbols.graph.cycles import shortest_cycle
from onepath_packs.canonical.cycles.report import own_cycles
from onepath_packs.canonical.cycles.table import Cycles


def check(index: Index, settings: Settings) -> Iterator[Violation]:
    """One violation for each group of modules, or for each cycle of a module that is named."""
    named = Globs(settings.table(Cycles).paths).match
    for graph, component in deferred_cycles(index):
        groups = [component]
        if not all(map(named, component)):
            groups = [frozenset(cycle) for cycle in own_cycles(graph, component, named)]
        for group in groups:
            yield violation_of(index, shortest_cycle(graph, group), group, deferred=True)


def _is_wanted(settings: Settings) -> bool:
    return Cycles.table_name in settings.tables


RULE = Rule(
    "deferred-cycle",
    "modules that import each other in a cycle through imports in functions",
    check,
    "cycles",
    by_default=_is_wanted,
    rests=Rests(remember, follow),
)
