"""Imports whose last use was rewritten away."""

from onepath.edit.draft import Draft
from onepath_packs.canonical.imports.uses.chain_groups import Group


def drop_unused(draft: Draft, group: Group) -> None:
    """Take out the imports of a module from which nothing is read any more.

    What nobody used before is there for another reason, and so is what a comment keeps from the
    linter, what others import from here, and what a global statement may read.
    """
    if group.is_needed or not group.moved or group.is_rebound:
        return
    if any(map(group.loads, group.binders)):
        return
    if group.is_read_elsewhere:
        return
    for index, place, _ in group.binders:
        out = draft.statement(index)
        if place in out.changes or out.replacement is not None:
            continue
        if not draft.is_kept_by_comment(index):
            _take_out(draft, index, place)


def _take_out(draft: Draft, index: int, place: int) -> None:
    """Take a name out; where it is the last one, let the next statement stand in its place."""
    if draft.take_out(index, place):
        return
    out, statement = draft.statement(index), draft.facts.imports[index]
    texts = draft.following_texts(index)
    if draft.names_left(index) == 1 and texts and out.module is None:
        out.replacement = texts[0]
        if out.imports:
            out.imports.pop(0)
        elif out.following:
            out.following.pop(0)
        else:
            out.loads.pop(0)
    elif draft.names_left(index) == 1 and not draft.can_delete(index) and not texts:
        out.replacement = "pass" if draft.alone(statement) else None
