"""A method or attribute of a class gets another name, in its whole hierarchy.

Whoever reads it through something whose class is known follows. Where the class is not known, the
old name stays beside the new one in every class that defines it, and the place is listed.
"""

import ast
import builtins
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from onepath.analysis.classes import foreign_base
from onepath.analysis.index import Class, Index, Place
from onepath.analysis.neighbourhood import index_around
from onepath.codemod import Config, Edit, Needles, Outcome, Refusal, World
from onepath.config.globs import Globs
from onepath.edit.edits import apply
from onepath.edit.lines import Lines
from onepath.errors import InputError
from onepath.model import Changeset
from onepath.symbols.tree.names import NotReadableError, Tree
from onepath.symbols.tree.receivers import CLASS, INSTANCE, OTHER, receiver_of
from onepath_packs.canonical.definitions.refused import CannotMoveError
from onepath_packs.canonical.definitions.together import prove_sum, together

UNKNOWN = "receiver-unknown"
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
_ENUMS = frozenset(("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum"))
_FIELDS = frozenset(("dataclass", "dataclasses.dataclass", "define", "frozen", "attrs", "s"))
_RECORDS = frozenset(("NamedTuple", "TypedDict", "BaseModel", "BaseSettings", "Model", "Struct"))
_BY_STRING = frozenset((
    "getattr", "setattr", "hasattr", "delattr", "attrgetter", "methodcaller", "object", "spy",
    "raising",
))  # fmt: skip


class Member(NamedTuple):
    """What gets another name."""

    place: Place
    """(path, name) of the class that was named."""
    old: str
    new: str


def is_member_rename(world: World, old: str, new: str) -> bool:
    """Whether a rename is one of a member of a class: both are attributes of one class."""
    found = world.resolver.dotted(old)
    owner = old.rpartition(".")[0]
    return found.kind == "definition" and len(found.rest) == 1 and owner == new.rpartition(".")[0]


def rename_member(world: World, config: Config, old: str, new: str) -> Outcome:
    """Give a member of a class another name.

    Args:
        world: The code.
        config: What is excluded.
        old: The member, `pkg.mod.Class.old`.
        new: The same with its new name.

    Raises:
        InputError: There is no such member, or the name can't be one.
        CannotMoveError: Something stands against it; nothing is changed.
    """
    found = world.resolver.dotted(old)
    member = Member((found.path, found.name), found.rest[0], new.rpartition(".")[2])
    index, _ = index_around(world, [old])
    family = _family(index, member)
    _check(world, index, family, member)
    work = _Work(world, index, family, member)
    excluded = Globs(config.exclude)
    for path in world.book.mentioning(Needles.of([member.old])):
        if world.facts(path).failure is None:
            work.look(path, is_excluded=excluded.match(path))
    changes = together(world, work.contents())
    prove_sum(world, world.after({one.path: one.new for one in changes}), changes)
    return Outcome(Changeset(changes, tuple(sorted(work.refusals))), {}, {})


# ------------------------------------------------------------------ hierarchy


def _family(index: Index, member: Member) -> dict[Place, Class]:
    """The classes in which the name means the member: those that define it, and all below them."""
    cls = index.classes.get(member.place)
    if cls is None:
        raise InputError(f"'{member.place[1]}' is no class at the top of a module")
    above = {one.place: tuple(index.ancestors(one)) for one in index.classes.values()}
    line = [cls, *above[cls.place]]
    home = next((one for one in line if member.old in one.members), None)
    if home is None:
        raise InputError(
            f"{cls.path}:{cls.line}: '{cls.name}' does not define '{member.old}' in its body",
            hint="what only methods set on `self` is not renamed",
        )
    family = {home.place: home}
    while True:
        more = {
            one.place: one
            for one in index.classes.values()
            if any(base.place in family for base in above[one.place])
        }
        more |= {
            base.place: base
            for place in {*family, *more}
            for base in above[place]
            if member.old in base.members
        }
        if more.keys() <= family.keys():
            stubs = {
                (f"{path}i", name): one for (path, name), one in family.items()
                if f"{path}i" in index.world.modules.files
            }  # fmt: skip
            return {**family, **stubs}
        family |= more


