"""Shapes of data and of functions: dict displays, reads of string keys, what functions return."""

import ast
from typing import Any

from onepath.facts.computed.composed import NAMING, Given
from onepath.facts.extract.calls import later
from onepath.facts.extract.definitions import dotted
from onepath.facts.extract.expressions import EXPRESSIONS
from onepath.facts.extract.resolved import ResolvedWalk

_READING = ("get", "pop", "setdefault")
_MANY = 40
"""As many calls are told of a function: more than that is no factory."""


class OpenFunction:
    """A function of the module or of a class while its body is read."""

    __slots__ = ("calls", "line", "qualname", "returns", "scope", "statements")

    def __init__(self, qualname: str, line: int, scope: int, statements: int) -> None:
        self.qualname = qualname
        self.line = line
        self.scope = scope
        self.statements = statements
        self.returns: list[str] = []
        self.calls: dict[str, None] = {}

    def plain(self) -> tuple[Any, ...]:
        returns, calls = tuple(self.returns), tuple(self.calls)
        return self.qualname, self.line, self.scope, self.statements, returns, calls


class ShapeWalk(ResolvedWalk):
    """Reads shapes on top of names; `walk.Walk` adds the statements."""

    function: OpenFunction | None = None
    assigned: tuple[ast.AST, str] | None = None
    """The expression that is being assigned, and the name it is assigned to."""

    def __init__(self, text: Any) -> None:
        super().__init__(text)
        self.dicts: list[tuple[Any, ...]] = []
        self.key_reads: list[tuple[Any, ...]] = []
        self.functions: list[OpenFunction] = []
        self.given: list[Given] = []

    def dict_display(self, node: ast.Dict, kind: int) -> None:
        """A display with string keys: each key, and what its value is."""
        keys = []
        complete = True
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                keys.append((key.value, word_for(value)))
            else:
                complete = False
        if keys:
            callee = "" if self._call is None else dotted(self._call.func)
            target = ""
            if self.assigned is not None and self.assigned[0] is node:
                target = self.assigned[1]
            self.dicts.append(
                (
                    *self.file_span(node),
                    node.lineno,
                    tuple(keys),
                    complete,
                    callee,
                    target,
                    self.scope.index,
                )
            )
        self.children(node, kind)

    def subscript(self, node: ast.Subscript, kind: int) -> None:
        """`job["state"]`, read or written."""
        index = node.slice
        if isinstance(index, ast.Constant) and isinstance(index.value, str):
            base = dotted(node.value)
            if base:
                how = "write" if isinstance(node.ctx, ast.Store) else "read"
                self._key_read(base, index, how)
        self._subscript(node, kind)

    def call(self, node: ast.Call, kind: int) -> None:
        """`job.get("state")`; and what the enclosing function calls."""
        function = node.func
        if self.function is not None and len(self.function.calls) < _MANY:
            self.function.calls[called(function)] = None
        if isinstance(function, ast.Attribute) and function.attr in _READING and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                base = dotted(function.value)
                if base:
                    self._key_read(base, first, function.attr)
        last = getattr(function, "attr", None) or getattr(function, "id", None)
        if last in NAMING:
            self.given.append(Given(node, self.scope))
        elif last == "partial" and called(later(node).func).rpartition(".")[2] in NAMING:
            self.given.append(Given(later(node), self.scope))
        self._call_expression(node, kind)

    def _key_read(self, base: str, key: ast.Constant, how: str) -> None:
        start = self.text.to_file(self.span(key)[0])
        self.key_reads.append((base, key.value, start, key.lineno, how, self.scope.index))


def called(function: ast.AST) -> str:
    """What is called, as written: `a.b`; `....b` for `b` of something without a name."""
    known = dotted(function)
    if known:
        return known
    return f"....{function.attr}" if isinstance(function, ast.Attribute) else "..."


def word_for(node: ast.AST | None) -> str:
    """What an expression is, in a word and a name: `call a.b`, `await call a.b`, `name x`, ..."""
    if node is None:
        return "none"
    if isinstance(node, ast.Await):
        return f"await {word_for(node.value)}"
    if isinstance(node, ast.Call):
        return f"call {called(node.func)}"
    if isinstance(node, ast.Constant):
        value = node.value
        if value is None:
            return "none"
        if isinstance(value, str):
            return f"str {value}" if len(value) <= 100 else "str ..."
        return "number" if isinstance(value, int | float) else "constant"
    if isinstance(node, ast.Dict):
        return "dict"
    name = dotted(node)
    return f"name {name}" if name else "other"


EXPRESSIONS[ast.Dict] = ShapeWalk.dict_display
EXPRESSIONS[ast.Subscript] = ShapeWalk.subscript
EXPRESSIONS[ast.Call] = ShapeWalk.call
