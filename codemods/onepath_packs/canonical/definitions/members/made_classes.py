"""Classes that a call makes: `namedtuple("P", "x y")`, `NamedTuple("P", [("x", int)])`, `Enum("E",
"A B")`, also as a base of a class.

The index has the classes that statements define, and knows no members of these.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from onepath.analysis.index import Index
from onepath.analysis.top_classes import Class, Place
from onepath.codemod import Needles, World
from onepath.edit.lines import Lines
from onepath.model import Definition
from onepath.symbols.tree.names import NotReadableError, Tree
from onepath_packs.canonical.definitions.members.family import TUPLES
from onepath_packs.canonical.definitions.members.implementers import index_with, standing_for
from onepath_packs.canonical.definitions.members.work import End, Work
from onepath_packs.canonical.definitions.refused import CannotMoveError

_MODULES = {"collections.namedtuple": "field_names", "typing.NamedTuple": "fields"} | {
    f"enum.{name}": "names" for name in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag")
}
"""What makes such a class -> the keyword of what it lists."""
_CALLS = re.compile(rb"[nN]amed[tT]uple|enum")


class MadeClass(Class):
    """A class of which a call lists members, `listed`, besides those of a statement."""

    __slots__ = ()

    @property
    def members(self) -> Mapping[str, Definition]:
        """Its own methods and attributes by name."""
        own = super().members if self.start >= 0 else {}
        return {**{name: self._definition(name) for name in self.attributes.split()}, **own}

    def _definition(self, name: str) -> Definition:
        qualname = f"{self.name}.{name}"
        return Definition(qualname, "other", 0, 0, self.line, 0, "", (), (), (), "")


class Making(NamedTuple):
    """The call that makes a class."""

    call: ast.Call
    base: str
    """What is called, as written."""
    names: Mapping[str, ast.Constant]
    """The members that it lists -> the string in which each is spelled."""
    is_tuple: bool
    is_renaming: bool
    """Whether names that can't be fields are replaced by others."""


def making_of(tree: Tree, statement: ast.AST) -> tuple[str, Making] | None:
    """The name of a class at the top of a module that a call makes, and that call."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
            pass
        case ast.ClassDef(name=name, bases=[ast.Call() as call, *_]):
            pass
        case _:
            return None
    meant = tree.meaning(call.func)
    called = ".".join((meant.path, *meant.rest)) if meant and meant.kind == "external" else ""
    if called not in _MODULES or any(isinstance(node, ast.Starred) for node in call.args):
        return None
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    given = call.args[1] if len(call.args) > 1 else keywords.get(_MODULES[called])
    names = {text: node for node in _strings(given) for text in _words(node)}
    is_tuple = called.rpartition(".")[2] in TUPLES
    return name, Making(call, ast.unparse(call.func), names, is_tuple, "rename" in keywords)


def _strings(given: ast.expr | None) -> Iterator[ast.Constant]:
    """The strings that list members."""
    match given:
        case ast.Constant(value=str()):
            yield given
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            for element in elements:
                match element:
                    case ast.Constant(value=str()):
                        yield element
                    case ast.Tuple(elts=[ast.Constant(value=str()) as first, *_]):
                        yield first
        case ast.Dict(keys=keys):
            yield from (key for key in keys if isinstance(key, ast.Constant))


def _words(node: ast.Constant) -> Iterator[str]:
    if isinstance(node.value, str):
        yield from node.value.replace(",", " ").split()


def index_with_made(world: World, dotted: str) -> Index:
    """An index around a member, with the classes that calls make, and those that stand for others.

    Args:
        world: The code.
        dotted: The member.
    """
    resolution = world.resolver.dotted(dotted)
    home, member = (resolution.path, resolution.name), resolution.rest[0]

    def others(index: Index) -> Iterator[Class]:
        for place in (home, *_of_its_like(world, member)):
            _take_in(index, world, place)
        for cls in index.classes.values():
            if any(isinstance(base, MadeClass) for base in index.ancestors(cls)):
                yield cls
        yield from standing_for(index, home, member)

    index, _ = index_with(world, [dotted], member, others)
    return index


def _of_its_like(world: World, member: str) -> Iterator[Place]:
    """The classes that calls make with a member of a name."""
    for path, data in world.read([*world.fact_store.mentioning(Needles.of([member]))]).items():
        if _CALLS.search(data) and (tree := _tree(world, path)) is not None:
            for statement in tree.root.body:
                name, making = making_of(tree, statement) or ("", None)
                if making is not None and member in making.names:
                    yield path, name


def _tree(world: World, path: str) -> Tree | None:
    try:
        return Tree(path, world.read([path])[path], world.facts(path), world.resolver)
    except (NotReadableError, KeyError):
        return None


def _take_in(index: Index, world: World, place: Place) -> None:
    """Put a class, and those above it, into the index if calls make them."""
    waiting, seen = [place], {place}
    while waiting:
        path, name = waiting.pop()
        known, making = index.classes.get((path, name)), _found(world, path, name)
        bases = index.bases(known) if known is not None else []
        if making is not None:
            line, start = making.call.lineno, -1 if known is None else known.start
            others = () if known is None else known.bases[1:]
            made = MadeClass(
                path, name, line, (making.base, *others), start, known.public if known else "",
                " ".join(making.names), index.facts,
            )  # fmt: skip
            index.take_in(made)
        for base in bases:
            if base.kind == "definition" and base[1:3] not in seen and not base.rest:
                seen.add(base[1:3])
                waiting.append((base.path, base.name))


def _found(world: World, path: str, name: str) -> Making | None:
    """The call that makes a class at the top of a file; None if none does, or several things."""
    tree = _tree(world, path)
    if tree is None:
        return None
    made = [made for statement in tree.root.body if (made := making_of(tree, statement))]
    of_name = [making for own, making in made if own == name]
    binders = world.resolver.table(path).names.get(name, ())
    return of_name[0] if len(of_name) == len(binders) == 1 else None


class MadeClasses:
    """Gives a member another name in the calls that list it.

    Args:
        work: Takes the edits.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self.places = frozenset(
            cls.place for cls in work.family.index.classes.values() if isinstance(cls, MadeClass)
        )

    def statement(self, tree: Tree, node: ast.stmt) -> ast.Call | None:
        """Give the member its new name in the call of a statement that makes a class, if it does.

        Returns:
            The call; None for another statement.

        Raises:
            CannotMoveError: It lists the member, which can't have the name.
        """
        work, old, new = self._work, self._work.member.old, self._work.member.new
        name, making = making_of(tree, node) or ("", None)
        if making is None or (tree.path, name) not in work.family or old not in making.names:
            return None
        constant = making.names[old]
        if making.is_renaming or (not making.is_tuple and work.family.has_values_by_name):
            reason = f"what '{old}' is depends on its name here"
            raise CannotMoveError(tree.path, constant.lineno, reason)
        start, end = tree.place(constant)
        word = re.compile(rb"(?<!\w)%b(?!\w)" % re.escape(old.encode()))
        spelled = [*word.finditer(tree.data[start:end])]
        if len(spelled) != 1:
            raise CannotMoveError(tree.path, constant.lineno, f"'{old}' is written in parts")
        work.edit(tree, start + spelled[0].end(), "definition")
        if isinstance(node, ast.Assign) and making.is_tuple:
            at = Lines(tree.data).end(tree.place(node)[1])
            own = End(at, at, "", "", f"{name}.{old} = {name}.{new}")
            work.ends.setdefault(tree.path, []).append(own)
        elif isinstance(node, ast.Assign):
            work.single = (tree.path, constant.lineno)
        return making.call
