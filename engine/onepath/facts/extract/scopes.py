"""Python's scoping rules: which binding a name means.

Source: the language reference, "Naming and binding", and PEP 227, 572 and 695.
"""

import ast
from collections.abc import Iterator
from typing import Any

IMPORT = 1
OTHER = 2


class OpenScope:
    """A scope while its statements are read."""

    __slots__ = (
        "bound", "end", "first", "globals", "index", "kind", "name", "node", "nonlocals", "parent",
        "reads", "start",
    )  # fmt: skip

    def __init__(
        self,
        index: int,
        kind: str,
        parent: "OpenScope | None",
        name: str,
        start: int,
        end: int,
        node: ast.AST | None = None,
    ) -> None:
        self.index = index
        self.kind = kind
        self.parent = parent
        self.name = name
        self.start = start
        self.end = end
        self.node = node
        self.bound: dict[str, int] = {}
        self.first: dict[str, int] = {}
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        # (name, node, kind, chain): the node is kept for its position alone
        self.reads: list[tuple[str, Any, int, tuple[tuple[str, int], ...]]] = []

    def bind(self, name: str, how: int = OTHER) -> None:
        if self.kind == "class" and name not in self.bound:
            self.first[name] = len(self.reads)
        self.bound[name] = self.bound.get(name, 0) | how

    def is_early(self, name: str, read: int) -> bool:
        """Whether a read of a class body comes before the class binds the name itself.

        In `X = X` there, the right one is the module's.
        """
        return self.kind == "class" and name in self.bound and read < self.first[name]


class Scopes:
    """All scopes of a file, in the order in which they open."""

    def __init__(self, end: int) -> None:
        self.module = OpenScope(0, "module", None, "", 0, end)
        self.all: list[OpenScope] = [self.module]

    def open(
        self, kind: str, parent: OpenScope, name: str, start: int, end: int, node: ast.AST
    ) -> OpenScope:
        scope = OpenScope(len(self.all), kind, parent, name, start, end, node)
        self.all.append(scope)
        return scope

    def settle(self) -> None:
        """Move what `global` and `nonlocal` redirect to the scopes that really hold it."""
        for scope in self.all:
            for name in scope.globals & scope.bound.keys():
                self.module.bind(name, scope.bound.pop(name))
            for name in scope.nonlocals & scope.bound.keys():
                how = scope.bound.pop(name)
                holder = self._enclosing_function(scope, name)
                if holder is not None:
                    holder.bind(name, how)

    def resolve(self, scope: OpenScope, name: str) -> OpenScope | None:
        """The scope whose binding `name` means when read in `scope`; None for builtins."""
        if name in scope.bound:
            return scope
        if name in scope.globals or scope.parent is None:
            return self.module if name in self.module.bound else None
        # A class body is not seen from the functions and comprehensions inside it; the scope of
        # type parameters is transparent for what it encloses.
        outer: OpenScope | None = scope.parent
        direct = scope.kind == "type"
        while outer is not None:
            if name in outer.bound and (outer.kind != "class" or direct):
                return outer
            if name in outer.globals and outer.kind != "class":
                return self.module if name in self.module.bound else None
            direct = direct and outer.kind == "type"
            outer = outer.parent
        return None

    @staticmethod
    def _enclosing_function(scope: OpenScope, name: str) -> OpenScope | None:
        outer = scope.parent
        while outer is not None and outer.parent is not None:
            if outer.kind in ("function", "lambda") and name in outer.bound:
                return outer
            outer = outer.parent
        return None


def target_names(node: ast.AST) -> Iterator[ast.Name]:
    """The plain names that an assignment target binds."""
    if isinstance(node, ast.Name):
        yield node
    elif isinstance(node, ast.Tuple | ast.List):
        for element in node.elts:
            yield from target_names(element)
    elif isinstance(node, ast.Starred):
        yield from target_names(node.value)
