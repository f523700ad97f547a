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
    found: set[Step] = set()
    for one in binders:
        if not one.guard & CONDITIONAL:
            continue
        if one.imported is not None:
            meant = index.resolver.imported(path, *one.imported)
        elif one.definition is not None and one.definition.kind == "alias":
            meant = index.named(path, one.definition.target)
        else:
            continue
        if meant.kind == "definition":
            found.add((meant.path, meant.name))
    return found
