"""Submodules that a file reads from a module which it comes to import, and that nothing loads.

`six.moves.urllib` has `parse` as soon as it is there, `urllib` only once somebody imports
`urllib.parse`. In the repository the proof sees such things; outside, files tell.
"""

from collections.abc import Iterator

from onepath.edit.bindings import binders, covers
from onepath.edit.draft import Draft
from onepath.symbols.destinations import Destination
from onepath.symbols.outside.lookup import Kind

CODE = "submodule-not-loaded"


def load_submodules(draft: Draft) -> None:
    """Import what the file reads below modules outside that this run imports for it."""
    for (scope, name), found in list(draft.brought.items()):
        for index, to in found:
            renames = draft.renames
            if renames.is_outside(to.dotted) and renames.outside.kind(to.dotted) is Kind.MODULE:
                wanted = list(dict.fromkeys(_read(draft, scope, name, to)))
                wanted = [one for one in wanted if not _is_imported(draft, scope, index, one)]
                if wanted:
                    _load(draft, scope, index, to, wanted)


def _read(draft: Draft, scope: int, name: str, to: Destination) -> Iterator[str]:
    """The submodules, as deep as they go, that uses of a name read."""
    outside = draft.renames.outside
    olds = {old for (home, old), new in draft.renamed.items() if (home, new) == (scope, name)}
    for old in sorted(olds | {name}):
        for at, use in draft.uses_of(scope, old):
            if at in draft.replaced:
                continue
            dotted, deepest = to.dotted, ""
            for part, _ in use.chain:
                dotted = f"{dotted}.{part}"
                if outside.kind(dotted) is not Kind.MODULE:
                    break
                if outside.is_loaded_on_demand(dotted):
                    deepest = dotted
            if deepest:
                yield deepest


def _is_imported(draft: Draft, scope: int, index: int, module: str) -> bool:
    """Whether an import of the file that stays loads a module where a statement has run."""
    for other, statement in enumerate(draft.facts.imports):
        if statement.is_from or other in draft.statements or statement.scope != scope:
            continue
        loads = any(f"{alias.name}.".startswith(f"{module}.") for alias in statement.names)
        if loads and covers(draft, other, index):
            return True
    return False


def _load(draft: Draft, scope: int, index: int, to: Destination, wanted: list[str]) -> None:
    out = draft.statement(index)
    if out.replacement == f"import {to.module}" and not to.name:
        # Importing the submodule binds the name as well.
        out.replacement = f"import {wanted[0]}"
        out.imports.extend(wanted[1:])
        return
    if to.module in out.imports and not to.name:
        out.imports.remove(to.module)
        out.imports.extend(wanted)
        return
    top = to.dotted.partition(".")[0]
    bound = [
        binder for binder in binders(draft, scope, top) if binder[2].asname or binder[2].name != top
    ]
    reason = draft.why_not(scope, top, Destination(top, ""), [scope], already=not bound)
    if bound or (reason and top in draft.facts.scopes[scope].bound) or draft.is_deleted(index):
        line = draft.facts.imports[index].line
        draft.refuse(line, CODE, f"'{wanted[0]}' is read here, and nothing imports it")
        return
    out.imports.extend(wanted)
