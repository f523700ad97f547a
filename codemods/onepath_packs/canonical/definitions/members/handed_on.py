"""Calls of something unknown with the keyword of a field: are they calls of the class?

They can't be where the class is never a value: nothing hands it on, stores it, returns it, or has
its name in a string. Nor can a call be one that gives what the class does not take.
"""

import ast
import builtins
from typing import NamedTuple

from onepath.analysis.classes import ancestors
from onepath.importing.loaded.registering import Registering
from onepath.symbols.tree.declared import UNKNOWN
from onepath.symbols.tree.names import Tree
from onepath.symbols.tree.receivers import receiver_of
from onepath.symbols.tree.values import is_type, is_value, leaf
from onepath_packs.canonical.definitions.members.work import Work
from onepath_packs.canonical.definitions.refused import CannotMoveError

_HARMLESS = frozenset((
    "callable", "isinstance", "issubclass", "repr", "str", "print", "id", "type", "len", "getattr",
    "hasattr", "super", "cast", "fields", "is_dataclass", "get_type_hints", "signature", "raises",
))  # fmt: skip
"""What is given a class and makes nothing of it."""


class _Call(NamedTuple):
    path: str
    line: int
    text: str


class HandedOn:
    """Collects calls of unknown things, and where the classes of the family are values.

    Args:
        work: What has been seen so far.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        family = work.family
        self._records = {
            place: cls for place, cls in family.classes.items() if family.is_record(cls)
        }
        self._names = frozenset(cls.name for cls in self._records.values())
        self._fields = frozenset(
            name
            for cls in self._records.values()
            for one in (cls, *ancestors(family.index, cls))
            for name in one.members
        )
        self._calls: list[_Call] = []
        self._value: tuple[str, int] | None = None

    def is_unknown(self, tree: Tree, called: ast.expr) -> bool:
        """Whether it is for `call` to tell what something that is called may be.

        The class of an object is at hand wherever the object is.
        """
        made = called.func if isinstance(called, ast.Call) else called
        if isinstance(made, ast.Attribute) and made.attr == "__class__":
            return False
        if isinstance(called, ast.Call) and ast.unparse(made) == "type":
            return False
        return receiver_of(tree, called).kind == UNKNOWN

    def call(self, tree: Tree, node: ast.Call) -> None:
        """Note a call of something unknown that may give the field."""
        given = {keyword.arg for keyword in node.keywords if keyword.arg is not None}
        if given <= self._fields | {self._work.member.old}:
            self._calls.append(_Call(tree.path, node.lineno, ast.unparse(node)))

    def value(self, tree: Tree, node: ast.Name | ast.Attribute) -> None:
        """Note a class of the family where it is a value, and no call, type or base."""
        if self._value is not None or leaf(node) not in self._names:
            return
        if not isinstance(node.ctx, ast.Load) or not is_value(tree, node, _HARMLESS):
            return
        meant = tree.meaning(node)
        if meant is None or meant[1:3] in self._records:
            self._value = (tree.path, node.lineno)

    def definition(self, tree: Tree, node: ast.ClassDef) -> None:
        """Note a class of the family that tells others of itself where it is defined."""
        if self._value is not None or (tree.path, node.name) not in self._records:
            return
        registering = Registering(self._work.world)
        for decorator in node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            meant = tree.meaning(called)
            if (
                meant is None
                or meant.kind != "external"
                or registering.decorator(tree.path, called)
            ):
                self._value = (tree.path, decorator.lineno)
        if registering.base(tree.path, node, ""):
            self._value = (tree.path, node.lineno)

    def text(self, tree: Tree, node: ast.Constant, text: str) -> None:
        """Note a string that is the name of a class of the family, and no type or exported name."""
        if self._value is not None or text.rpartition(".")[2] not in self._names:
            return
        exports = tree.facts.exports
        start, _ = tree.place(node)
        is_exported = exports is not None and any(start == at for _, at, _ in exports.names)
        around = tree.parent(node)
        is_made = (
            isinstance(around, ast.Call)
            and around.args[:1] == [node]
            and leaf(around.func) in ("namedtuple", "NamedTuple", "TypeVar")
        )
        is_key = isinstance(around, ast.Subscript) and not _is_generic(tree, around.value)
        if is_key or not (is_exported or is_made or is_type(tree, node)):
            self._value = (tree.path, node.lineno)

    def check(self) -> None:
        """Refuse the rename if a call may be one of the class.

        Raises:
            CannotMoveError: Names the call, and where the class is handed on.
        """
        if self._value is not None and self._calls:
            call, old = min(self._calls), self._work.member.old
            where = ":".join(map(str, self._value))
            reason = f"'{call.text}' may give '{old}' to what is handed on in {where}"
            raise CannotMoveError(call.path, call.line, reason)


def _is_generic(tree: Tree, node: ast.expr) -> bool:
    """Whether something takes types as items: `list["D"]`, `Optional["D"]`."""
    meant = tree.meaning(node)
    is_builtin = isinstance(node, ast.Name) and hasattr(builtins, node.id)
    return is_builtin if meant is None else meant.kind == "external"
