"""What binds a name in a file, and which binding holds where."""

import sys
from collections.abc import Iterator

from onepath.edit.draft import Draft
from onepath.model import Alias, Facts, ImportFact
from onepath.symbols.destinations import Destination
from onepath.symbols.modules import is_package


def is_public(draft: Draft, name: str) -> bool:
    """Whether a module-level name must survive: others may import it, or read its spelling."""
    exports = draft.facts.exports
    return (
        (is_package(draft.path) and not _is_standard(draft, name))
        or draft.path.endswith(".pyi")
        or name in draft.keep
        or bool(draft.spelling.reader(0, name))
        or (exports is not None and any(name == listed for listed, _, _ in exports.names))
    )


def _is_standard(draft: Draft, name: str) -> bool:
    """Whether a name is imported from the standard library alone, which nobody passes on."""
    statements = {at for at, *_ in binders(draft, 0, name)}
    if len(statements) != 1:
        return False
    fact = draft.facts.imports[statements.pop()]
    is_absolute = fact.is_from and not fact.level
    top = fact.module.partition(".")[0]
    return is_absolute and fact.guard == 0 and top in sys.stdlib_module_names


def binders(draft: Draft, scope: int, name: str) -> Iterator[tuple[int, int, Alias]]:
    """The import aliases that bind a name in a scope: statement, place in it, alias."""
    return iter(draft.facts.binders.get((scope, name), ()))


def is_import_of(draft: Draft, statement: ImportFact, alias: Alias, to: Destination) -> bool:
    """Whether an alias imports exactly the destination."""
    if not to.name:
        # `import a.b` binds `a`, as `import a` does.
        return not statement.is_from and (
            alias.name == to.module if alias.asname else alias.bound == to.module
        )
    return alias.name == to.name and draft.imports_from(statement, to)


def _reaches(facts: Facts, outer: int, inner: int) -> bool:
    """Whether a block is another one, or around it with no attempt between them."""
    while inner not in (outer, -1) and facts.blocks[inner].kind not in ("try", "with"):
        inner = facts.blocks[inner].parent
    return inner == outer


def only_imports_between(draft: Draft, first: int, last: int) -> bool:
    """Whether nothing but imports is between two statements of one block.

    A star import counts as more: it may bind the same name anew.
    """
    start, end = draft.facts.imports[first], draft.facts.imports[last]
    if _star_between(draft, first, last):
        return False
    return draft.import_positions(start.block).issuperset(range(start.position, end.position))


def _star_between(draft: Draft, one: int, other: int) -> bool:
    """Whether a star import of their scope is between two statements."""
    low, high = sorted((one, other))
    scope = draft.facts.imports[one].scope
    return any(
        statement.scope == scope and statement.names[0].name == "*"
        for statement in draft.facts.imports[low + 1 : high]
    )


def covers(draft: Draft, holder: int, other: int) -> bool:
    """Whether one import statement makes another one needless that binds the same.

    An import in a `try` or `with` is not made needless from outside: it may be there to be tried.
    """
    if holder == other:
        return True
    first, second = draft.facts.imports[holder], draft.facts.imports[other]
    if first.scope != second.scope or draft.is_lazy(first) != draft.is_lazy(second):
        return False
    if _star_between(draft, holder, other):
        return False
    if first.start < second.start:
        return _reaches(draft.facts, first.block, second.block)
    return first.block == second.block and only_imports_between(draft, other, holder)
