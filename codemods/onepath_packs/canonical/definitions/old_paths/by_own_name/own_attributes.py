"""Strings that code compares with what objects say of themselves: `type(error).__name__ == "Old"`.

No name that a module keeps helps there: the string has to be what the object says.
"""

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from onepath.codemod import Edit, Needles, World
from onepath.edit.edits import apply_edits
from onepath.facts.computed.nodes import FunctionNode
from onepath.facts.extract.definitions import dotted
from onepath.facts.extract.file import module_tree
from onepath.facts.prefilter.words import Search
from onepath.facts.source import SourceText
from onepath.importing.loaded.import_effects import import_time_statements
from onepath.model import BLOCK_KINDS
from onepath.symbols.resolve import Step
from onepath.symbols.tree.syntax import SyntaxTree

NAMES = ("__name__", "__qualname__")
MODULE = ("__module__",)
_BEFORE = (b".", b'"', b"'")
_LOOKING_UP = frozenset(("get", "pop", "index", "count", "__getitem__"))
_BEGINNING = frozenset(("startswith", "removeprefix"))


class ComparedString(NamedTuple):
    """A string that is compared with an attribute of something."""

    path: str
    line: int
    start: int
    """Where its literal is in the file."""
    end: int
    value: str
    is_beginning: bool = False
    """Whether the attribute is asked whether it begins so."""


class OwnAttributeReads:
    """The search for Python files that read attributes by which objects tell of themselves.

    Args:
        attributes: `__name__` or its like.
    """

    def __init__(self, attributes: Collection[str]) -> None:
        self._words = [attribute.encode() for attribute in sorted(attributes)]
        self.digest = f"reads of {' '.join(sorted(attributes))}"

    def hit(self, data: bytes) -> bool:
        """Whether there is one."""
        return any(self._reads(data, word) for word in self._words)

    @staticmethod
    def _reads(data: bytes, word: bytes) -> bool:
        at = data.find(word)
        while at >= 0:
            if data[at - 1 : at] in _BEFORE:
                return True
            at = data.find(word, at + 1)
        return False

    def within(self, other: Search) -> bool:
        """Whether another search certainly hits wherever this one does."""
        return other.digest == self.digest


def searches_for_comparisons(name: str) -> list[Search]:
    """The searches over all Python files that a rename of a definition will ask for."""
    return [OwnAttributeReads(NAMES), OwnAttributeReads((*NAMES, *MODULE)), _Quoted(name)]


def compared_strings(
    world: World, attributes: Collection[str], word: str = "", home: Step | None = None
) -> Iterator[ComparedString]:
    """The strings that are compared with attributes of objects.

    Args:
        world: The code.
        attributes: `__name__` or its like.
        word: An identifier that a string must hold to matter; empty for none.
        home: (path, name) of the definition whose attributes matter. What is certainly one of
            another definition counts for nothing then. None for those of any.
    """
    store = world.fact_store
    holding = {*store.others_mentioning(store.python, _Quoted(word))} if word else set()
    if word and not holding:
        return
    asking = [*store.others_mentioning(store.python, OwnAttributeReads(attributes))]
    if word:
        leaves = {world.modules.name(path).rpartition(".")[2] for path in holding}
        near = {*store.others_mentioning(asking, Needles.of(leaves))}
        asking = [
            path
            for path in asking
            if path in holding or (path in near and _imports_any(world, path, holding))
        ]
    told: set[ComparedString] = set()
    for path, data in world.read(asking).items():
        tree = _tree(world, path, data)
        for one in _Comparisons(world, path, tree, attributes, home).strings() if tree else ():
            if one not in told:
                told.add(one)
                yield one


def compares_with_itself(world: World, path: str) -> int:
    """The line where a module compares its name with the `__module__` of something; 0 for none."""
    data = world.read([path]).get(path, b"")
    tree = _tree(world, path, data) if OwnAttributeReads(MODULE).hit(data) else None
    for node in _Comparisons(world, path, tree, MODULE).comparisons() if tree else ():
        operands = (node.left, *node.comparators)
        if any(isinstance(one, ast.Name) and one.id == "__name__" for one in operands):
            return node.lineno
    return 0


def _tree(world: World, path: str, data: bytes) -> SyntaxTree | None:
    facts = world.facts(path)
    return None if facts.failure is not None else SyntaxTree(data, facts)


def followed_strings(
    world: World, old: str, new: str, contents: Mapping[str, bytes | None]
) -> dict[str, bytes]:
    """The files that compare the path of something with what it says of itself, with its new path.

    Args:
        world: The code as it is.
        old: The dotted path of a definition or a module.
        new: Its new path.
        contents: What files are already where they change; such a file is left as it is.
    """
    edits: dict[str, list[Edit]] = {}
    for one in compared_strings(world, (*NAMES, *MODULE), old.rpartition(".")[2]):
        if f"{one.value}.".replace(":", ".").startswith(f"{old}.") and one.path not in contents:
            data = world.read([one.path])[one.path]
            parts = re.escape(old).replace(r"\.", "[.:]").encode()
            spelled = re.compile(parts).search(data, one.start, one.end)
            if spelled is not None:
                edit = _respelled(data, spelled, new, one.line)
                edits.setdefault(one.path, []).append(edit)
    read = world.read([*edits])
    return {path: apply_edits(read[path], sorted(set(each))) for path, each in edits.items()}


