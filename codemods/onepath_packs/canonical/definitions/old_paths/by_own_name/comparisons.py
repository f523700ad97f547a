"""Strings of a file that are compared with what objects say of themselves: `type(e).__name__`."""

import ast
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from onepath.codemod import World
from onepath.facts.computed.nodes import FunctionNode
from onepath.facts.extract.definitions import dotted
from onepath.facts.extract.file import module_tree
from onepath.facts.source import SourceText
from onepath.importing.loaded.import_effects import import_time_statements
from onepath.model import BLOCK_KINDS
from onepath.symbols.modules import is_test
from onepath.symbols.resolve import Step
from onepath.symbols.tree.syntax import SyntaxTree
from onepath_packs.canonical.definitions.old_paths.by_own_name.told_classes import (
    ToldClass,
    is_below,
    told_class,
)

NAMES = ("__name__", "__qualname__")
MODULE = "__module__"
OWN = frozenset((*NAMES, MODULE))
"""The attributes by which functions and classes tell of themselves."""
_LOOKING_UP = frozenset(("get", "pop", "index", "count", "__getitem__"))
_BEGINNING = frozenset(("startswith", "removeprefix"))
_WRITTEN = ast.Constant | ast.Tuple | ast.List | ast.Set
_NONE = frozenset[str]()


class ComparedString(NamedTuple):
    """A string that is compared with attributes of something."""

    path: str
    line: int
    start: int
    """Where its literal is in the file."""
    end: int
    value: str
    attributes: frozenset[str]
    """Those of `OWN` that it is compared with."""
    is_beginning: bool = False
    """Whether the attribute is asked whether it begins so."""
    is_cut: bool = False
    """Whether that beginning is taken off, and the rest goes on to be read."""
    is_shown: bool = False
    """Whether it is `Old.__name__ == "Old"`, of which the string follows what is shown."""


