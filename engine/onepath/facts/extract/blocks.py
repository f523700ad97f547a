"""Suites of statements: in which an import is, and under what conditions."""

import ast
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from onepath.facts.extract.shapes import ShapeWalk
from onepath.facts.source import SourceText


class Suite:
    """A block while it is read; it gets a place in the facts once an import is found in it."""

    __slots__ = ("body", "index", "kind", "owner", "parent", "position", "test")

    def __init__(
        self,
        kind: str,
        parent: "Suite | None",
        owner: ast.AST | None,
        position: int,
        body: Sequence[ast.stmt],
        test: ast.AST | None = None,
    ) -> None:
        self.kind = kind
        self.parent = parent
        self.owner = owner
        self.position = position
        self.body = body
        self.test = test
        self.index = -1


class BlockWalk(ShapeWalk, ABC):
    """Keeps track of the suite that is being read; `walk.Walk` reads the statements."""

    def __init__(self, text: SourceText) -> None:
        super().__init__(text)
        self.blocks: list[tuple[Any, ...]] = []
        self.suite = Suite("module", None, None, 0, ())
        self.position = 0
        """Which statement of the suite is being read."""
        self.guard = 0
        """Flags of `Guard` that hold here."""

    @abstractmethod
    def statements(self, body: Sequence[ast.stmt]) -> None:
        """Read the statements of a suite, one after the other."""

    def block(
        self,
        kind: str,
        owner: ast.AST,
        body: Sequence[ast.stmt],
        guard: int,
        test: ast.AST | None = None,
    ) -> Suite:
        outer, position, outer_guard = self.suite, self.position, self.guard
        suite = self.suite = Suite(kind, outer, owner, position, body, test)
        self.guard = outer_guard | guard
        self.statements(body)
        self.suite, self.position, self.guard = outer, position, outer_guard
        return suite

    def place(self, suite: Suite) -> int:
        """Give a suite, and those around it, an index in the facts."""
        if suite.index < 0:
            parent = -1 if suite.parent is None else self.place(suite.parent)
            start, end = (0, self.text.to_file(len(self.text.utf8)))
            inline = False
            if suite.owner is not None:
                start, end = self.file_span(suite.owner)
                inline = bool(suite.body) and self._shares_header_line(suite)
            suite.index = len(self.blocks)
            test = "" if suite.test is None else self.source(suite.test)
            self.blocks.append(
                (suite.kind, parent, start, end, len(suite.body), suite.position, test, inline)
            )
        return suite.index

    def _shares_header_line(self, suite: Suite) -> bool:
        first = suite.body[0]
        start = self.text.offset(first.lineno, first.col_offset)
        before = self.text.utf8[self.text.line_starts[first.lineno - 1] : start]
        return bool(before.strip(b" \t\f"))
