"""Deprecated paths in types that comments give: they follow, or are listed."""

from collections.abc import Iterator

from onepath.edit.draft import Draft
from onepath.facts.extract.type_comments import CommentName, TypeComment, type_comments
from onepath.model import Use
from onepath.symbols.destinations import Destination
from onepath.symbols.renames import Match
from onepath.symbols.sites import chain_start

KIND = "type-comment"
"""The kind of these edits."""
CODE = "type-comment"
"""The code of the refusals."""


def plan_type_comments(draft: Draft) -> None:
    """Change the types in a file's comments, where the names in them mean a deprecated path."""
    words = frozenset(draft.renames.words)
    for comment in type_comments(draft.data):
        if comment.names is None:
            _refuse_unread(draft, comment)
            continue
        for name in comment.names:
            if words.isdisjoint((name.name, *name.chain)):
                continue
            renamed = draft.renamed.get((_binding_scope(draft, name), name.name))
            if renamed is not None:
                draft.edit(name.start, name.end, ".".join((renamed, *name.chain)), KIND)
                continue
            for scope, match in _matches(draft, name):
                new = _written(draft, scope, name, match)
                if new is None:
                    reason = f"'{match.old}' is in the type of a comment"
                    draft.refuse(comment.line, CODE, f"{reason}; '{match.to.dotted}' is not there")
                elif new:
                    draft.edit(name.start, name.end, new, KIND)


def _refuse_unread(draft: Draft, comment: TypeComment) -> None:
    for old in draft.renames.olds:
        if old in comment.text:
            draft.refuse(comment.line, CODE, f"'{old}' is in a comment that is no type")


def _matches(draft: Draft, name: CommentName) -> Iterator[tuple[int, Match]]:
    """The deprecated path that a name means, with the scope that binds its beginning."""
    scope = _binding_scope(draft, name)
    start = chain_start(draft.path, draft.facts, draft.renames, scope, name.name)
    if start is None:
        return
    chain = tuple((part, 0) for part in name.chain)
    use = Use(name.name, scope, scope, name.start, name.end, 0, chain, True)
    match = draft.renames.of_chain(draft.path, start, use)
    if match is not None and not draft.renames.is_inner(draft.path, match.to):
        yield scope, match


def _binding_scope(draft: Draft, name: CommentName) -> int:
    around = [
        index
        for index, scope in enumerate(draft.facts.scopes)
        if scope.start <= name.start <= scope.end and name.name in scope.bound
    ]
    return around[-1] if around else 0


def _written(draft: Draft, scope: int, name: CommentName, match: Match) -> str | None:
    """How the file can name the destination; None if it has no name for it."""
    rest = name.chain[match.length :]
    parts = match.to.dotted.split(".")
    for statement in draft.facts.imports:
        for alias in statement.names if not statement.is_from and statement.scope == scope else ():
            if alias.bound != name.name:
                continue
            module = alias.name if alias.asname else alias.bound
            above = module.split(".")
            if parts[: len(above)] == above:
                return ".".join((name.name, *parts[len(above) :], *rest))
    bound = _bound(draft, scope, match.to)
    return ".".join((bound, *rest)) if bound else None


def _bound(draft: Draft, scope: int, to: Destination) -> str:
    """A name that the file has for a destination."""
    for statement in draft.facts.imports:
        if statement.is_from and statement.scope in (0, scope):
            for alias in statement.names:
                match = draft.renames.of_alias(draft.path, statement, alias)
                is_there = alias.name == to.name and draft.imports_from(statement, to)
                if is_there or (match is not None and match.to == to):
                    return draft.renamed.get((statement.scope, alias.bound), alias.bound)
    return ""
