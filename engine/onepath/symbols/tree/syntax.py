"""A file as a syntax tree whose nodes know what is around them and where they stand."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from onepath.facts.extract.file import parse
from onepath.facts.newer import nodes as newer
from onepath.facts.source import SourceText, UndecodableError

Span = tuple[int, int]
_GENERIC = frozenset(
    kind
    for kind in (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    if "type_params" not in kind._fields
)
"""What has type parameters only in newer Pythons than the running one."""
_NO_NODES = frozenset((
    "arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "level", "lineno",
    "module", "op", "ops", "simple", "tag", "type_comment",
))  # fmt: skip
"""Fields that hold words and numbers, or nodes that say nothing of their place."""
_KINDS = {
    kind
    for kind in (*vars(ast).values(), *vars(newer).values())
    if isinstance(kind, type) and issubclass(kind, ast.AST) and kind not in (ast.Constant, ast.AST)
}
_FIELDS: Mapping[type[ast.AST], tuple[str, ...]] = {
    kind: tuple(
        field
        for field in (*kind._fields, *(["type_params"] if kind in _GENERIC else []))
        if field not in _NO_NODES
    )
    for kind in _KINDS
}
_STRINGS = tuple(
    kind for kind in (ast.JoinedStr, getattr(ast, "TemplateStr", None)) if kind is not None
)


class SyntaxTree:
    """The syntax tree of one file.

    Args:
        data: Its bytes.

    Raises:
        SyntaxError, UndecodableError, RecursionError: It is not Python.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._text = SourceText(data)
        self.root = parse(self._text.utf8)
        self.nodes: list[ast.AST] = [self.root]
        """All nodes but operators, each after the one it is in."""
        self._parents: dict[ast.AST, ast.AST] = {}
        nodes, parents = self.nodes, self._parents
        for node in nodes:  # which grows
            for field in _FIELDS.get(node.__class__, ()):
                value = getattr(node, field, None)
                if value.__class__ is list:
                    for child in value:
                        if isinstance(child, ast.AST):
                            parents[child] = node
                            nodes.append(child)
                elif isinstance(value, ast.AST):
                    parents[value] = node
                    nodes.append(value)

    @classmethod
    def of_file(cls, data: bytes) -> "SyntaxTree | None":
        """The tree of a file; None if it is not Python."""
        try:
            return cls(data)
        except (SyntaxError, UndecodableError, RecursionError):
            return None

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around one, from the inside out."""
        parents = self._parents
        while (parent := parents.get(node)) is not None:
            yield parent
            node = parent

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node in which one is."""
        return self._parents.get(node)

    def field(self, node: ast.AST) -> str:
        """The field of its parent in which a node is."""
        parent = self._parents.get(node)
        for field in () if parent is None else _FIELDS.get(parent.__class__, ()):
            value = getattr(parent, field, None)
            if value is node or (isinstance(value, list) and any(one is node for one in value)):
                return field
        return ""

    def place(self, node: ast.expr | ast.stmt | ast.pattern | ast.arg | ast.keyword) -> Span:
        """Where a node is in the file; before Python 3.12 only for those in no f-string."""
        text = self._text
        start = text.offset(node.lineno, node.col_offset)
        end = text.end(node)
        return text.to_file(start), text.to_file(end)

    def string_around(self, node: ast.AST) -> ast.expr | None:
        """The outermost f-string in whose expressions a node stands."""
        found = None
        for child in self.around(node):
            if isinstance(child, ast.stmt):
                break
            if isinstance(child, _STRINGS):
                found = child
        return found

    @cached_property
    def strings(self) -> Sequence[ast.expr]:
        """The f-strings that are not inside another one."""
        found = [node for node in self.nodes if isinstance(node, _STRINGS)]
        return [node for node in found if self.string_around(node) is None]

    @cached_property
    def words(self) -> Mapping[str, Sequence[ast.Name]]:
        """The names of a file by what they spell, each after those further out."""
        found: dict[str, list[ast.Name]] = {}
        for node in self.nodes:
            if node.__class__ is ast.Name:
                assert isinstance(node, ast.Name)
                found.setdefault(node.id, []).append(node)
        return found
