"""What a module holds besides names of others: definitions of its own, or nothing at all."""

import ast
from collections.abc import Iterator, Sequence, Set

from onepath.facts.computed.nodes import DefinitionNode
from onepath.facts.extract.definitions import dotted
from onepath.facts.extract.file import parse
from onepath.facts.source import SourceText, UndecodableError

LOGGERS = frozenset(("getLogger", "get_logger", "get_central_logger"))
"""Functions that give a module its logger."""


def own_definitions(data: bytes) -> Iterator[tuple[int, str]]:
    """What a module defines that is not private.

    Args:
        data: The bytes of a file that parses.

    Returns:
        Of each the line, and what it is in words.
    """
    tree = parse(SourceText(data).utf8)
    imported = {
        alias.asname or alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    for node in _statements(tree.body):
        for words in _defined(node, imported):
            yield node.lineno, words


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module, those in its conditions and fallbacks included."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try | ast.TryStar) and "__name__" not in _head(node):
            yield from _statements(node.body)
            for handler in getattr(node, "handlers", ()):
                yield from _statements(handler.body)
            yield from _statements([*node.orelse, *getattr(node, "finalbody", ())])


def _head(node: ast.stmt) -> str:
    return ast.dump(node.test) if isinstance(node, ast.If) else ""


def _defined(node: ast.stmt, imported: Set[str]) -> Iterator[str]:
    if isinstance(node, DefinitionNode):
        if node.name.startswith("_"):
            return  # its own business: PEP 562, or a helper that nobody refers to
        if isinstance(node, ast.ClassDef):
            bases = ", ".join(filter(None, map(dotted, node.bases)))
            yield f"class '{node.name}'{f' on {bases}' if bases else ''}"
        else:
            used = {child.id for child in ast.walk(node) if isinstance(child, ast.Name)} & imported
            around = f" around '{min(used)}'" if used else ""
            yield f"function '{node.name}'{around}"
    elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [expression.id for expression in targets if isinstance(expression, ast.Name)]
        if len(names) < len(targets) or node.value is None or not _makes_a_value(node.value):
            return
        # A name that is imported as well is the fallback of that import.
        own = [name for name in names if not (name.startswith("_") or name in imported)]
        yield from (f"variable '{name}'" for name in own)


def _makes_a_value(value: ast.expr) -> bool:
    """Whether a value is more than another name, or the logger of the module."""
    called = {dotted(node.func) for node in ast.walk(value) if isinstance(node, ast.Call)}
    is_logger = bool(called) and {one.rpartition(".")[2] for one in called} <= LOGGERS
    return not (dotted(value) or is_logger)


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
