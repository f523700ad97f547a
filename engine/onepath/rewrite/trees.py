"""A file as a syntax tree whose nodes know their places, their parents and what names mean.

The facts say which files are worth it; only those are read as trees.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from onepath.facts.extract import parse
from onepath.facts.source import SourceText
from onepath.model import Facts

Function = ast.FunctionDef | ast.AsyncFunctionDef
Binding = tuple[int, str]
"""(scope, name): what a name means, as in the facts."""

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_KINDS: Mapping[type[ast.AST], str] = {
    ast.FunctionDef: "function", ast.AsyncFunctionDef: "function", ast.Lambda: "lambda",
    ast.ClassDef: "class", ast.ListComp: "comprehension", ast.SetComp: "comprehension",
    ast.DictComp: "comprehension", ast.GeneratorExp: "comprehension",
}  # fmt: skip
_NAMED = (
    ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.ExceptHandler, ast.MatchAs,
    ast.MatchStar,
)  # fmt: skip
_CONTEXTS = frozenset({ast.Load, ast.Store, ast.Del})
_OUTSIDE = frozenset({"decorator_list", "args", "returns", "bases", "keywords"})
"""Fields of a function or class that are read outside of it."""


class Tree:
    """The syntax tree of a file.

    Args:
        data: The file's bytes; their facts must be without failure.
        facts: The facts.
    """

    def __init__(self, data: bytes, facts: Facts) -> None:
        self.facts = facts
        self._text = SourceText(data)
        self.module = parse(self._text.utf8)
        self._parents: dict[ast.AST, tuple[ast.AST, str]] = {}
        self._scope_of: dict[ast.AST, int | None] = {}
        self.nodes: list[ast.AST] = []
        """All of them, outer ones before inner ones."""
        self._index()

    def _index(self) -> None:
        todo: list[tuple[ast.AST, int | None]] = [(self.module, 0)]
        parents, scopes, nodes = self._parents, self._scope_of, self.nodes
        while todo:
            node, scope = todo.pop()
            nodes.append(node)
            scopes[node] = scope
            inner = self.inside(node) if type(node) in _KINDS else scope
            for field in node._fields:
                value = getattr(node, field, None)
                if value.__class__ is list:
                    children = [child for child in value if isinstance(child, ast.AST)]
                elif isinstance(value, ast.AST) and value.__class__ not in _CONTEXTS:
                    children = [value]
                else:
                    continue
                at = scope if field in _OUTSIDE else inner
                if field == "iter" and self._is_first(node):
                    at = scopes[parents[node][0]]  # it is computed outside the comprehension
                for child in children:
                    parents[child] = (node, field)
                    todo.append((child, at))

    def _is_first(self, node: ast.AST) -> bool:
        """Whether it is the first `for` of a comprehension."""
        outer = self.parent(node)
        return (
            isinstance(node, ast.comprehension) and getattr(outer, "generators", [None])[0] is node
        )

    # ----------------------------------------------------------- places

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Where a node stands in the file; see `fstring` for those inside f-strings."""
        text = self._text
        start = text.offset(node.lineno, node.col_offset)
        end = text.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
        return text.to_file(start), text.to_file(end)

    def parent(self, node: ast.AST) -> ast.AST | None:
        return self._parents.get(node, (None, ""))[0]

    def field(self, node: ast.AST) -> str:
        """The field of its parent in which a node stands."""
        return self._parents.get(node, (None, ""))[1]

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, inner ones first."""
        at = self.parent(node)
        while at is not None:
            yield at
            at = self.parent(at)

    def fstring(self, node: ast.AST) -> ast.expr | None:
        """The whole f-string in which a node stands; before Python 3.12 only its place is known."""
        found = None
        for outer in self.above(node):
            if isinstance(outer, ast.stmt):
                break
            if isinstance(outer, ast.expr) and type(outer).__name__ in ("JoinedStr", "TemplateStr"):
                found = outer
        return found

    def home(self, node: ast.AST) -> ast.AST:
        """The outermost function around a node, decorators included; else the module."""
        found: ast.AST = self.module
        for outer in self.above(node):
            if isinstance(outer, _FUNCTIONS):
                found = outer
        return found

    def function(self, node: ast.AST) -> Function | None:
        """The function whose body holds a node."""
        for outer in self.above(node):
            if isinstance(outer, _FUNCTIONS):
                return outer
            if isinstance(outer, ast.Lambda | ast.ClassDef):
                return None
        return None

    def owner(self, node: ast.AST) -> ast.ClassDef | None:
        """The class whose method holds a node."""
        for outer in self.above(node):
            if isinstance(outer, ast.ClassDef):
                return outer
        return None

    # ------------------------------------------------------------ names

    def binding(self, name: ast.Name) -> Binding | None:
        """What a name means; None for builtins and where it is not certain."""
        return self._resolved(self.scope(name), name.id)

    def _resolved(self, scope: int | None, word: str) -> Binding | None:
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
        return self._scope_of[node]

    def inside(self, opener: ast.AST) -> int | None:
        """The scope that a function, class, lambda or comprehension opens."""
        assert isinstance(opener, ast.stmt | ast.expr)
        return self._scopes.get((_KINDS[type(opener)], *self.span(opener)))

    @cached_property
    def _scopes(self) -> Mapping[tuple[str, int, int], int]:
        scopes = enumerate(self.facts.scopes)
        return {(scope.kind, scope.start, scope.end): index for index, scope in scopes}

    @cached_property
    def names(self) -> Mapping[Binding, list[ast.Name]]:
        """Every mention of each name as a name, in no order."""
        found: dict[Binding, list[ast.Name]] = {}
        for node in self.nodes:
            if isinstance(node, ast.Name):
                key = self.binding(node)
                if key is not None:
                    found.setdefault(key, []).append(node)
        return found

    @cached_property
    def other_binders(self) -> frozenset[Binding]:
        """What something other than a name in an assignment binds: parameters, imports, ..."""
        found = set()
        for node in self.nodes:
            word: str | None = None
            if isinstance(node, ast.arg):
                opener = next(one for one in self.above(node) if type(one) in _KINDS)
                found.add(self._resolved(self.inside(opener), node.arg))
            elif isinstance(node, ast.alias):
                word = node.asname or node.name.partition(".")[0]
            elif isinstance(node, ast.MatchMapping):
                word = node.rest
            elif isinstance(node, _NAMED):
                word = node.name
            if word:
                found.add(self._resolved(self.scope(node), word))
        return frozenset(key for key in found if key is not None)

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


def without_functions(data: bytes, facts: Facts, dull: Callable[[bytes], bool]) -> bytes:
    """A source in which some functions are blank; all else is where it was.

    Args:
        data: The source.
        facts: Its facts.
        dull: Says of the text of an outermost function, with its decorators, whether it may be
            left out.
    """
    pieces, at, inside = [], 0, 0
    decorated = {one.end: one.start for one in facts.definitions}
    for scope in facts.scopes:
        if scope.kind != "function" or scope.start < inside:
            continue
        inside = scope.end
        if b"\n" in data[scope.start : scope.start + len(_EMPTY)]:
            continue
        if dull(data[decorated.get(scope.end, scope.start) : scope.end]):
            blank = _EMPTY + _VISIBLE.sub(b" ", data[scope.start + len(_EMPTY) : scope.end])
            pieces += [data[at : scope.start], blank]
            at = scope.end
    return b"".join([*pieces, data[at:]])


_EMPTY = b"def _():0"
"""The shortest function: no longer than any other."""
_VISIBLE = re.compile(rb"[^\r\n]")
