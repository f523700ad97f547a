"""Members of enumerations by name: `state.name == "OPEN"`, `case "OPEN"`, keys of tables."""

import ast
from collections.abc import Iterator

from onepath.symbols.tree.names import Tree
from onepath.symbols.tree.receivers import receiver_of
from onepath_packs.canonical.definitions.members.work import Work
from onepath_packs.canonical.definitions.refused import CannotMoveError

_NAMES = ("name", "_name_")


class EnumNames:
    """Finds strings that are compared with the name of a member.

    Args:
        work: Takes the edits and the refusals.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._keys: list[tuple[str, int]] = []
        """Where a table has the name as a key."""
        self._is_looked_up = False

    def text(self, tree: Tree, node: ast.Constant, text: str) -> bool:
        """A string: whether it is the name of the member, and is dealt with.

        Raises:
            CannotMoveError: It may be compared with the name, and of which class that is, is not
                known.
        """
        old = self._work.member.old
        if text != old:
            if any(text == f"{cls}.{old}" for cls in self._classes()):
                if next(_others(tree, node), None) is not None:
                    reason = f"'{text}' is compared here, which '{old}' is as a text"
                    raise CannotMoveError(tree.path, node.lineno, reason)
                self._work.spelled(tree.path, node.lineno, text)
            return False
        for owner in _compared(tree, node):
            known = self._work.is_family(tree, receiver_of(tree, owner))
            if known:
                self._work.edit_literal(tree, node)
                return True
            if known is None:
                reason = f"'{ast.unparse(owner)}.name' may be '{old}', which is compared here"
                raise CannotMoveError(tree.path, node.lineno, reason)
        around = tree.parent(node)
        if isinstance(around, ast.Dict) and node in around.keys:
            self._keys.append((tree.path, node.lineno))
        return False

    def _classes(self) -> Iterator[str]:
        return (cls.name for cls in self._work.family.classes.values())

    def look_up(self, tree: Tree, node: ast.Subscript | ast.Call) -> None:
        """`TABLE[state.name]` or `TABLE.get(state.name)`."""
        match node:
            case ast.Subscript(slice=ast.Attribute(value=owner, attr=name)):
                pass
            case ast.Call(
                func=ast.Attribute(attr="get" | "pop"),
                args=[ast.Attribute(value=owner, attr=name), *_],
            ):
                pass
            case _:
                return
        if name in _NAMES and self._work.is_family(tree, receiver_of(tree, owner)) is not False:
            self._is_looked_up = True

    def check(self) -> None:
        """Refuse a name by which tables are asked.

        Raises:
            CannotMoveError: Names the table.
        """
        if self._is_looked_up and self._keys:
            reason = f"a table has '{self._work.member.old}', and is asked by names of members"
            raise CannotMoveError(*min(self._keys), reason)


def _compared(tree: Tree, node: ast.Constant) -> Iterator[ast.expr]:
    """The objects with whose `name` a string is compared."""
    for other in _others(tree, node):
        if isinstance(other, ast.Attribute) and other.attr in _NAMES:
            yield other.value


def _others(tree: Tree, node: ast.Constant) -> Iterator[ast.expr]:
    """What a string is compared with, alone or in a list, as a case or as a key."""
    inner: ast.AST = node
    around = tree.parent(node)
    while isinstance(around, ast.Tuple | ast.List | ast.Set):
        inner, around = around, tree.parent(around)
    if isinstance(around, ast.Compare):
        operands = (around.left, *around.comparators)
        yield from (operand for operand in operands if operand is not inner)
    elif isinstance(around, ast.MatchValue):
        case: ast.AST | None = around
        while isinstance(case, ast.pattern | ast.match_case):
            case = tree.parent(case)
        if isinstance(case, ast.Match):
            yield case.subject
    elif isinstance(around, ast.Dict):
        table = tree.parent(around)
        if isinstance(table, ast.Subscript):
            yield table.slice
