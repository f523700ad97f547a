"""The annotations of a file, and which of them something reads while the program runs."""

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from onepath.facts.computed.nodes import FunctionNode
from onepath.facts.extract.definitions import dotted
from onepath.facts.extract.file import parse
from onepath.facts.source import SourceText

READERS = (
    "Depends", "Security", "TypeAdapter", "__annotations__", "add_api_route",
    "add_api_websocket_route", "create_model", "eval_str", "from_function", "get_annotations",
    "get_type_hints", "inject", "singledispatch", "singledispatchmethod", "strawberry", "typer",
    "validate_arguments", "validate_call",
)  # fmt: skip
"""Words of files in which annotations may be read, of what is decorated and what is not."""
_DECORATORS = frozenset((
    "abstractmethod", "asynccontextmanager", "cache", "cached_property", "classmethod",
    "contextmanager", "deleter", "deprecated", "final", "fixture", "getter", "lru_cache",
    "overload", "override", "property", "setter", "staticmethod", "wraps",
))  # fmt: skip
"""Decorators of functions that are known not to read annotations."""
_THEIR_MODULES = frozenset((
    "abc", "contextlib", "functools", "pytest", "pytest_asyncio", "typing", "typing_extensions",
    "warnings",
))  # fmt: skip
"""Where they come from, if that is written."""
_CLASS_DECORATORS = frozenset(("final", "runtime_checkable", "total_ordering"))
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


class AnnotatedBody(NamedTuple):
    """The statements of a function."""

    start: int
    """Where the line after its header or docstring begins; the colon's end if there is none."""
    end: int
    """Where the function ends."""
    indent: str
    inline: int = -1
    """Where the first statement is that is on the line of the header; -1 if none is."""


def annotations(data: bytes, is_plain: IsPlain) -> list[Annotation]:
    """All annotations of a file, in its order.

    Args:
        data: The bytes of a file that parses.
        is_plain: Knows the base classes.
    """
    source = SourceText(data)
    walk = _Walk(source, is_plain)
    walk.suite(parse(source.utf8).body, None, "", "")
    return sorted(walk.annotations)


class _Walk:
    def __init__(self, source: SourceText, is_plain: IsPlain) -> None:
        self._source = source
        self._is_plain = is_plain
        reading = _READERS.search(source.utf8.decode("utf-8", "replace"))
        self._reading = f"'{reading[0]}' in this file may read the annotations" if reading else ""
        self.annotations: list[Annotation] = []

    def suite(
        self, body: Sequence[ast.AST], kind: str | None, owner: str, reader: str, maker: str = ""
    ) -> None:
        """Go through statements.

        Args:
            body: They, or what they are made of.
            kind: `class` or `function`, whichever is around them; None at the top.
            owner: The definition at the top of the module that they belong to.
            reader: What may read the annotated names of the class around them.
            maker: What may read everything in that class.
        """
        for node in body:
            if isinstance(node, FunctionNode):
                self._function(node, owner or node.name, maker)
            elif isinstance(node, ast.ClassDef):
                inner = owner or node.name
                made_by = _maker(node)
                why = made_by or self._base_reader(node)
                self.suite(node.body, "class", inner, why, made_by)
            elif isinstance(node, ast.AnnAssign):
                why = self._field_reader(node, reader) if kind == "class" else ""
                why = why if kind == "function" else why or self._reading
                self._note(node.annotation, owner, why, evaluated=kind != "function")
            else:
                inside = [
                    child for child in ast.iter_child_nodes(node) if not _is_expression(child)
                ]
                self.suite(inside, kind, owner, reader, maker)

    def _function(self, node: FunctionNode, owner: str, maker: str) -> None:
        reader = maker or self._reading
        for name in map(_decorator, node.decorator_list):
            if not _is_harmless(name):
                reader = f"the decorator '{name}' may read the annotations"
        arguments = node.args
        every = (
            *arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs,
            *filter(None, (arguments.vararg, arguments.kwarg)),
        )  # fmt: skip
        for annotation in (*(argument.annotation for argument in every), node.returns):
            if annotation is not None:
                self._note(annotation, owner, reader, evaluated=True)
        self.suite(node.body, "function", owner, "")

    def _base_reader(self, node: ast.ClassDef) -> str:
        for base in node.bases:
            name = dotted(base.value if isinstance(base, ast.Subscript) else base)
            if not name or not self._is_plain(name):
                return f"the base class '{name or 'of it'}' may read the annotations"
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
                (node.lineno, node.col_offset),
                (node.end_lineno, node.end_col_offset),
            )
        )
        self.annotations.append(Annotation(start, end, owner, reader, evaluated))


