"""What members of an enumeration show of their class: `str(Old.RED)` is `Old.RED`."""

import ast
from collections.abc import Iterator

from onepath.codemod import World
from onepath.facts.extract.file import module_tree
from onepath.importing.loaded.import_effects import import_time_statements
from onepath.model import UseKind
from onepath.symbols.resolve import Step
from onepath.symbols.tree.syntax import SyntaxTree
from onepath_packs.canonical.definitions.old_paths.by_own_name.compared_texts import (
    compared_with,
    is_shown,
)
from onepath_packs.canonical.definitions.old_paths.by_own_name.own_attributes import QuotedWord
from onepath_packs.canonical.definitions.refused import CannotMoveError

_SHOWING_THEIR_CLASS = frozenset(("Enum", "Flag"))
"""The bases whose members are text with the name of the class; those of `StrEnum` are a value."""


def shown_members(world: World, home: Step) -> tuple[str, ...]:
    """The members of an enumeration of which `str` has the name of the class; else none."""
    path, name = home
    tree = module_tree(world.read([path]).get(path, b""))
    for node in import_time_statements(tree.body):
        if isinstance(node, ast.ClassDef) and node.name == name:
            last = ast.unparse(node.bases[-1]).rpartition(".")[2] if node.bases else ""
            own = {getattr(statement, "name", "") for statement in node.body}
            if last in _SHOWING_THEIR_CLASS and own.isdisjoint(("__str__", "__format__")):
                return tuple(_members(node))
    return ()


def _members(node: ast.ClassDef) -> Iterator[str]:
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            yield from (one.id for one in statement.targets if isinstance(one, ast.Name))


def check_members_shown(world: World, home: Step) -> None:
    """Refuse to rename an enumeration of which a string may be the text of a member.

    What is directly compared with the text of a member follows.

    Args:
        world: The code.
        home: (path, name) of the definition.

    Raises:
        CannotMoveError: A string may be such a text.
    """
    members, name = shown_members(world, home), home[1]
    if not members:
        return
    texts = {f"{name}.", *(f"{name}.{member}" for member in members)}
    store = world.fact_store
    for path, data in world.read(store.others_mentioning(store.python, QuotedWord(name))).items():
        facts = world.facts(path)
        tree = None if facts.failure is not None else SyntaxTree(data)
        for node in tree.nodes if tree else ():
            if not (isinstance(node, ast.Constant) and node.value in texts) or tree is None:
                continue
            start, end = tree.place(node)
            other = compared_with(tree, node)
            is_followed = other is not None and is_shown(tree, other, (name,))
            is_type = any(
                start <= use.start < end for use in facts.uses if use.kind & UseKind.STRING
            )
            if not (is_followed or is_type):
                reason = f"'{node.value}' may be what members of '{name}' show of themselves"
                raise CannotMoveError(path, node.lineno, reason)
