"""Modules that may end their own import: `raise`, `sys.exit`, `os.environ["KEY"]`, `open("file")`.

What it takes to import them (a file, a variable of the environment, a platform) need not be there
where a module is imported that has done without them.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from onepath.facts.computed.nodes import DefinitionNode
from onepath.facts.extract.definitions import dotted
from onepath.facts.extract.file import module_tree
from onepath.facts.prefilter.words import SearchByItself
from onepath.importing.expressions import condition

_EXITS = frozenset(("exit", "quit", "sys.exit", "os._exit"))
_ENVIRON = frozenset(("environ", "os.environ"))
_ALWAYS_SET = frozenset(("HOME", "PATH"))
_SETS = r"environ(?:\.setdefault\(\s*|\[)[\"']{}[\"']\s*(?:,|\]\s*=[^=])"
_BLOCK = rb"^(?:if|elif|else|for|while|with|try|except|finally)\b[^\n]*"
_STOPS = re.compile(
    rb"(?m)^raise\b|\b_?exit\(|\bquit\(|\benviron\[|^[^#\n]*\bopen\([ \t]*[\"']"
    rb"|" + _BLOCK + rb":[ \t]*raise\b"
    rb"|" + _BLOCK + rb"\n(?:(?:[ \t][^\n]*|#[^\n]*)?\n)*?[ \t]+raise\b"
)  # fmt: skip


class Stop(NamedTuple):
    """Where a module may end its own import."""

    line: int
    text: str
    """The first line of the statement."""
    packages: tuple[str, ...] = ()
    """It ends there only without one of these; if there are none, whatever is there."""


class Stopping(SearchByItself):
    """The search for files that may hold such a place; few of them do."""

    digest = "modules that may end their own import"

    def hit(self, data: bytes) -> bool:
        """Whether a file may end its own import."""
        return _STOPS.search(data) is not None


def stops_in(data: bytes) -> Iterator[Stop]:
    """The places at which importing a module may end with an error of its own.

    What a `try` catches, and what another version of Python is told, ends nothing.

    Args:
        data: The bytes of its file.
    """
    text = data.decode("utf-8", "replace")
    for node, packages in _running(module_tree(data).body):
        if _ends(node) or any(_is_needed(read, text) for read in _reads(node)):
            yield Stop(node.lineno, text.splitlines()[node.lineno - 1].strip(), packages)


def _running(body: Iterable[ast.stmt]) -> Iterator[tuple[ast.stmt, tuple[str, ...]]]:
    """The statements that run when a module is imported, and whose errors nothing catches.

    Each with the packages of which one must be missing for it to run.
    """
    for node in body:
        match node:
            case ast.If():
                test = condition(node.test)
                if test is not False and "environ" not in ast.dump(node.test):
                    yield from _running(node.body)
                if test is not True:
                    yield from _running(_otherwise(node))
            case ast.Try() | ast.TryStar():
                yield from _without(node) if node.handlers else _running(node.body)
                yield from _running([*node.orelse, *node.finalbody])
            case ast.For() | ast.While():
                yield from _running([*node.body, *node.orelse])
            case ast.With():
                yield from ((item, ()) for item in _opened(node))
                yield from _running(node.body)
            case ast.ClassDef():
                yield from _running(node.body)
            case _ if not isinstance(node, DefinitionNode):
                yield node, ()


def _otherwise(node: ast.If) -> list[ast.stmt]:
    """What runs where the test of an `if` fails; not what complains that no test has held."""
    match node.orelse:
        case [ast.If() as other]:
            is_complaint = bool(other.orelse) and isinstance(other.orelse[-1], ast.Raise)
            return other.body if is_complaint else [other]
    return node.orelse


def _opened(node: ast.With) -> Iterator[ast.stmt]:
    """What a `with` is given, as statements."""
    for item in node.items:
        yield ast.copy_location(ast.Expr(item.context_expr), node)


def _without(node: ast.Try | ast.TryStar) -> Iterator[tuple[ast.stmt, tuple[str, ...]]]:
    """What runs where a package can't be imported: `except ImportError: raise Missing(...)`."""
    packages = tuple(
        name.partition(".")[0]
        for statement in node.body
        if isinstance(statement, ast.Import | ast.ImportFrom)
        for name in (
            [statement.module or ""]
            if isinstance(statement, ast.ImportFrom)
            else [alias.name for alias in statement.names]
        )
    )
    for handler in node.handlers:
        caught = "" if handler.type is None else ast.dump(handler.type)
        if packages and ("ImportError" in caught or "ModuleNotFoundError" in caught):
            yield from ((one, packages) for one, _ in _running(handler.body))


def _ends(node: ast.stmt) -> bool:
    if isinstance(node, ast.Raise):
        return True
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and dotted(call.func) in _EXITS


def _reads(node: ast.AST) -> Iterator[ast.Subscript | ast.Call]:
    """What a statement reads that must be there: variables of the environment, and files."""
    match node:
        case ast.Lambda():
            return
        case ast.IfExp(test=test) if "environ" in ast.dump(test):
            return
        case ast.Subscript(value=value, slice=ast.Constant(value=str()), ctx=ast.Load()):
            if dotted(value) in _ENVIRON:
                yield node
        case ast.Call(func=ast.Name(id="open"), args=[ast.Constant(value=str()), *_]):
            yield node
    for child in ast.iter_child_nodes(node):
        yield from _reads(child)


def _is_needed(node: ast.Subscript | ast.Call, text: str) -> bool:
    """Whether something need not be there: a variable that nobody sets, a file to be read."""
    if isinstance(node, ast.Call):
        modes = [*node.args[1:2], *(one.value for one in node.keywords if one.arg == "mode")]
        return all(isinstance(mode, ast.Constant) and "r" in str(mode.value) for mode in modes)
    key = node.slice.value if isinstance(node.slice, ast.Constant) else ""
    is_set = re.search(_SETS.format(re.escape(str(key))), text) is not None
    return not is_set and key not in _ALWAYS_SET
