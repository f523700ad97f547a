"""A file as a syntax tree whose nodes know their places, their parents and what names mean.

The facts say which files are worth it; only those are read as trees.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from onepath.facts.computed.nodes import FunctionNode
from onepath.model import Facts
from onepath.symbols.tree.syntax import SyntaxTree

ScopedName = tuple[int, str]
"""(scope, name): what a name means, as in the facts."""

_KINDS: Mapping[type[ast.AST], str] = {
    ast.FunctionDef: "function", ast.AsyncFunctionDef: "function", ast.Lambda: "lambda",
    ast.ClassDef: "class", ast.ListComp: "comprehension", ast.SetComp: "comprehension",
    ast.DictComp: "comprehension", ast.GeneratorExp: "comprehension",
}  # fmt: skip
_NAMED = (
    ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.ExceptHandler, ast.MatchAs,
    ast.MatchStar,
)  # fmt: skip
_BINDING = frozenset((ast.arg, ast.alias, ast.MatchMapping, *_NAMED))
_OUTSIDE = ("decorator_list", "args", "returns", "bases", "keywords", "type_params")
"""Fields of a function or class that are read outside of it."""


class ScopedTree(SyntaxTree):
    """The syntax tree of a file.

    Args:
        data: The file's bytes; their facts must be without failure.
        facts: The facts.
    """

    def __init__(self, data: bytes, facts: Facts) -> None:
        super().__init__(data)
        self.facts = facts
        self._named: dict[ScopedName, Sequence[ast.Name]] = {}

    # ----------------------------------------------------------- places

    def home(self, node: ast.AST) -> ast.AST:
        """The outermost function around a node, decorators included; else the module."""
        child: ast.AST = self.root
        for outer in self.around(node):
            if isinstance(outer, FunctionNode):
                child = outer
        return child

    def function(self, node: ast.AST) -> FunctionNode | None:
        """The function whose body holds a node."""
        for outer in self.around(node):
            if isinstance(outer, FunctionNode):
                return outer
            if isinstance(outer, ast.Lambda | ast.ClassDef):
                return None
        return None

    def owner(self, node: ast.AST) -> ast.ClassDef | None:
        """The class whose method holds a node."""
        for outer in self.around(node):
            if isinstance(outer, ast.ClassDef):
                return outer
        return None

    # ------------------------------------------------------------ names

    def binding(self, name: ast.Name) -> ScopedName | None:
        """What a name means; None for builtins and where it is not certain."""
        return self._resolved(self.scope(name), name.id)

    def _resolved(self, scope: int | None, word: str) -> ScopedName | None:
        scopes, at = self.facts.scopes, -1 if scope is None else scope
        while at >= 0:
            one = scopes[at]
            if word in one.bound and (at == scope or one.kind != "class"):
                return at, word
            if word in one.redirected:
                return None
            at = one.parent
        return None

    def scope(self, node: ast.AST) -> int | None:
        """The scope in which a node is read: an index into the facts; None if not certain."""
        inner = node
        outwards = self.around(node)
        for outer in outwards:
            if isinstance(outer, ast.comprehension) and inner is outer.iter:
                whole = next(outwards)
                if getattr(whole, "generators", [None])[0] is not outer:
                    return self.inside(whole)
                inner = whole  # it is computed outside the comprehension
                continue
            if outer.__class__ in _KINDS and not _is_outside(outer, inner):
                return self.inside(outer)
            if _is_among_types(outer, inner):
                assert isinstance(outer, ast.stmt)
                return self._scopes.get(("type", *self.place(outer)))
            inner = outer
        return 0

    def inside(self, opener: ast.AST) -> int | None:
        """The scope that a function, class, lambda or comprehension opens."""
        assert isinstance(opener, ast.stmt | ast.expr)
        return self._scopes.get((_KINDS[type(opener)], *self.place(opener)))

    @cached_property
    def _scopes(self) -> Mapping[tuple[str, int, int], int]:
        scopes = enumerate(self.facts.scopes)
        return {(scope.kind, scope.start, scope.end): index for index, scope in scopes}

    def named(self, key: ScopedName) -> Sequence[ast.Name]:
        """Every mention of a name as a name, in no order."""
        if key not in self._named:
            words = self.words.get(key[1], ())
            self._named[key] = [name for name in words if self.binding(name) == key]
        return self._named[key]

    @cached_property
    def other_binders(self) -> frozenset[ScopedName]:
        """What something other than a name in an assignment binds: parameters, imports, ..."""
        names = set()
        for node in self.nodes:
            if node.__class__ not in _BINDING:
                continue
            word: str | None = None
            if isinstance(node, ast.arg):
                opener = next(child for child in self.around(node) if type(child) in _KINDS)
                names.add(self._resolved(self.inside(opener), node.arg))
            elif isinstance(node, ast.alias):
                word = node.asname or node.name.partition(".")[0]
            elif isinstance(node, ast.MatchMapping):
                word = node.rest
            elif isinstance(node, _NAMED):
                word = node.name
            if word:
                names.add(self._resolved(self.scope(node), word))
        return frozenset(key for key in names if key is not None)

    def imported(self, name: ast.Name) -> str:
        """The dotted path that a name is imported by; empty if it is not one import alone."""
        key = self.binding(name)
        if key is None or name.id in self.facts.scopes[key[0]].multiple:
            return ""
        found = {
            f"{statement.module}.{alias.name}" if statement.is_from else alias.name
            for statement in self.facts.imports
            if statement.scope == key[0] and not statement.level
            for alias in statement.names
            if alias.bound == name.id
        }
        return found.pop() if len(found) == 1 else ""

    def path_of(self, node: ast.expr) -> str:
        """The dotted path of a chain that begins with an import; else empty."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        head = self.imported(node) if isinstance(node, ast.Name) else ""
        return ".".join((head, *reversed(parts))) if head else ""


def _is_outside(opener: ast.AST, inner: ast.AST) -> bool:
    """Whether a part of a function or class is read outside of it."""
    for field in _OUTSIDE:
        value = getattr(opener, field, None)
        if value is inner or (isinstance(value, list) and any(one is inner for one in value)):
            return True
    return False


def _is_among_types(opener: ast.AST, inner: ast.AST) -> bool:
    """Whether a part of something with type parameters (PEP 695) sees them, and no more."""
    if not getattr(opener, "type_params", None):
        return False
    decorators: list[ast.AST] = getattr(opener, "decorator_list", [])
    return all(decorator is not inner for decorator in decorators)


def without_functions(data: bytes, facts: Facts, dull: Callable[[bytes], bool]) -> bytes:
    """A source in which some functions are blank; all else is where it was.

    Args:
        data: The source.
        facts: Its facts.
        dull: Says of the text of an outermost function, with its decorators, whether it may be
            left out.
    """
    pieces, at, inside = [], 0, 0
    decorated = {definition.end: definition.start for definition in facts.definitions}
    for scope in facts.scopes:
        if scope.kind != "function" or scope.start < inside:
            continue
        inside = scope.end
        if b"\n" in data[scope.start : scope.start + len(_EMPTY)]:
            continue
        if dull(data[decorated.get(scope.end, scope.start) : scope.end]):
            blank = _EMPTY + data[scope.start + len(_EMPTY) : scope.end].translate(_BLANK)
            pieces += [data[at : scope.start], blank]
            at = scope.end
    return b"".join([*pieces, data[at:]])


_EMPTY = b"def _():0"
"""The shortest function: no longer than any other."""
_BLANK = bytes(one if one in b"\r\n" else 0x20 for one in range(256))