def _check(world: World, index: Index, family: Mapping[Place, Class], member: Member) -> None:
    old, new = member.old, member.new
    if old.startswith("__") or new.startswith("__"):
        raise InputError("names that begin with two underscores mean something to Python itself")
    for cls in family.values():
        for one in (cls, *index.ancestors(cls)):
            if new in one.members:
                line = one.members[new].line
                raise InputError(f"{one.path}:{line}: '{one.name}' has a '{new}' already")
        foreign = foreign_base(index, cls)
        leaf = foreign.rpartition(".")[2]
        own = getattr(builtins, foreign, None)
        if leaf in _RECORDS or any(_is_record(one) for one in _decorators(index, cls)):
            reason = f"'{old}' is a field of '{cls.name}', and a keyword of its calls"
            raise CannotMoveError(cls.path, cls.line, reason)
        is_harmless = leaf in _ENUMS or (own is not None and not hasattr(own, old))
        if foreign and not is_harmless:
            reason = f"'{cls.name}' inherits from '{foreign}', which may know '{old}'"
            raise CannotMoveError(cls.path, cls.line, reason)


def _decorators(index: Index, cls: Class) -> tuple[str, ...]:
    found = index.definitions(cls.path).get(cls.name)
    return found.decorators if found is not None else ()


def _is_record(decorator: str) -> bool:
    name = decorator.partition("(")[0]
    return name in _FIELDS or name.rpartition(".")[2] in ("dataclass", "define", "frozen", "attrs")


# --------------------------------------------------------------------- places