def _respelled(data: bytes, spelled: re.Match[bytes], new: str, line: int) -> Edit:
    text = new
    if b":" in spelled[0]:
        module, _, name = new.rpartition(".")
        text = f"{module}:{name}"
    return Edit(*spelled.span(), text.encode(), "string", line)


class _Quoted:
    """The search for strings that are a word, or a path that holds it."""

    def __init__(self, word: str) -> None:
        self._word = word.encode()
        self._pattern = re.compile(
            rb"[\"'](?:[\w.]*[.:])?%b(?:[.:][\w.]*)?[\"']" % re.escape(self._word)
        )
        self.digest = f"strings that hold {word}"

    def hit(self, data: bytes) -> bool:
        return self._word in data and self._pattern.search(data) is not None

    def within(self, other: Search) -> bool:
        return other.digest == self.digest


def _imports_any(world: World, path: str, modules: Collection[str]) -> bool:
    return any(
        world.resolver.imported(path, statement, alias).path in modules
        or world.resolver.module(path, statement.module or alias.name).path in modules
        for statement in world.facts(path).imports
        for alias in statement.names
    )


class _Comparisons:
    """Finds what one file compares with attributes by which objects tell of themselves."""

    def __init__(
        self,
        world: World,
        path: str,
        tree: SyntaxTree,
        attributes: Collection[str],
        home: Step | None = None,
    ) -> None:
        self._world = world
        self._path = path
        self._tree = tree
        self._attributes = attributes
        self._home = home
        self._variables: dict[ast.AST | None, set[str]] = {}
        self._functions: set[str] = set()
        for node in tree.nodes:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self._keep(node, name, value)
                case ast.NamedExpr(target=ast.Name(id=name), value=value):
                    self._keep(node, name, value)
                case ast.Return(value=ast.expr() as value) if self._is_asked(value):
                    self._functions.add(getattr(self._function(node), "name", ""))

    def strings(self) -> Iterator[ComparedString]:
        """The strings, and those of the tables that are asked."""
        for comparison in self.comparisons():
            if self._is_known(comparison):
                continue
            for operand in (comparison.left, *comparison.comparators):
                yield from self._of(operand)
        for node in self._tree.nodes:
            match node:
                case ast.Match(subject=subject, cases=cases) if self._is_asked(subject):
                    for pattern in (one for case in cases for one in ast.walk(case.pattern)):
                        if isinstance(pattern, ast.MatchValue):
                            yield from self._of(pattern.value)
                case ast.Subscript(value=table, slice=key) if self._is_asked(key):
                    yield from self._of(table)
                case ast.Call(func=ast.Attribute(value=value, attr=method), args=[key, *_]):
                    if method in _LOOKING_UP and self._is_asked(key):
                        yield from self._of(value)
                    elif method in _BEGINNING and self._is_asked(value):
                        yield from (one._replace(is_beginning=True) for one in self._of(key))

    def comparisons(self) -> Iterator[ast.Compare]:
        """The comparisons with an attribute."""
        for node in self._tree.nodes:
            if isinstance(node, ast.Compare) and any(
                map(self._is_asked, (node.left, *node.comparators))
            ):
                yield node

    def _is_known(self, comparison: ast.Compare) -> bool:
        """Whether it is `Old.__name__ == "Old"`, of which the string follows what is shown."""
        sides = (comparison.left, *comparison.comparators)
        return len(sides) == 2 and any(
            isinstance(side, ast.Attribute)
            and self._home is not None
            and side.attr in NAMES
            and self._definition(side.value) == self._home
            for side in sides
        )

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
        if self._is_asked(value):
            self._variables.setdefault(self._function(node), set()).add(name)

    def _function(self, node: ast.AST) -> ast.AST | None:
        return next((one for one in self._tree.around(node) if isinstance(one, FunctionNode)), None)

    def _is_asked(self, node: ast.expr) -> bool:
        """Whether an expression is such an attribute, or is made of one."""
        match node:
            case ast.Attribute(value=owner, attr=attribute):
                is_other = self._home is not None and self._definition(owner) not in (
                    None,
                    self._home,
                )
                return attribute in self._attributes and not is_other
            case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=name), *_]):
                return name in self._attributes
            case ast.Call(func=ast.Attribute(value=inner, attr=method)):
                return method in self._functions or self._is_asked(inner)
            case ast.Call(func=ast.Name(id=name)):
                return name in self._functions
            case ast.Subscript(value=inner):
                return self._is_asked(inner)
            case ast.BinOp(left=left, right=right):
                return self._is_asked(left) or self._is_asked(right)
            case ast.JoinedStr(values=values):
                return any(map(self._is_asked, values))
            case ast.FormattedValue(value=inner):
                return self._is_asked(inner)
            case ast.Name(id=name):
                return name in self._variables.get(self._function(node), ())
        return False

    def _of(self, node: ast.expr) -> Iterator[ComparedString]:
        """The strings in an operand, or the keys and items of the table that it names."""
        match node:
            case ast.Constant(value=str()):
                yield self._string(self._path, node)
            case ast.Name() | ast.Attribute():
                for path, table in self._tables(node):
                    yield from (self._string(path, key) for key in _keys(table))
            case _:
                yield from (self._string(self._path, key) for key in _keys(node))

    def _string(self, path: str, node: ast.Constant) -> ComparedString:
        data = self._tree.data if path == self._path else self._world.read([path])[path]
        text = SourceText(data)
        start = text.offset(node.lineno, node.col_offset)
        end = text.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
        return ComparedString(
            path, node.lineno, text.to_file(start), text.to_file(end), str(node.value)
        )

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
