"""Names that a module binds under a condition, each time to something else."""

from collections.abc import Iterable, Set

from onepath.analysis.index import Index
from onepath.model import Guard
from onepath.symbols.binders import Binder
from onepath.symbols.resolve import Step

CONDITIONAL = Guard.TRY | Guard.HANDLER | Guard.BRANCH
"""Where a binding may be one of several."""


def choices(index: Index, path: str, binders: Iterable[Binder]) -> Set[Step]:
    """The definitions of this repository that a name may mean, by statements under a condition."""
    steps: set[Step] = set()
    for binder in binders:
        if not binder.guard & CONDITIONAL:
            continue
        if binder.imported is not None:
            meant = index.resolver.imported(path, *binder.imported)
        elif binder.definition is not None and binder.definition.kind == "alias":
            meant = index.named(path, binder.definition.target)
        else:
            continue
        if meant.kind == "definition":
            steps.add((meant.path, meant.name))
    return steps