class _Work:
    """The edits of all files, and what can't follow."""

    def __init__(
        self, world: World, index: Index, family: Mapping[Place, Class], member: Member
    ) -> None:
        self._world = world
        self._index = index
        self._family = family
        self._member = member
        self._edits: dict[str, list[Edit]] = {}
        self._ends: dict[str, list[tuple[int, str]]] = {}
        """Path -> where an alias of the old name can stand, with its indentation."""
        self._is_value = False
        self._is_replaced = False
        self.refusals: set[Refusal] = set()

    def look(self, path: str, *, is_excluded: bool) -> None:
        """Go through one file."""
        data = self._world.read([path]).get(path, b"")
        facts = self._world.facts(path)
        try:
            tree = Tree(path, data, facts, self._world.resolver)
        except NotReadableError as error:
            raise CannotMoveError(path, 1, str(error)) from None
        before = len(self._edits.get(path, ()))
        for node in tree.nodes:
            if isinstance(node, ast.ClassDef) and (path, node.name) in self._family:
                if tree.function(node) is None:
                    self._of_class(tree, node)
            elif isinstance(node, ast.Attribute) and node.attr == self._member.old:
                self._of_access(tree, node, is_excluded=is_excluded)
        self._of_strings(tree)
        if is_excluded and len(self._edits.get(path, ())) > before:
            line = self._edits[path][before].line
            raise CannotMoveError(path, line, "the configuration excludes this file")

    def contents(self) -> dict[str, bytes | None]:
        """The files as they will be.

        Raises:
            CannotMoveError: The old name of a value has to stay, which would be two values.
        """
        found: dict[str, bytes | None] = {}
        if self.refusals and (self._is_value or self._is_replaced):
            first = min(self.refusals)
            verb = "set" if self._is_value else "replaced"
            reason = (
                f"this may be '{self._member.old}', which is {verb} elsewhere: both must follow"
            )
            raise CannotMoveError(first.path, first.line, reason)
        for path, edits in self._edits.items():
            data = self._world.read([path])[path]
            newline = "\r\n" if b"\r\n" in data else "\n"
            kept = [
                Edit(
                    at, at, f"{newline}{newline}{indent}{self._member.old} = {self._member.new}"
                    .encode(), "definition", 1,
                )
                for at, indent in self._ends.get(path, ())
                if self.refusals
            ]  # fmt: skip
            found[path] = apply(data, sorted({*edits, *kept}))
        return found

    def _edit(self, tree: Tree, start: int, end: int, kind: str = "name") -> None:
        line = tree.data.count(b"\n", 0, start) + 1
        edit = Edit(start, end, self._member.new.encode(), kind, line)
        self._edits.setdefault(tree.path, []).append(edit)

    def _refuse(self, path: str, line: int, text: str) -> None:
        reason = f"'{text}': it is not known of which class that is"
        self.refusals.add(Refusal(path, line, UNKNOWN, reason))

    # ---------------------------------------------------------- definitions

    def _of_class(self, tree: Tree, cls: ast.ClassDef) -> None:
        old = self._member.old
        last: ast.stmt | None = None
        for node in _inside(cls):
            if isinstance(node, _FUNCTIONS) and node.name == old:
                start, end = tree.place(node)
                word = re.compile(rb"def[ \t]+%b(?!\w)" % re.escape(old.encode()))
                found = word.search(tree.data, start, end)
                assert found is not None  # it is what the statement begins with
                self._edit(tree, found.end() - len(old.encode()), found.end(), "definition")
                last = node
            elif isinstance(node, ast.Name) and node.id == old:
                self._edit(tree, *tree.place(node))
                if not isinstance(node.ctx, ast.Load):
                    last = _statement(tree, node)
                    is_enum = any(base.rpartition(".")[2] in _ENUMS for base in self._bases(cls))
                    if not is_enum:
                        self._is_value = True
        if last is not None:
            _, end = tree.place(last)
            at = Lines(tree.data).end(end)
            self._ends.setdefault(tree.path, []).append((at, " " * last.col_offset))

    @staticmethod
    def _bases(cls: ast.ClassDef) -> Iterator[str]:
        return (ast.unparse(base) for base in cls.bases)

    # ------------------------------------------------------------- accesses

    def _of_access(self, tree: Tree, node: ast.Attribute, *, is_excluded: bool) -> None:
        if not self._is_of_family(tree, node):
            return
        span = tree.span(node)
        if span is None or is_excluded:
            reason = "its place in this f-string is not known"
            reason = "the configuration excludes this file" if is_excluded else reason
            raise CannotMoveError(tree.path, node.lineno, reason)
        self._is_replaced = self._is_replaced or not isinstance(node.ctx, ast.Load)
        self._edit(tree, span[1] - len(self._member.old.encode()), span[1])

    def _is_of_family(self, tree: Tree, node: ast.Attribute) -> bool:
        if _is_super(node.value):
            owner = tree.function(tree.function(node) or node)
            return isinstance(owner, ast.ClassDef) and (tree.path, owner.name) in self._family
        receiver = receiver_of(tree, node.value)
        if receiver.kind in (CLASS, INSTANCE):
            if receiver.place in self._family:
                return True
            known = self._index.classes.get(receiver.place)
            is_ours = known is not None and not foreign_base(self._index, known)
            if is_ours and known is not None and self._member.old in known.members:
                return False
        if receiver.kind != OTHER:
            self._refuse(tree.path, node.lineno, ast.unparse(node))
        return False

    def _of_strings(self, tree: Tree) -> None:
        old = self._member.old
        for string in tree.facts.strings:
            *_, last = string.value.replace(":", ".").split(".")
            if last != old:
                continue
            if string.target < 0 and string.value != old:
                found = self._world.resolver.dotted(string.value.replace(":", "."), tree.path)
                is_ours = found.rest == (old,) and (found.path, found.name) in self._family
            elif string.target >= 0:
                is_ours = self._is_class(tree, string.target)
                if not is_ours:
                    self._refuse(tree.path, string.line, string.value)
            else:
                is_ours = False
                if string.callee.rpartition(".")[2] in _BY_STRING:
                    self._refuse(tree.path, string.line, string.value)
            if is_ours:
                literal = tree.data[string.start : string.end]
                if not string.plain:
                    raise CannotMoveError(tree.path, string.line, f"'{old}' is written in parts")
                self._is_replaced = True
                at = string.start + literal.rindex(old.encode())
                self._edit(tree, at, at + len(old.encode()), "string")

    def _is_class(self, tree: Tree, use: int) -> bool:
        """Whether a use is that of a class of the family."""
        one = tree.facts.uses[use]
        found = self._world.resolver.name(tree.path, one.name)
        if one.bound_in:
            return False
        found = tree.extended(found, [name for name, _ in one.chain])
        return not found.rest and (found.path, found.name) in self._family


def _inside(cls: ast.ClassDef) -> Iterator[ast.AST]:
    """What stands in the body of a class itself, with the heads of its methods."""
    waiting: list[ast.AST] = [*cls.body]
    while waiting:
        node = waiting.pop(0)
        yield node
        if isinstance(node, _FUNCTIONS):
            waiting += [*node.decorator_list, *node.args.defaults]
            waiting += [one for one in node.args.kw_defaults if one is not None]
        elif not isinstance(node, ast.ClassDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def _statement(tree: Tree, node: ast.AST) -> ast.stmt | None:
    return next((one for one in tree.around(node) if isinstance(one, ast.stmt)), None)


def _is_super(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "super"
        and not node.args
    )
