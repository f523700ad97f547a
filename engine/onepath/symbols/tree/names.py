"""One file as a syntax tree: where its nodes stand in the bytes, and what its names mean."""

import ast
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from typing import NamedTuple

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

from onepath.facts.computed.nodes import FunctionNode
from onepath.facts.source import UndecodableError
from onepath.model import Alias, Facts, ImportFact, Use
from onepath.symbols.resolve import Resolution, Resolver
from onepath.symbols.tree.own_names import OwnNames, own_names
from onepath.symbols.tree.syntax import Span, SyntaxTree

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


class WrittenBindings(NamedTuple):
    """What the text of a class binds."""

    attributes: Mapping[str, Sequence[ast.Attribute]]
    """Name -> where it is stored to as an attribute of anything."""
    names: frozenset[str]
    """The names that are bound outside of its methods."""


class Tree(SyntaxTree):
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
        self.facts = facts
        self.resolver = resolver
        try:
            super().__init__(data)
        except (SyntaxError, UndecodableError, RecursionError) as error:
            raise NotReadableError(str(error)) from error
        self._strings: dict[ast.AST, Mapping[ast.AST, Span] | None] = {}
        self._in_strings: dict[ast.AST, Sequence[ast.Name]] = {}
        self._used: dict[str, Mapping[ast.Name, int]] = {}
        self._bindings: dict[tuple[int, str], Binding | None] = {}
        self.made: Set[tuple[str, str]] = frozenset()
        """(path, name) of what a call makes and is a class all the same."""
        self.written: dict[ast.ClassDef, WrittenBindings] = {}
        """What is known of the classes of the file that somebody has asked for."""
        self._own_names: dict[ast.AST, OwnNames] = {}

    # ------------------------------------------------------------- places

    def span(self, node: ast.expr | ast.stmt) -> Span | None:
        """Where a node is in the file; None inside an f-string where that can't be known."""
        string = self.string_around(node)
        if string is None or string is node or sys.version_info >= (3, 12):
            return self.place(node)
        if string not in self._strings:
            self._strings[string] = self._places_in(string)
        return (self._strings[string] or {}).get(node)

    def function(self, node: ast.AST) -> ast.AST | None:
        """The function, lambda or class whose body, not whose head, a node is in."""
        inner = node
        for child in self.around(node):
            if isinstance(child, FunctionNode | ast.ClassDef) and inner in child.body:
                return child
            if isinstance(child, ast.Lambda) and inner is child.body:
                return child
            inner = child
        return None

    def own_names(self, function: ast.AST) -> OwnNames:
        """What a function binds, inner functions left out."""
        return own_names(function, self._own_names)

    def line(self, node: ast.expr | ast.stmt) -> int:
        return node.lineno

    def text(self, start: int, end: int) -> str:
        """Source text, with `\\n` line ends."""
        codec = self.facts.encoding.removesuffix("-sig")
        return self.data[start:end].decode(codec).replace("\r\n", "\n")

    def _places_in(self, string: ast.expr) -> Mapping[ast.AST, Span] | None:
        """The places of the nodes inside an f-string; None if they can't be told apart."""
        start, end = self.place(string)
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
        if node.id not in self._used:
            self._used[node.id] = self._uses_of(node.id)
        return self._used[node.id].get(node)

    def _uses_of(self, word: str) -> Mapping[ast.Name, int]:
        """The uses that the names of one spelling are."""
        uses = self.facts.uses
        exact: dict[int, int] = {}
        vague: dict[int, list[int]] = {}
        for at in self._by_name.get(word, ()):
            if uses[at].exact:
                exact[uses[at].start] = at
            else:
                vague.setdefault(uses[at].start, []).append(at)
        found: dict[ast.Name, int] = {}
        strings: dict[ast.expr, None] = {}
        for node in self.words.get(word, ()) if exact or vague else ():
            string = self.string_around(node)
            if string is not None:
                strings[string] = None
            elif (at_place := exact.get(self.place(node)[0])) is not None:
                found[node] = at_place
        for string in strings:
            found |= self._uses_in(string, word, exact, vague)
        return found

    def _uses_in(
        self,
        string: ast.expr,
        word: str,
        exact: Mapping[int, int],
        vague: Mapping[int, Sequence[int]],
    ) -> Mapping[ast.Name, int]:
        """The uses that the names in an f-string are: by their order, or by their places."""
        start, end = self.place(string)
        waiting = vague.get(start, ())
        names = [node for node in self._names_in(string) if node.id == word]
        found: dict[ast.Name, int] = {}
        if len({self.facts.uses[at].bound_in for at in waiting}) == 1:
            found = dict(zip(names, waiting, strict=False))
        if any(start <= at < end for at in exact):
            for node in names[len(found) :]:
                span = self.span(node)
                if span is not None and span[0] in exact:
                    found[node] = exact[span[0]]
        return found

    def _names_in(self, string: ast.expr) -> Sequence[ast.Name]:
        """The names in an f-string, in the order of the text."""
        if string not in self._in_strings:
            self._in_strings[string] = [
                node for node in _in_order(string) if isinstance(node, ast.Name)
            ]
        return self._in_strings[string]

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = {}
        for at, use in enumerate(self.facts.uses):
            found.setdefault(use.name, []).append(at)
        return found

    def binding(self, use: Use) -> Binding | None:
        """What a use's name is bound to; None if nothing is known of it."""
        key = use.bound_in, use.name
        if key not in self._bindings:
            self._bindings[key] = self._binding(*key)
        return self._bindings[key]

    def _binding(self, scope: int, name: str) -> Binding | None:
        imports = self._imports.get((scope, name), ())
        defined = self._defined[name]
        if not imports and (scope or not defined):
            return None
        held = self.facts.scopes[scope]
        sole = len(imports) + (defined if not scope else 0) == 1
        sole = sole and not (imports and name in held.multiple)
        sole = sole and name not in self._redirected
        if scope:
            resolutions = {
                self.resolver.imported(self.path, fact, alias) for _, fact, alias in imports
            }
            if len({resolution.target for resolution in resolutions}) != 1:
                return None
            return Binding(resolutions.pop(), imports[0][0], sole)
        return Binding(
            self.resolver.name(self.path, name), imports[0][0] if imports else None, sole
        )

    @cached_property
    def _imports(self) -> Mapping[tuple[int, str], Sequence[tuple[int, ImportFact, Alias]]]:
        """(scope, name) -> the imports that bind the name there, each with its index."""
        found: dict[tuple[int, str], list[tuple[int, ImportFact, Alias]]] = {}
        for at, fact in enumerate(self.facts.imports):
            for alias in fact.names:
                if alias.name != "*":
                    found.setdefault((fact.scope, alias.bound), []).append((at, fact, alias))
        return found

    @cached_property
    def _defined(self) -> Counter[str]:
        """How often the file defines each qualified name."""
        return Counter(definition.qualname for definition in self.facts.definitions)

    @cached_property
    def _redirected(self) -> frozenset[str]:
        """The names that some scope of the file declares to be those of another."""
        return frozenset(name for scope in self.facts.scopes for name in scope.redirected)

    def meaning(self, node: ast.expr) -> Resolution | None:
        """What a name, or a chain of attributes of one, means; None for anything else."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        use = self.use(node) if isinstance(node, ast.Name) else None
        binding = self.binding(self.facts.uses[use]) if use is not None else None
        if binding is not None:
            return self.extended(binding.resolution, parts)
        if not isinstance(node, ast.Name):
            return None
        if (self.path, node.id) in self.made and self._is_global(node):
            return self.extended(Resolution("definition", self.path, node.id), parts)
        starred = self._starred(node) if use is None else None
        return None if starred is None else self.extended(starred, parts)

    def _starred(self, node: ast.Name) -> Resolution | None:
        """What a star import brings by a name that nothing in the file binds."""
        bound = self.facts.scopes[0].bound
        if not self._has_stars or node.id in bound or node.id in self._redirected:
            return None
        resolution = self.resolver.name(self.path, node.id)
        is_known = resolution.kind != "unresolved"
        return resolution if is_known and self._is_global(node) else None

    @cached_property
    def _has_stars(self) -> bool:
        """Whether a star import at the top of the file may bring names."""
        return any(
            fact.scope == 0 and any(alias.name == "*" for alias in fact.names)
            for fact in self.facts.imports
        )

    def _is_global(self, node: ast.Name) -> bool:
        """Whether no function or class around a place binds the name there."""
        around = self.function(node)
        while around is not None and node.id not in self.own_names(around).binders:
            around = self.function(around)
        return around is None

    def extended(self, resolution: Resolution, parts: list[str]) -> Resolution:
        """An attribute of what a name means."""
        if not parts:
            return resolution
        if resolution.kind == "module":
            after = self.resolver.attributes(resolution.path, parts)
            return after._replace(route=resolution.route + after.route)
        return resolution._replace(rest=(*resolution.rest, *parts))

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
        if type(node) in _PLACED.values() and not any(node is child for child in self._labels):
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
        children = [expression for pair in pairs for expression in pair if expression is not None]
    for child in children:
        yield from _in_order(child)


def _label(node: ast.AST) -> tuple[type[cst.CSTNode], str]:
    """By what a node of one tree is known again in the other."""
    name = node.id if isinstance(node, ast.Name) else ""
    return _PLACED[type(node)], node.attr if isinstance(node, ast.Attribute) else name


def _label_of_cst(node: cst.CSTNode) -> tuple[type[cst.CSTNode], str]:
    name = node.value if isinstance(node, cst.Name) else ""
    return type(node), node.attr.value if isinstance(node, cst.Attribute) else name
