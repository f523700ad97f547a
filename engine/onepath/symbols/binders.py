"""The statements that bind the module-level names of a file, and which of them count."""

from collections.abc import Sequence
from typing import NamedTuple

from onepath.model import Alias, Definition, Facts, Guard, ImportFact


class Binder(NamedTuple):
    """One statement that binds a module-level name."""

    start: int
    guard: int
    imported: tuple[ImportFact, Alias] | None
    definition: Definition | None


class NameTable(NamedTuple):
    """The module-level names of one file."""

    names: dict[str, list[Binder]]
    stars: tuple[ImportFact, ...]


def effective(binders: Sequence[Binder]) -> list[Binder]:
    """Those statements that may have bound a name last.

    An unconditional statement undoes the ones before it; type-checking imports and fallbacks
    (`except ImportError: X = None`) count only where there is nothing else.
    """
    rest = standing(binders)
    running = [binder for binder in rest if not binder.guard & Guard.TYPE_CHECKING] or rest
    return [binder for binder in running if not is_fallback(binder)] or running


def standing(binders: Sequence[Binder]) -> list[Binder]:
    """Those statements that no later one certainly undoes."""
    last = 0
    for index, binder in enumerate(binders):
        if not binder.guard & ~(Guard.WITH | Guard.TRY) and not _is_annotation(binder):
            last = index
    return [one for one in binders[last:] if not _is_annotation(one)] or list(binders[last:])


def _is_annotation(binder: Binder) -> bool:
    return binder.definition is not None and binder.definition.kind == "annotation"


def is_fallback(binder: Binder) -> bool:
    return bool(binder.guard & Guard.HANDLER) or (
        bool(binder.guard & Guard.BRANCH)
        and binder.definition is not None
        and binder.definition.kind == "assign"
    )


def binder_table(facts: Facts) -> NameTable:
    names: dict[str, list[Binder]] = {}
    stars = []
    for statement in facts.imports:
        if statement.scope != 0:
            continue
        for alias in statement.names:
            if alias.name == "*":
                stars.append(statement)
                continue
            binder = Binder(statement.start, statement.guard, (statement, alias), None)
            names.setdefault(alias.bound, []).append(binder)
    for definition in facts.definitions:
        if "." not in definition.qualname:
            binder = Binder(definition.start, definition.guard, None, definition)
            names.setdefault(definition.qualname, []).append(binder)
    for binders in names.values():
        binders.sort(key=lambda binder: binder.start)
    return NameTable(names, tuple(stars))
