"""Descriptors that are told the name they have in a class, and classes that `type` makes."""

import ast
from collections.abc import Iterator

from onepath.facts.extract.definitions import dotted
from onepath.symbols.resolve import Step
from onepath.symbols.tree.names import Tree
from onepath.symbols.tree.receivers import receiver_of
from onepath_packs.canonical.definitions.members.work import Work
from onepath_packs.canonical.definitions.refused import CannotMoveError


class ToldNames:
    """Finds what goes by the name of a member because Python tells it that name.

    Args:
        work: What has been seen so far.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._old = work.member.old
        self._told = ""
        """The class of a descriptor that is told the name."""
        self._spelled: tuple[str, int] | None = None

    def bound(self, tree: Tree, node: ast.Name) -> None:
        """Note what the member is bound to in a class: `old = Field()`."""
        statement = tree.parent(node)
        value = getattr(statement, "value", None)
        if not isinstance(value, ast.Call):
            return
        spelled = dotted(value.func)
        if self._has_hook(tree.path, spelled, set()):
            self._told = spelled.rpartition(".")[2]

    def _has_hook(self, path: str, spelled: str, seen: set[Step]) -> bool:
        """Whether a class of the repository, or a base of it, has `__set_name__`."""
        world = self._work.world
        meaning = world.resolver.attributes(path, spelled.split(".")) if spelled else None
        if meaning is None or meaning.kind != "definition" or meaning.rest:
            return False
        step = meaning.path, meaning.name
        if step in seen:
            return False
        seen.add(step)
        definitions = world.facts(meaning.path).definitions
        if any(one.qualname == f"{meaning.name}.__set_name__" for one in definitions):
            return True
        return any(
            self._has_hook(meaning.path, base.partition("[")[0], seen)
            for definition in definitions
            if definition.qualname == meaning.name
            for base in definition.bases
        )

    def spelled(self, path: str, line: int) -> None:
        """Note a keyword or a string that is the name, and does not follow."""
        self._spelled = self._spelled or (path, line)

    def check(self) -> None:
        """Refuse a name that a descriptor is told where something may ask it by that.

        Raises:
            CannotMoveError: Names what may.
        """
        if self._told and self._spelled is not None:
            reason = f"this may be '{self._old}', which '{self._told}' is told as its name"
            raise CannotMoveError(*self._spelled, reason)

    def made(self, tree: Tree, call: ast.Call) -> None:
        """`type("Name", (Base,), {"old": ...})`, a class that may define the member.

        Raises:
            CannotMoveError: It may, and can't follow.
        """
        if not (isinstance(call.func, ast.Name) and call.func.id == "type"):
            return
        if len(call.args) != 3 or not self._is_family(tree, call.args[1]):
            return
        for key in _keys(call.args[2]):
            if key is None or isinstance(key, ast.keyword):
                if key is None or key.arg == self._old:
                    reason = f"the class that is made here may define '{self._old}'"
                    raise CannotMoveError(tree.path, call.lineno, reason)
            elif key.value == self._old:
                self._work.edit_literal(tree, key)

    def _is_family(self, tree: Tree, bases: ast.expr) -> bool:
        if not isinstance(bases, ast.Tuple):
            return False
        return any(self._work.is_family(tree, receiver_of(tree, base)) for base in bases.elts)


def _keys(namespace: ast.expr) -> Iterator[ast.Constant | ast.keyword | None]:
    """The keys of a namespace; None for those that are not known."""
    match namespace:
        case ast.Dict(keys=keys):
            for key in keys:
                yield key if isinstance(key, ast.Constant) else None
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords):
            yield from (keyword if keyword.arg is not None else None for keyword in keywords)
        case _:
            yield None
