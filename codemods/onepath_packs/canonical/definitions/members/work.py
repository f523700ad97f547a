"""The edits by which a member gets its new name, and the places that can't follow."""

import ast
from collections.abc import Sequence

from onepath.codemod import Edit, Refusal, World
from onepath.edit.edits import apply
from onepath.symbols.tree.names import Tree
from onepath.symbols.tree.receivers import CLASS, INSTANCE, OTHER, Receiver
from onepath_packs.canonical.definitions.members.family import Family, RenamedMember
from onepath_packs.canonical.definitions.refused import CannotMoveError

UNKNOWN = "receiver-unknown"
SPELLED = "read-by-spelling"
DOUBLES = frozenset((
    "Mock", "MagicMock", "AsyncMock", "NonCallableMock", "NonCallableMagicMock", "PropertyMock",
    "create_autospec", "SimpleNamespace", "configure_mock",
))  # fmt: skip
"""What makes objects that stand for others."""
_LONGEST = 60
_FOREIGN = frozenset((
    "argparse", "ast", "base64", "datetime", "hashlib", "inspect", "io", "json", "logging", "os",
    "pathlib", "re", "shutil", "socket", "struct", "subprocess", "sys", "tempfile", "threading",
    "time", "urllib", "uuid", "warnings",
))  # fmt: skip
"""Modules whose functions give no object that they were not made for."""


class Work:
    """What has been seen of all files so far.

    Args:
        world: The code.
        family: The classes in which the name means the member.
        member: What gets another name.
    """

    def __init__(self, world: World, family: Family, member: RenamedMember) -> None:
        self.world = world
        self.family = family
        self.member = member
        self.edits: dict[str, list[Edit]] = {}
        self.ends: dict[str, list[tuple[int, str]]] = {}
        """Path -> where an alias of the old name can stand, with its indentation."""
        self.is_value = False
        """Whether only instances have it, so that the class can't have it under two names."""
        self.is_replaced = False
        """Whether something sets it."""
        self.refusals: set[Refusal] = set()
        """What may need the old name."""
        self.mentioned: set[Refusal] = set()
        """What nothing runs."""

    def is_family(self, tree: Tree, receiver: Receiver) -> bool | None:
        """Whether something is of the family; None where that is not known."""
        if receiver.kind in (CLASS, INSTANCE):
            if receiver.place in self.family:
                return True
            return None if self.family.may_hold(tree, receiver.place) else False
        return False if receiver.kind == OTHER and not _may_pass_on(receiver.place[0]) else None

    def edit(self, tree: Tree, end: int, kind: str = "name") -> None:
        """Give the old name that ends at an offset of a file the new spelling."""
        line = tree.data.count(b"\n", 0, end) + 1
        start = end - len(self.member.old.encode())
        self.add(tree.path, [Edit(start, end, self.member.new.encode(), kind, line)])

    def add(self, path: str, edits: Sequence[Edit]) -> None:
        """Note edits of a file."""
        self.edits.setdefault(path, []).extend(edits)

    def edit_literal(self, tree: Tree, node: ast.Constant) -> None:
        """Give a string that is the old name the new spelling.

        Raises:
            CannotMoveError: It is written in parts.
        """
        start, end = tree.place(node)
        old = self.member.old.encode()
        at = tree.data.find(old, start, end)
        if at < 0:
            raise CannotMoveError(
                tree.path, node.lineno, f"'{self.member.old}' is written in parts"
            )
        self.edit(tree, at + len(old), "string")

    def refuse(self, path: str, line: int, text: str) -> None:
        """Leave a place alone whose receiver is not known."""
        reason = f"'{text}': it is not known of which class that is"
        self.refusals.add(Refusal(path, line, UNKNOWN, reason))

    def spelled(self, path: str, line: int, text: str) -> None:
        """Leave a string alone that may be the name of the member."""
        text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
        reason = f"this may read '{self.member.old}' by its name: {text}"
        self.refusals.add(Refusal(path, line, SPELLED, reason))

    def contents(self) -> dict[str, bytes | None]:
        """The files as they will be.

        Raises:
            CannotMoveError: The old name of a value has to stay, which would be two values.
        """
        found: dict[str, bytes | None] = {}
        if self.refusals and (self.is_value or self.is_replaced):
            first = min(self.refusals)
            reason = (
                f"this may be '{self.member.old}', which is set or replaced elsewhere: both must "
                f"follow"
            )
            raise CannotMoveError(first.path, first.line, reason)
        for path, edits in self.edits.items():
            data = self.world.read([path])[path]
            newline = "\r\n" if b"\r\n" in data else "\n"
            alias = f"{self.member.old} = {self.member.new}"
            kept = [
                Edit(at, at, f"{newline}{newline}{indent}{alias}".encode(), "definition", 1)
                for at, indent in self.ends.get(path, ())
                if self.refusals
            ]
            found[path] = apply(data, sorted({*edits, *kept}))
        return found


def _may_pass_on(called: str) -> bool:
    """Whether what is called outside of the code may give an object of the code, or a double.

    `copy.copy(it)` and `random.choice(them)` do; a class gives its own.
    """
    leaf = called.rpartition(".")[2]
    if not leaf or leaf in DOUBLES:
        return bool(leaf)
    return leaf.islower() and called.partition(".")[0] not in _FOREIGN
