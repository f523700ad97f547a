"""The annotations of a file, and which of them something reads while the program runs."""

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from onepath.facts.definitions import dotted
from onepath.facts.extract import parse
from onepath.facts.source import SourceText

READERS = (
    "Depends", "TypeAdapter", "__annotations__", "eval_str", "get_annotations", "get_type_hints",
    "inject", "strawberry", "typer", "validate_arguments", "validate_call",
)  # fmt: skip
"""Words of files in which functions may have their annotations read, decorated or not."""
_DECORATORS = frozenset((
    "abstractmethod", "asynccontextmanager", "cache", "cached_property", "classmethod",
    "contextmanager", "deleter", "deprecated", "final", "fixture", "getter", "lru_cache",
    "overload", "override", "property", "setter", "staticmethod", "wraps",
))  # fmt: skip
"""Decorators of functions that are known not to read annotations."""
_CLASS_DECORATORS = frozenset(("final", "runtime_checkable", "total_ordering"))
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
_READERS = re.compile(rf"\b(?:{'|'.join(READERS)})\b")

IsPlain = Callable[[str], bool]
"""Whether a base class, as written, is known not to read the annotations of those below it."""


class Annotation(NamedTuple):
    """One annotation."""

    start: int
    end: int
    """Its span in the file, in bytes."""
    owner: str
    """The function or class at the top of the module that it belongs to; else empty."""
    reader: str
    """What may read it while the program runs, in words; empty if nothing does."""
    evaluated: bool
    """Whether Python itself evaluates it, unless it is quoted or `annotations` is imported from
    `__future__`."""


def annotations(data: bytes, is_plain: IsPlain) -> list[Annotation]:
    """All annotations of a file, in its order.

    Args:
        data: The bytes of a file that parses.
        is_plain: Knows the base classes.
    """
    source = SourceText(data)
    found = _Walk(source, is_plain)
    found.suite(parse(source.utf8).body, None, "", "")
    return sorted(found.annotations)


class _Walk:
    def __init__(self, source: SourceText, is_plain: IsPlain) -> None:
        self._source = source
        self._is_plain = is_plain
        self._reading = _READERS.search(source.utf8.decode("utf-8", "replace"))
        self.annotations: list[Annotation] = []

    def suite(self, body: Sequence[ast.AST], kind: str | None, owner: str, reader: str) -> None:
        """Go through statements.

        Args:
            body: They, or what they are made of.
            kind: `class` or `function`, whichever is around them; None at the top.
            owner: The definition at the top of the module that they belong to.
            reader: What reads the annotations of the class around them.
        """
        for node in body:
            if isinstance(node, _FUNCTIONS):
                self._function(node, owner or node.name)
            elif isinstance(node, ast.ClassDef):
                inner = owner or node.name
                self.suite(node.body, "class", inner, self._class_reader(node))
            elif isinstance(node, ast.AnnAssign):
                why = self._field_reader(node, reader) if kind == "class" else ""
                self._note(node.annotation, owner, why, evaluated=kind != "function")
            else:
                inside = [one for one in ast.iter_child_nodes(node) if not _is_expression(one)]
                self.suite(inside, kind, owner, reader)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, owner: str) -> None:
        reader = ""
        for decorator in node.decorator_list:
            name = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
            if name.rpartition(".")[2] not in _DECORATORS:
                reader = f"the decorator '{name or 'of it'}' may read the annotations"
        if not reader and self._reading:
            reader = f"'{self._reading[0]}' in this file may read the annotations"
        arguments = node.args
        every = (
            *arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs,
            *filter(None, (arguments.vararg, arguments.kwarg)),
        )  # fmt: skip
        for annotation in (*(one.annotation for one in every), node.returns):
            if annotation is not None:
                self._note(annotation, owner, reader, evaluated=True)
        self.suite(node.body, "function", owner, "")

    def _class_reader(self, node: ast.ClassDef) -> str:
        for decorator in node.decorator_list:
            name = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
            last = name.rpartition(".")[2]
            if last not in _CLASS_DECORATORS and last != "dataclass":
                return f"the decorator '{name or 'of it'}' may read the annotations"
        for base in node.bases:
            name = dotted(base.value if isinstance(base, ast.Subscript) else base)
            if not name or not self._is_plain(name):
                return f"the base class '{name or 'of it'}' may read the annotations"
        if any(keyword.arg != "metaclass" or dotted(keyword.value) not in ("ABCMeta", "abc.ABCMeta")
               for keyword in node.keywords):  # fmt: skip
            return "what makes the class may read the annotations"
        return ""

    def _field_reader(self, node: ast.AnnAssign, reader: str) -> str:
        if reader or node.value is None or not isinstance(node.value, ast.Call):
            return reader
        return f"'{dotted(node.value.func)}' makes a field of it"

    def _note(self, node: ast.expr, owner: str, reader: str, *, evaluated: bool) -> None:
        if node.end_lineno is None or node.end_col_offset is None:
            return
        start, end = (
            self._source.to_file(self._source.offset(line, column))
            for line, column in (
                (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
            )
        )  # fmt: skip
        self.annotations.append(Annotation(start, end, owner, reader, evaluated))


def _is_expression(node: ast.AST) -> bool:
    return isinstance(node, ast.expr | ast.expr_context | ast.arguments | ast.keyword)


def quoted(text: str) -> str | None:
    """An annotation in quotes; None if it can't simply be quoted."""
    if "\n" in text or "\\" in text:
        return None
    if '"' not in text:
        return f'"{text}"'
    return None if "'" in text else f"'{text}'"


def function_bodies(data: bytes) -> Iterator[tuple[int, int, int, str]]:
    """Where a statement could be put at the beginning of each outermost function.

    Args:
        data: The bytes of a file that parses.

    Yields:
        The function's span, the offset at which the line of its first statement begins (its
        docstring left out), and that line's indent. Functions on one line are left out.
    """
    source = SourceText(data)
    for node in _outermost(parse(source.utf8).body):
        first = node.body[0]
        is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and (
            isinstance(first.value.value, str)
        )  # fmt: skip
        if is_docstring and len(node.body) == 1:
            continue
        statement = node.body[1] if is_docstring else first
        decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
        line = min([statement.lineno, *(one.lineno for one in decorators)])
        start = source.line_starts[line - 1]
        text = source.utf8[start:]
        indent = text[: len(text) - len(text.lstrip(b" \t"))].decode()
        before = source.utf8[start : source.offset(statement.lineno, statement.col_offset)]
        if before.strip(b" \t") and not decorators:
            continue
        end = source.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
        begin = source.offset(node.lineno, node.col_offset)
        yield source.to_file(begin), source.to_file(end), source.to_file(start), indent


def _outermost(body: Sequence[ast.AST]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in body:
        if isinstance(node, _FUNCTIONS):
            yield node
        elif not _is_expression(node):
            yield from _outermost([*ast.iter_child_nodes(node)])
