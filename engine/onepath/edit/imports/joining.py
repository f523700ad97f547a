"""One more name for a file: in a statement that reads its module, or in a new one."""

from onepath.edit.bindings import only_imports_between
from onepath.edit.draft import Draft
from onepath.edit.imports.statements import Name, can_add
from onepath.symbols.destinations import Destination


def join(draft: Draft, index: int, to: Destination, name: Name) -> None:
    """Import a destination in the block of a statement, where that has run.

    Args:
        draft: The file.
        index: The statement.
        to: What to import; a module whole is imported by its path.
        name: Its name, and what it is called in the file.
    """
    out = draft.statement(index)
    if not to.name:
        out.imports.append(str(name))
        return
    statement = draft.facts.imports[index]
    home = _home(draft, index, to)
    if home is not None:
        draft.statement(home).added.append(name)
        return
    module = draft.spelled(statement, to.module)
    for at, (known, names) in enumerate(out.following):
        if known == module:
            out.following[at] = known, (*names, name)
            return
    out.following.append((module, (name,)))


def _home(draft: Draft, index: int, to: Destination) -> int | None:
    """A statement beside another one that imports from the destination's module, and still will."""
    here = draft.facts.imports[index]
    for other, candidate in enumerate(draft.facts.imports):
        if (
            candidate.block == here.block
            and candidate.scope == here.scope
            and candidate.is_from
            and candidate.names[0].name != "*"
            and _will_import_from(draft, other, to)
            and draft.is_lazy(candidate) == draft.is_lazy(here)
            and (other == index or only_imports_between(draft, *sorted((index, other))))
            and can_add(draft.text(candidate.start, candidate.end))
        ):
            return other
    return None


def _will_import_from(draft: Draft, index: int, to: Destination) -> bool:
    """Whether a statement imports from the destination's module and still will, or comes to."""
    statement, out = draft.facts.imports[index], draft.statements.get(index)
    if out is not None and out.module is not None and not out.replacement:
        return out.module == draft.spelled(statement, to.module)
    return draft.imports_from(statement, to) and _remains(draft, index)


def _remains(draft: Draft, index: int) -> bool:
    """Whether a statement goes on importing from its module."""
    out = draft.statements.get(index)
    return out is None or (
        out.replacement is None and out.module is None and draft.names_left(index) > 0
    )
