"""Classes that are events: what would have to change in them."""

import ast
from collections.abc import Iterator

from onepath.symbols.tree.scoped import ScopedTree
from onepath_packs.websocket.events.canonical_form import EventForm


def event_classes(tree: ScopedTree, form: EventForm) -> Iterator[tuple[int, str]]:
    """The classes of a file whose fields are an event's, under legacy names.

    Args:
        tree: The file.
        form: The canonical form.

    Yields:
        The line of each, and what would have to change.
    """
    for node in tree.nodes:
        if isinstance(node, ast.ClassDef):
            fields = dict(_fields(node))
            named = [name for name in fields if form.canonical(name) == form.type_key]
            legacy = [name for name in fields if name in form.legacy]
            if legacy and any(_names_kind(fields[name], form) for name in named):
                change = "; ".join(f"'{old}' should be '{form.legacy[old]}'" for old in legacy)
                yield node.lineno, f"the fields of the class '{node.name}': {change}"


def _fields(node: ast.ClassDef) -> Iterator[tuple[str, ast.stmt]]:
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield statement.target.id, statement
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    yield target.id, statement


def _names_kind(statement: ast.stmt, form: EventForm) -> bool:
    """Whether a field has a kind as its default, or as what its annotation allows."""
    return any(
        isinstance(node, ast.Constant) and node.value in form.kinds for node in ast.walk(statement)
    )