class Comparisons:
    """Finds the strings that a file compares with such attributes.

    Args:
        world: The code.
        tree: The file's tree.
        path: The file.
        home: (path, name) of the definition whose attributes matter. What is certainly one of
            another definition counts for nothing then. None for those of any.
    """

    def __init__(self, world: World, path: str, tree: SyntaxTree, home: Step | None) -> None:
        self._world = world
        self._path = path
        self._tree = tree
        self._home = home
        self._variables: dict[tuple[ast.AST | None, str], frozenset[str]] = {}
        """Function and variable -> what the variable may have been made of."""
        self._functions: dict[str, frozenset[str]] = {}
        """Function -> what it may return."""
        for node in tree.nodes:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self._keep(node, name, value)
                case ast.NamedExpr(target=ast.Name(id=name), value=value):
                    self._keep(node, name, value)
                case ast.Return(value=ast.expr() as value) if asked := self._asked(value):
                    name = getattr(self._function(node), "name", "")
                    self._functions[name] = self._functions.get(name, _NONE) | asked

    def strings(self) -> Iterator[ComparedString]:
        """The strings, and those of the tables that are asked."""
        for comparison, asked in self.comparisons():
            is_shown = self._is_shown(comparison)
            for operand in (comparison.left, *comparison.comparators):
                for string in self._of(operand, asked):
                    is_here = isinstance(operand, _WRITTEN)
                    yield string._replace(is_shown=is_shown and is_here)
        for node in self._tree.nodes:
            match node:
                case ast.Match(subject=subject, cases=cases) if asked := self._asked(subject):
                    for pattern in (one for case in cases for one in ast.walk(case.pattern)):
                        if isinstance(pattern, ast.MatchValue):
                            yield from self._of(pattern.value, asked)
                case ast.Subscript(value=table, slice=key) if asked := self._asked(key):
                    yield from self._of(table, asked)
                case ast.Call(func=ast.Attribute(value=value, attr=method), args=[key, *_]):
                    if method in _LOOKING_UP and (asked := self._asked(key)):
                        yield from self._of(value, asked)
                    elif method in _BEGINNING and (asked := self._asked(value)):
                        for string in self._of(key, asked):
                            is_cut = method == "removeprefix"
                            yield string._replace(is_beginning=True, is_cut=is_cut)

    def comparisons(self) -> Iterator[tuple[ast.Compare, frozenset[str]]]:
        """The comparisons with an attribute, each with the attributes."""
        for node in self._tree.nodes:
            if isinstance(node, ast.Compare):
                asked = _NONE.union(*map(self._asked, (node.left, *node.comparators)))
                if asked:
                    yield node, asked

    def _is_shown(self, comparison: ast.Compare) -> bool:
        sides = (comparison.left, *comparison.comparators)
        return len(sides) == 2 and any(
            isinstance(side, ast.Attribute)
            and self._home is not None
            and side.attr in NAMES
            and (
                self._home in (self._definition(side.value), self._told(side.value)[0])
                or self._is_tested(side.value)
            )
            for side in sides
        )

    def _is_tested(self, owner: ast.expr) -> bool:
        """Whether a test asks an object for its name that the code around says nothing of, and
        names the definition in the same function."""
        function = self._function(owner) if is_test(self._path) else None
        return function is not None and any(
            isinstance(node, ast.Name | ast.Attribute) and self._definition(node) == self._home
            for node in ast.walk(function)
        )

    def _told(self, owner: ast.expr) -> tuple[Step | None, bool]:
        """The class of which `type(x)` and the like tell, and whether none below it may be."""
        told: ToldClass | None = told_class(self._tree, owner)
        meaning = told and self._world.resolver.attributes(self._path, told.spelled.split("."))
        if told is None or meaning is None or meaning.kind != "definition" or meaning.rest:
            return None, False
        is_class = any(
            definition.qualname == meaning.name and definition.kind == "class"
            for definition in self._world.facts(meaning.path).definitions
        )
        return ((meaning.path, meaning.name) if is_class else None), told.is_exact

    def _is_of_another(self, owner: ast.expr) -> bool:
        """Whether what tells of itself can't be the definition in question."""
        if self._home is None:
            return False
        known = self._definition(owner)
        if known is not None:
            return known != self._home
        told, is_exact = self._told(owner)
        if told is None or told == self._home:
            return False
        return is_exact or not is_below(self._world, self._home, told)

    def _definition(self, node: ast.expr) -> Step | None:
        """The function or class that an expression certainly is."""
        spelled = dotted(node)
        meaning = self._world.resolver.attributes(self._path, spelled.split("."))
        if not spelled or meaning is None or meaning.kind != "definition" or meaning.rest:
            return None
        is_block = any(
            definition.qualname == meaning.name and definition.kind in BLOCK_KINDS
            for definition in self._world.facts(meaning.path).definitions
        )
        return (meaning.path, meaning.name) if is_block else None

    def _keep(self, node: ast.AST, name: str, value: ast.expr) -> None:
        if asked := self._asked(value):
            key = self._function(node), name
            self._variables[key] = self._variables.get(key, _NONE) | asked

    def _function(self, node: ast.AST) -> ast.AST | None:
        return next((one for one in self._tree.around(node) if isinstance(one, FunctionNode)), None)

    def _asked(self, node: ast.expr) -> frozenset[str]:
        """The attributes that an expression is, or is made of."""
        match node:
            case ast.Attribute(value=owner, attr=attribute) if attribute in OWN:
                return _NONE if self._is_of_another(owner) else frozenset((attribute,))
            case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=name), *_]):
                return OWN & {name}
            case ast.Call(func=ast.Attribute(value=inner, attr=method)):
                return self._functions.get(method, _NONE) | self._asked(inner)
            case ast.Call(func=ast.Name(id=name)):
                return self._functions.get(name, _NONE)
            case ast.Subscript(value=inner) | ast.FormattedValue(value=inner):
                return self._asked(inner)
            case ast.BinOp(left=left, right=right):
                return self._asked(left) | self._asked(right)
            case ast.JoinedStr(values=values):
                return _NONE.union(*map(self._asked, values))
            case ast.Name(id=name):
                return self._variables.get((self._function(node), name), _NONE)
        return _NONE

    def _of(self, node: ast.expr, asked: frozenset[str]) -> Iterator[ComparedString]:
        """The strings in an operand, or the keys and items of the table that it names."""
        match node:
            case ast.Constant(value=str()):
                yield self._string(self._path, node, asked)
            case ast.Name() | ast.Attribute():
                for path, table in self._tables(node):
                    yield from (self._string(path, key, asked) for key in _keys(table))
            case _:
                yield from (self._string(self._path, key, asked) for key in _keys(node))

    def _string(self, path: str, node: ast.Constant, asked: frozenset[str]) -> ComparedString:
        data = self._tree.data if path == self._path else self._world.read([path])[path]
        text = SourceText(data)
        start = text.to_file(text.offset(node.lineno, node.col_offset))
        end = text.to_file(text.end(node))
        return ComparedString(path, node.lineno, start, end, str(node.value), asked)

    def _tables(self, node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
        """The displays to which a name is bound: in a module, or in a class of this file."""
        spelled = dotted(node)
        resolution = self._world.resolver.attributes(self._path, spelled.split("."))
        if resolution is not None and resolution.kind == "definition" and not resolution.rest:
            data = self._world.read([resolution.path]).get(resolution.path, b"")
            for value in _values(module_tree(data).body, resolution.name):
                yield resolution.path, value
            return
        name = spelled.rpartition(".")[2]
        for holder in self._tree.nodes:
            if isinstance(holder, ast.ClassDef | FunctionNode) and name:
                yield from ((self._path, value) for value in _values(holder.body, name))


def names_of_tables(data: bytes, names: Collection[str], word: str) -> set[str]:
    """Those of some names that a module binds to displays with a string in which a word is."""
    body = module_tree(data).body
    return {
        name
        for name in names
        if any(word in str(key.value) for value in _values(body, name) for key in _keys(value))
    }


def _values(body: Sequence[ast.stmt], name: str) -> Iterator[ast.expr]:
    """What statements bind to a name."""
    for statement in import_time_statements(body):
        targets: list[ast.expr] = []
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        is_bound = any(isinstance(one, ast.Name) and one.id == name for one in targets)
        value = getattr(statement, "value", None) if is_bound else None
        if isinstance(value, ast.expr):
            yield value


def _keys(node: ast.expr) -> Iterator[ast.Constant]:
    """The strings that a display holds, or has as keys; also of `frozenset({...})`."""
    match node:
        case ast.Call(args=[inner]):
            yield from _keys(inner)
        case ast.Dict(keys=keys):
            yield from _texts([key for key in keys if key is not None])
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
            yield from _texts(items)


def _texts(nodes: Sequence[ast.expr]) -> Iterator[ast.Constant]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node