def _decorator(node: ast.expr) -> str:
    return dotted(node.func if isinstance(node, ast.Call) else node) or "of it"


def _is_harmless(decorator: str) -> bool:
    """Whether the decorator of a function is known not to read annotations."""
    module, _, name = decorator.rpartition(".")
    if name in ("setter", "getter", "deleter") or decorator.startswith("pytest.mark."):
        return True
    return name in _DECORATORS and (not module or module in _THEIR_MODULES)


def _maker(node: ast.ClassDef) -> str:
    """What makes a class and may read whatever is in it, in words; empty if nothing does."""
    for name in map(_decorator, node.decorator_list):
        last = name.rpartition(".")[2]
        if last not in _CLASS_DECORATORS and last != "dataclass":
            return f"the decorator '{name}' may read the annotations"
    if any(
        keyword.arg != "metaclass" or dotted(keyword.value) not in ("ABCMeta", "abc.ABCMeta")
        for keyword in node.keywords
    ):
        return "what makes the class may read the annotations"
    return ""


def is_made_plainly(data: bytes, name: str) -> bool:
    """Whether no class of that name in a file says how the classes below it are made."""
    for node in ast.walk(parse(SourceText(data).utf8)):
        if isinstance(node, ast.ClassDef) and node.name == name:
            hooks = (statement for statement in node.body if isinstance(statement, FunctionNode))
            if _maker(node) or any(
                function_def.name == "__init_subclass__" for function_def in hooks
            ):
                return False
    return True


def _is_expression(node: ast.AST) -> bool:
    return isinstance(node, ast.expr | ast.expr_context | ast.arguments | ast.keyword)


def quoted_annotation(text: str) -> str | None:
    """An annotation in quotes; None if it can't simply be quoted."""
    if "\n" in text or "\\" in text:
        return None
    if '"' not in text:
        return f'"{text}"'
    return None if "'" in text else f"'{text}'"


@lru_cache(maxsize=512)
def function_bodies(data: bytes) -> tuple[AnnotatedBody, ...]:
    """Where a statement could be put at the beginning of each outermost function.

    Args:
        data: The bytes of a file that parses.

    Returns:
        Their bodies. Functions with a docstring on the line of their header are left out.
    """
    source = SourceText(data)
    bodies: list[AnnotatedBody] = []
    for node in _outermost(parse(source.utf8).body):
        first = node.body[0]
        is_docstring = (
            isinstance(first, ast.Expr)
            and isinstance(first.value, ast.Constant)
            and (isinstance(first.value.value, str))
        )
        if is_docstring and len(node.body) == 1:
            continue
        statement = node.body[1] if is_docstring else first
        decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
        line = min([statement.lineno, *(expression.lineno for expression in decorators)])
        lines = source.line_starts
        column = min(
            [statement.col_offset, *(expression.col_offset - 1 for expression in decorators)]
        )
        indent = source.utf8[lines[line - 1] : lines[line - 1] + column]
        if indent.strip(b" \t"):
            if not is_docstring:
                bodies.extend(_inline(source, node, first))
            continue
        # The comments above the first statement speak of it, so they stay with it.
        top = first.end_lineno if is_docstring and first.end_lineno else node.lineno
        while line - 1 > top:
            above = source.utf8[lines[line - 2] : lines[line - 1]].strip()
            if above and not above.startswith(b"#"):
                break
            line -= 1
        end = source.end(node)
        start = source.to_file(lines[line - 1])
        bodies.append(AnnotatedBody(start, source.to_file(end), indent.decode()))
    return tuple(bodies)


def _inline(source: SourceText, node: FunctionNode, first: ast.stmt) -> Iterator[AnnotatedBody]:
    """The body of a function that begins on the line of its header."""
    header = source.utf8[source.line_starts[node.lineno - 1] :][: node.col_offset]
    if not header.strip(b" \t"):
        at = source.offset(first.lineno, first.col_offset)
        start = len(source.utf8[:at].rstrip(b" \t"))
        end = source.end(node)
        indent = header.decode() + ("\t" if b"\t" in header else "    ")
        yield AnnotatedBody(source.to_file(start), source.to_file(end), indent, source.to_file(at))


def _outermost(body: Sequence[ast.AST]) -> Iterator[FunctionNode]:
    for node in body:
        if isinstance(node, FunctionNode):
            yield node
        elif not _is_expression(node):
            yield from _outermost([*ast.iter_child_nodes(node)])
