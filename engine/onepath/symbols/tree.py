"""One file as a syntax tree: where its nodes stand in the bytes, and what its names mean."""

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple, cast

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

from onepath.facts.extract import parse
from onepath.facts.source import SourceText, UndecodableError
from onepath.model import Facts, Use
from onepath.symbols.resolve import Resolution, Resolver

Function = ast.FunctionDef | ast.AsyncFunctionDef
Span = tuple[int, int]
_PLACED: Mapping[type[ast.AST], type[cst.CSTNode]] = {
    ast.Call: cst.Call, ast.Await: cst.Await, ast.Attribute: cst.Attribute, ast.Name: cst.Name,
}  # fmt: skip
"""Nodes whose places inside an f-string are found with libcst, where `ast` does not know them."""


class NotReadableError(ValueError):
    """A file has no syntax tree."""


class Binding(NamedTuple):
    """What a name is bound to."""

    resolution: Resolution
    statement: int | None
    """The import that binds it; None for a definition of the file."""
    sole: bool
    """Whether nothing else binds the name in its scope."""


class Tree:
    """The syntax tree of one file.

    Args:
        path: Where it is.
        data: Its bytes.
        facts: Their facts.
        resolver: Over the snapshot it is in.

    Raises:
        NotReadableError: It is not Python.
    """

    def __init__(self, path: str, data: bytes, facts: Facts, resolver: Resolver) -> None:
        self.path = path
        self.data = data
        self.facts = facts
        self.resolver = resolver
        try:
            self._text = SourceText(data)
            self.root = parse(self._text.utf8)
        except (SyntaxError, UndecodableError, RecursionError) as error:
            raise NotReadableError(str(error)) from error
        self.nodes: list[ast.AST] = [self.root]
        """All nodes, each after the one it is in."""
        self.parents: dict[ast.AST, ast.AST] = {}
        for node in self.nodes:  # which grows
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
                self.nodes.append(child)
        self._strings: dict[ast.AST, Mapping[ast.AST, Span] | None] = {}

    # ------------------------------------------------------------- places

    def span(self, node: ast.expr | ast.stmt) -> Span | None:
        """Where a node stands in the file; None inside an f-string where that can't be known."""
        string = self.string_around(node)
        if string is None or string is node or sys.version_info >= (3, 12):
            return self._outer_span(node)
        if string not in self._strings:
            self._strings[string] = self._places_in(string)
        return (self._strings[string] or {}).get(node)

    def string_around(self, node: ast.AST) -> ast.JoinedStr | None:
        """The outermost f-string in whose expressions a node stands."""
        found = None
        for one in self.around(node):
            if isinstance(one, ast.JoinedStr):
                found = one
        return found

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around one, from the inside out."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def function(self, node: ast.AST) -> ast.AST | None:
        """The function, lambda or class whose body, not whose head, a node stands in."""
        inner = node
        for one in self.around(node):
            if isinstance(one, Function | ast.ClassDef) and inner in one.body:
                return one
            if isinstance(one, ast.Lambda) and inner is one.body:
                return one
            inner = one
        return None

    def line(self, node: ast.expr | ast.stmt) -> int:
        return node.lineno

    def text(self, start: int, end: int) -> str:
        """Source text, with `\\n` line ends."""
        codec = self.facts.encoding.removesuffix("-sig")
        return self.data[start:end].decode(codec).replace("\r\n", "\n")

    def _outer_span(self, node: ast.expr | ast.stmt) -> Span:
        text = self._text
        start = text.offset(node.lineno, node.col_offset)
        end = text.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
        return text.to_file(start), text.to_file(end)

    def _places_in(self, string: ast.JoinedStr) -> Mapping[ast.AST, Span] | None:
        """The places of the nodes inside an f-string; None if they can't be told apart."""
        start, end = self._outer_span(string)
        try:
            # In brackets, because several literals may stand on lines of their own.
            source = f"({self.text(start, end)})\n"
            wrapper = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True)
        except (cst.ParserSyntaxError, UnicodeError):
            return None
        if b"\r\n" in self.data[start:end] or self.facts.encoding not in ("utf-8", "utf-8-sig"):
            return None
        spans = wrapper.resolve(ByteSpanPositionProvider)
        finder = _Finder()
        wrapper.module.visit(finder)
        ours = [node for node in _in_order(string) if type(node) in _PLACED]
        if list(map(_label, ours)) != list(map(_label_of_cst, finder.found)):
            return None
        found = {}
        for mine, theirs in zip(ours, finder.found, strict=True):
            first = start - 1 + spans[theirs].start
            found[mine] = first, first + spans[theirs].length
        return found

    # ------------------------------------------------------------- names

    def use(self, node: ast.Name) -> int | None:
        """The use (an index into `Facts.uses`) that a name is; None for a local or a builtin."""
        return self._use_of.get(node)

    @cached_property
    def _use_of(self) -> Mapping[ast.Name, int]:
        uses = self.facts.uses
        exact = {(use.start, use.name): at for at, use in enumerate(uses) if use.exact}
        vague: dict[tuple[int, str], list[int]] = {}
        for at, use in enumerate(uses):
            if not use.exact:
                vague.setdefault((use.start, use.name), []).append(at)
        known = {use.name for use in uses}
        found: dict[ast.Name, int] = {}
        inside: set[ast.AST] = set()
        for string in self._outer_strings():
            start = self._outer_span(string)[0]
            for node in _in_order(string):
                inside.add(node)
                waiting = vague.get((start, node.id)) if isinstance(node, ast.Name) else None
                if waiting and len({uses[at].bound_in for at in waiting}) == 1:
                    found[cast(ast.Name, node)] = waiting.pop(0)
        for node in self.nodes:
            if isinstance(node, ast.Name) and node.id in known and node not in found:
                place = self.span(node) if node in inside else self._outer_span(node)
                if place is not None and (place[0], node.id) in exact:
                    found[node] = exact[place[0], node.id]
        return found

    def _outer_strings(self) -> Iterator[ast.JoinedStr]:
        """The f-strings that are not inside another one."""
        waiting: list[ast.AST] = [self.root]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.JoinedStr):
                yield node
            else:
                waiting += ast.iter_child_nodes(node)

    def binding(self, use: Use) -> Binding | None:
        """What a use's name is bound to; None if nothing is known of it."""
        key = use.bound_in, use.name
        if key not in self._bindings:
            self._bindings[key] = self._binding(*key)
        return self._bindings[key]

    @cached_property
    def _bindings(self) -> dict[tuple[int, str], Binding | None]:
        return {}

    def _binding(self, scope: int, name: str) -> Binding | None:
        imports = [
            (at, one, alias)
            for at, one in enumerate(self.facts.imports) if one.scope == scope
            for alias in one.names if alias.bound == name and alias.name != "*"
        ]  # fmt: skip
        defined = [one for one in self.facts.definitions if one.qualname == name]
        if not imports and (scope or not defined):
            return None
        held = self.facts.scopes[scope]
        sole = len(imports) + (len(defined) if not scope else 0) == 1
        sole = sole and not (imports and name in held.multiple)
        sole = sole and not any(name in one.redirected for one in self.facts.scopes)
        if scope:
            found = {self.resolver.imported(self.path, one, alias) for _, one, alias in imports}
            if len({one.target for one in found}) != 1:
                return None
            return Binding(found.pop(), imports[0][0], sole)
        return Binding(
            self.resolver.name(self.path, name), imports[0][0] if imports else None, sole
        )

    def meaning(self, node: ast.expr) -> Resolution | None:
        """What a name, or a chain of attributes of one, means; None for anything else."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        use = self.use(node) if isinstance(node, ast.Name) else None
        binding = self.binding(self.facts.uses[use]) if use is not None else None
        return None if binding is None else self.extended(binding.resolution, parts)

    def extended(self, found: Resolution, parts: list[str]) -> Resolution:
        """An attribute of what a name means."""
        if not parts:
            return found
        if found.kind == "module":
            after = self.resolver.attributes(found.path, parts)
            return after._replace(route=found.route + after.route)
        return found._replace(rest=(*found.rest, *parts))

    def scope_at(self, offset: int) -> int:
        """The scope (an index into `Facts.scopes`) in which an expression is evaluated."""
        best = 0
        for index, scope in enumerate(self.facts.scopes):
            if scope.start <= offset < scope.end and scope.start >= self.facts.scopes[best].start:
                best = index
        return best


class _Finder(cst.CSTVisitor):
    """The nodes that have a counterpart in `_PLACED`, in the order of the text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[cst.CSTNode] = []
        self._labels: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Attribute):
            self._labels.append(node.attr)
        elif isinstance(node, cst.Arg) and node.keyword is not None:
            self._labels.append(node.keyword)
        elif isinstance(node, cst.Param):
            self._labels.append(node.name)
        elif isinstance(node, cst.Name) and node.value in ("None", "True", "False"):
            return True
        if type(node) in _PLACED.values() and not any(node is one for one in self._labels):
            self.found.append(node)
        return True


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    """A node and those in it, in the order of the text, as far as that can be had."""
    yield node
    children: Iterable[ast.AST] = ast.iter_child_nodes(node)
    if isinstance(node, ast.IfExp):
        children = node.body, node.test, node.orelse
    elif isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        children = [one for pair in pairs for one in pair if one is not None]
    for child in children:
        yield from _in_order(child)


def _label(node: ast.AST) -> tuple[type[cst.CSTNode], str]:
    """By what a node of one tree is known again in the other."""
    name = node.id if isinstance(node, ast.Name) else ""
    return _PLACED[type(node)], node.attr if isinstance(node, ast.Attribute) else name


def _label_of_cst(node: cst.CSTNode) -> tuple[type[cst.CSTNode], str]:
    name = node.value if isinstance(node, cst.Name) else ""
    return type(node), node.attr.value if isinstance(node, cst.Attribute) else name
