"""The edits by which a member gets its new name, and the places that can't follow."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from onepath.codemod import Edit, Location, Refusal, World
from onepath.symbols.tree.declared import CLASS, INSTANCE, OTHER, Receiver
from onepath.symbols.tree.names import Tree
from onepath.symbols.tree.receivers import DOUBLES as CLASS_DOUBLES
from onepath_packs.canonical.definitions.members.family import Family, RenamedMember
from onepath_packs.canonical.definitions.refused import CannotMoveError

LeftAlone = Mapping[str, Mapping[int | tuple[int, str], Refusal]]

UNKNOWN = "receiver-unknown"
SPELLED = "read-by-spelling"
DOUBLES = CLASS_DOUBLES | {"PropertyMock", "SimpleNamespace", "configure_mock"}
"""What makes objects that stand for others."""
_LONGEST = 60
_FOREIGN = frozenset((
    "argparse", "ast", "base64", "datetime", "hashlib", "inspect", "io", "json", "logging", "os",
    "pathlib", "re", "shutil", "socket", "struct", "subprocess", "sys", "tempfile", "threading",
    "time", "urllib", "uuid", "warnings",
))  # fmt: skip
"""Modules whose functions give no object that they were not made for."""


class End(NamedTuple):
    """Where another name for a member can stand in a class."""

    of_binding: int
    """After the statement that binds the member last."""
    of_class: int
    """After the last statement of the class."""
    indent: str | None
    """None where the class is written on one line."""
    returns: str
    """What a property that gives the member says of its type: ` -> int`; empty if nothing."""
    line: str = ""
    """The line that gives another name for the member to a class that no statement defines."""


class Work:
    """What has been seen of all files so far.

    Args:
        world: The code.
        family: The classes in which the name means the member.
        member: What gets another name.
        left_alone: Path -> offsets of uses that keep the old name, each with why.
    """

    def __init__(
        self, world: World, family: Family, member: RenamedMember, left_alone: LeftAlone
    ) -> None:
        self.world = world
        self._left_alone = left_alone
        self.family = family
        self.member = member
        self.edits: dict[str, list[Edit]] = {}
        self.ends: dict[str, list[End]] = {}
        """Path -> where another name for the member can stand."""
        self.is_value = False
        """Whether only instances have it, so that the class can't have it under two names."""
        self.has_default = False
        """Whether the class has a value of it as well, which a property would hide."""
        self.replaced: tuple[str, int] | None = None
        """Where something sets it."""
        self.single: tuple[str, int] | None = None
        """A class that can't have it under two names."""
        self.is_set_by_unknown = False
        """Whether that is done to something of an unknown class."""
        self.refusals: set[Refusal] = set()
        """What may need the old name."""
        self._beyond: set[Refusal] = set()
        """Those of them for which an attribute of the old name would not do."""
        self.mentioned: set[Refusal] = set()
        """What nothing runs."""

    def is_family(self, tree: Tree, receiver: Receiver) -> bool | None:
        """Whether something is of the family; None where that is not known."""
        is_known = receiver.kind in (CLASS, INSTANCE)
        place = receiver.place if is_known else receiver.double_of
        if is_known or place[1]:
            if place in self.family:
                return True
            return None if self.family.may_hold(tree, place) else False
        return False if receiver.kind == OTHER and not _may_pass_on(receiver.place[0]) else None

    def edit(self, tree: Tree, end: int, kind: str = "name", *, is_read: bool = False) -> None:
        """Give the old name that ends at an offset of a file the new spelling.

        Args:
            tree: The file.
            end: The offset.
            kind: That of the edit.
            is_read: Whether the place reads or sets an attribute and does nothing else.
        """
        line = tree.data.count(b"\n", 0, end) + 1
        start = end - len(self.member.old.encode())
        edit = Edit(start, end, self.member.new.encode(), kind, line)
        self.add(tree.path, [edit], is_read=is_read)

    def add(self, path: str, edits: Sequence[Edit], *, is_read: bool = False) -> None:
        """Note edits of a file, but for places that keep the old name."""
        left = self._left_alone.get(path, {})
        for edit in edits:
            if (why := left.get(edit.start)) is None:
                self.edits.setdefault(path, []).append(edit)
                continue
            self.refusals.add(why)
            if not is_read:
                self._beyond.add(why)

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

    def refuse(self, path: str, line: int, text: str, *, is_read: bool = False) -> None:
        """Leave a place alone whose receiver is not known.

        Args:
            path: The file.
            line: Where in it.
            text: The code.
            is_read: Whether it reads or sets an attribute and does nothing else with the name.
        """
        reason = f"'{text}': it is not known of which class that is"
        refusal = Refusal(path, line, UNKNOWN, reason)
        self.refusals.add(refusal)
        if not is_read:
            self._beyond.add(refusal)

    def replace(self, path: str, line: int) -> None:
        """Note that something sets the member."""
        self.replaced = self.replaced or (path, line)

    def spelled(self, path: str, line: int, text: str, *, is_read: bool = False) -> None:
        """Leave a string alone that may be the name of the member.

        Args:
            path: The file.
            line: Where in it.
            text: The string, or the code around it.
            is_read: Whether it is that of an attribute that is read, and nothing else.
        """
        text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
        reason = f"this may read '{self.member.old}' by its name: {text}"
        refusal = Refusal(path, line, SPELLED, reason)
        self.refusals.add(refusal)
        if not is_read:
            self._beyond.add(refusal)

    def places(self) -> dict[str, list[Location]]:
        """By path the uses that could keep the old name; what is in the file of a class could not
        without the others there."""
        return {
            path: [Location(edit.start, edit.line) for edit in edits]
            for path, edits in self.edits.items()
            if path not in self.ends
        }

    def all_edits(self) -> dict[str, list[Edit]]:
        """What becomes of the files.

        Raises:
            CannotMoveError: The old name of a value has to stay, which would be two values.
        """
        found: dict[str, list[Edit]] = {}
        by_property = bool(self.refusals) and self.is_value
        if self.refusals and (self.is_value or self.replaced):
            self._check_property()
        if self.refusals and self.single:
            first = min(self.refusals)
            path, line = self.single
            reason = f"this may be '{self.member.old}', which can't stay beside another name"
            raise CannotMoveError(first.path, first.line, f"{reason} ({path}:{line})")
        for path, edits in self.edits.items():
            data = self.world.read([path])[path]
            newline = "\r\n" if b"\r\n" in data else "\n"
            kept = []
            for end in self.ends.get(path, ()) if self.refusals else ():
                at = end.of_class if by_property else end.of_binding
                lines = [*self._property(end)] if by_property else [self._alias]
                lines = [end.line] if end.line else lines
                if end.indent is None and by_property:
                    line = data.count(b"\n", 0, at) + 1
                    reason = f"'{self.member.old}' would have to stay in a class on one line"
                    raise CannotMoveError(path, line, reason)
                text = f"; {self._alias}"
                if end.indent is not None:
                    text = "".join(
                        f"{newline}{end.indent}{line}".rstrip(" \t") for line in ("", *lines)
                    )
                kept.append(Edit(at, at, text.encode(), "definition", 1))
            found[path] = [*edits, *kept]
        return found

    def _check_property(self) -> None:
        """Refuse to keep the old name where no attribute of that name would do.

        Raises:
            CannotMoveError: Names a place that may need it.
        """
        beyond = self._beyond if self.is_value and not self.has_default else self.refusals
        if beyond:
            first = min(beyond)
            old, where = self.member.old, ""
            if self.replaced not in (None, first[:2]):
                path, line = self.replaced or first[:2]
                where = f" ({path}:{line})"
            reason = (
                f"this may be '{old}', which is set or replaced elsewhere{where}: both must follow"
            )
            raise CannotMoveError(first.path, first.line, reason)

    @property
    def _alias(self) -> str:
        return f"{self.member.old} = {self.member.new}"

    def _property(self, end: "End") -> Iterator[str]:
        """The lines by which instances have a value under its old name as well."""
        old, new = self.member.old, self.member.new
        deeper = "\t" if "\t" in (end.indent or "") else "    "
        yield from ("@property", f"def {old}(self){end.returns}:", f"{deeper}return self.{new}")
        if self.is_set_by_unknown:
            yield from ("", f"@{old}.setter", f"def {old}(self, value):")
            yield f"{deeper}self.{new} = value"


def _may_pass_on(called: str) -> bool:
    """Whether what is called outside of the code may give an object of the code, or a double.

    `copy.copy(it)` and `random.choice(them)` do; a class gives its own.
    """
    leaf = called.rpartition(".")[2]
    if not leaf or leaf in DOUBLES:
        return bool(leaf)
    return leaf.islower() and called.partition(".")[0] not in _FOREIGN
