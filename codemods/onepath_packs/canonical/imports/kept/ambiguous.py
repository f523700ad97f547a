"""Names bound to one module or another: which path is read through them, nobody knows before."""

from collections.abc import Container

from onepath.edit.draft import Draft
from onepath.model import Facts
from onepath.symbols.sites import may_match, starts_of

CODE = "ambiguous-module"


def reads_through(facts: Facts, words: Container[str]) -> bool:
    """Whether a file reads an attribute that may be a deprecated path."""
    return any(may_match(use, words) for use in facts.uses)


def refuse_ambiguous(draft: Draft) -> None:
    """List `m.Name` where `m` is `old` after one branch of a guard, and `new` after the other."""
    words = frozenset(draft.renames.words)
    for use in draft.facts.uses:
        if not may_match(use, words):
            continue
        starts = starts_of(draft.path, draft.facts, draft.renames, use.bound_in, use.name)
        if len(starts) < 2:
            continue
        for start in starts:
            match = draft.renames.of_chain(draft.path, start, use)
            if match is not None:
                reason = f"'{use.dotted}' is '{match.old}' if '{use.name}' is imported from there"
                draft.refuse(draft.line_of(use.start), CODE, reason)
