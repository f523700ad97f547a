"""Files that edit `sys.path`: a short name in them may be a deprecated path in disguise."""

from onepath.edit.draft import Draft
from onepath.model import Facts


def edits_path(facts: Facts) -> bool:
    """Whether a file reads `sys.path`, as whoever adds to it must."""
    return any(use.name == "sys" and use.chain and use.chain[0][0] == "path" for use in facts.uses)


def refuse_short_names(draft: Draft) -> None:
    """List imports that would be deprecated if their module were found through `sys.path`.

    `from old import Name` with the folder of `pkg.old` on the path gives a module of its own,
    with classes of its own; where it should come from, only a person can say.
    """
    if draft.is_document or not edits_path(draft.facts):
        return
    modules, olds = draft.renames.resolver.modules, draft.renames.olds
    for statement in draft.facts.imports:
        module = statement.module
        if not statement.is_from or statement.level or modules.find(module, draft.path):
            continue
        for alias in statement.names:
            written = f"{module}.{alias.name}"
            old = next((old for old in olds if old.endswith(f".{written}")), None)
            if old is not None and not modules.is_ours(module, draft.path):
                reason = f"'{written}' may be '{old}', reached through an edit of sys.path"
                draft.refuse(statement.line, "path-edit", reason)
