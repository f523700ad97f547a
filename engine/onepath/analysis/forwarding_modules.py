"""What a module does that is to go: forward, add something of its own, act when it is imported."""

import ast
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field

from onepath.facts.extract.definitions import dotted
from onepath.facts.extract.file import parse
from onepath.facts.source import SourceText, UndecodableError

LOGGERS = frozenset(("getLogger", "get_logger", "get_central_logger"))
TELLING = frozenset((
    "warn", "warn_explicit", "debug", "info", "warning", "error", "critical", "exception", "log",
    "print",
))  # fmt: skip
"""Calls that only tell something: warnings, log messages, prints."""
_SHOWN = 60


@dataclass
class Doings:
    """What the top level of a module does besides binding names of others."""

    own: list[tuple[int, str]] = field(default_factory=list)
    """What it defines that is not private: line and words."""
    effects: list[tuple[int, str]] = field(default_factory=list)
    """What it does when it is imported, warnings and logging left out: line and source."""
    tells: list[tuple[int, str]] = field(default_factory=list)
    """Warnings and log messages: line and source."""


def doings(data: bytes) -> Doings:
    """Read the top level of a module.

    Args:
        data: The bytes of a file that parses.
    """
    source = SourceText(data)
    tree = parse(source.utf8)
    imported = {
        alias.asname or alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    reading = _Reading(source.utf8.splitlines(), imported)
    reading.suite(tree.body)
    return reading.found


class _Reading:
    def __init__(self, lines: Sequence[bytes], imported: Set[str]) -> None:
        self._lines = lines
        self._imported = imported
        self.found = Doings()

    def suite(self, body: Sequence[ast.stmt]) -> None:
        for node in body:
            self._statement(node)

    def _statement(self, node: ast.stmt) -> None:
        if isinstance(node, ast.ImportFrom | ast.Import):
            return
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self._definition(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            self._assignment(node)
        elif isinstance(node, ast.Expr):
            self._expression(node)
        elif isinstance(node, ast.If | ast.Try | ast.TryStar):
            if isinstance(node, ast.If) and "__name__" in self._text(node):
                self._act(node)  # a script
                return
            for body in _suites(node):
                self.suite(body)
        elif not isinstance(node, ast.Pass):
            self._act(node)

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        if node.decorator_list:
            self._act(node.decorator_list[0])
        if node.name.startswith("_"):
            return  # its own business: PEP 562, or a helper that nobody refers to
        if isinstance(node, ast.ClassDef):
            bases = ", ".join(filter(None, map(dotted, node.bases)))
            self._own(node, f"class '{node.name}'{f' on {bases}' if bases else ''}")
        else:
            met = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} & self._imported
            around = f" around '{min(met)}'" if met else ""
            self._own(node, f"function '{node.name}'{around}")

    def _assignment(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if not all(isinstance(target, ast.Name) for target in targets):
            self._act(node)
            return
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        if names == ["__all__"] or node.value is None or dotted(node.value):
            return
        called = [one for one in ast.walk(node.value) if isinstance(one, ast.Call)]
        last = {dotted(one.func).rpartition(".")[2] for one in called}
        if last and last <= LOGGERS:
            return
        if called:
            self._act(node)
        for name in names:
            is_fallback = name in self._imported
            if not (name.startswith("_") or is_fallback):
                self._own(node, f"variable '{name}'")

    def _expression(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant):
            return
        callee = dotted(node.value.func) if isinstance(node.value, ast.Call) else ""
        if callee.startswith("__all__."):
            return
        if callee.rpartition(".")[2] in TELLING:
            self.found.tells.append((node.lineno, self._text(node)))
        else:
            self._act(node)

    def _own(self, node: ast.stmt, words: str) -> None:
        self.found.own.append((node.lineno, words))

    def _act(self, node: ast.stmt | ast.expr) -> None:
        self.found.effects.append((node.lineno, self._text(node)))

    def _text(self, node: ast.stmt | ast.expr) -> str:
        """The first line of a statement."""
        text = self._lines[node.lineno - 1].decode("utf-8", "replace").strip()
        return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def _suites(node: ast.If | ast.Try | ast.TryStar) -> Iterator[Sequence[ast.stmt]]:
    yield node.body
    if not isinstance(node, ast.If):
        for handler in node.handlers:
            yield handler.body
        yield node.finalbody
    yield node.orelse


def is_bare(data: bytes) -> bool:
    """Whether a module holds nothing: comments, a docstring, an `__all__` at most."""
    try:
        body = parse(SourceText(data).utf8).body
    except (SyntaxError, UndecodableError):
        return False
    return all(
        isinstance(node, ast.Pass)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        or (isinstance(node, ast.ImportFrom) and node.module == "__future__")
        or (isinstance(node, ast.Assign) and [*map(dotted, node.targets)] == ["__all__"])
        for node in body
    )
