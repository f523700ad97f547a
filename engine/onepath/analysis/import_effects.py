"""What importing a module does to others: it registers, connects, changes what they hold.

Warnings and log messages are no such thing, nor is a value that only the module itself holds.
"""

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from onepath.analysis.forwarding_modules import LOGGERS, TELLING
from onepath.facts.extract.definitions import dotted
from onepath.facts.extract.file import parse
from onepath.facts.source import SourceText, UndecodableError

_QUIET_ROOTS = frozenset(("warnings", "logging", "logger", "log", "typing", "__all__"))

_REGISTERING = frozenset((
    "connect", "listens_for", "receiver", "register", "shared_task", "subscribe",
))  # fmt: skip
"""Last names of calls and decorators that tell something of what they are given."""


class ImportEffect(NamedTuple):
    """A statement that runs when a module is imported and reaches beyond it."""

    line: int
    text: str
    """The first line of the statement."""


def import_effect(
    data: bytes, is_ours: Callable[[str], bool], knows: Callable[[str], bool]
) -> ImportEffect | None:
    """The first statement of a module that does something to others when it is imported.

    Args:
        data: The bytes of a Python file.
        is_ours: Whether a name at the top of the file is imported from this repository; a
            decorator of another origin is taken for one that only wraps, unless its name says that
            it registers.
        knows: Whether a base, as it is written, is told of the classes that inherit from it.

    Returns:
        None if there is none, or the file can't be read.
    """
    try:
        source = SourceText(data)
        tree = parse(source.utf8)
    except (SyntaxError, UndecodableError):
        return None
    imported = {
        alias.asname or alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    for node in statements(tree.body):
        if _acts(node, imported, is_ours) or _tells_its_base(node, knows):
            text = source.utf8.splitlines()[node.lineno - 1].decode("utf-8", "replace")
            return ImportEffect(node.lineno, text.strip())
    return None


def statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when the module is imported, those in blocks included."""
    for node in body:
        yield node
        if isinstance(node, ast.If) and ("__name__" in (test := ast.dump(node.test))
                                         or "TYPE_CHECKING" in test):  # fmt: skip
            yield from statements(node.orelse)
        elif isinstance(node, ast.If | ast.Try | ast.TryStar | ast.For | ast.With | ast.While):
            for _, value in ast.iter_fields(node):
                if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                    yield from statements(value)
            for handler in getattr(node, "handlers", ()):
                yield from statements(handler.body)


def _acts(node: ast.stmt, imported: set[str], is_ours: Callable[[str], bool]) -> bool:
    if isinstance(node, ast.Expr):
        value = node.value.value if isinstance(node.value, ast.Await) else node.value
        return isinstance(value, ast.Call) and not _only_tells(value)
    if isinstance(node, ast.Assign | ast.AugAssign | ast.Delete):
        targets = [node.target] if isinstance(node, ast.AugAssign) else node.targets
        roots = (_root(target) for target in targets if not isinstance(target, ast.Name))
        return any(root in imported for root in roots) or _registers(node, imported)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return any(
            is_ours(_root(one)) or (_root(one) in imported and _last(one) in _REGISTERING)
            for one in node.decorator_list
        )
    return False


def _registers(node: ast.Assign | ast.AugAssign | ast.Delete, imported: set[str]) -> bool:
    """Whether a value is what something gives that has been told of it."""
    value = None if isinstance(node, ast.Delete) else node.value
    return isinstance(value, ast.Call) and (
        _root(value) in imported and _last(value) in _REGISTERING
    )


def _tells_its_base(node: ast.stmt, knows: Callable[[str], bool]) -> bool:
    return isinstance(node, ast.ClassDef) and any(knows(dotted(one)) for one in node.bases)


def _only_tells(call: ast.Call) -> bool:
    last = dotted(call.func).rpartition(".")[2]
    return last in TELLING or last in LOGGERS or _root(call.func) in _QUIET_ROOTS


def _last(node: ast.expr) -> str:
    """The last name of what is called, or of a chain of names."""
    callee = dotted(node.func if isinstance(node, ast.Call) else node)
    return callee.rpartition(".")[2]


def _root(node: ast.expr) -> str:
    """The name at which an expression begins; empty if it begins otherwise."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
