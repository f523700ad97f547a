"""The expressions of a file: which names are read where, and which strings may be paths."""

import ast
import re
from collections.abc import Callable
from typing import Any

from onepath.facts.computed.nodes import FIELDS
from onepath.facts.extract.calls import (
    NAMESPACES,
    TYPE_ARGUMENTS,
    attribute_target,
    handed_over,
    later,
)
from onepath.facts.extract.definitions import dotted
from onepath.facts.extract.quoted import UseChain, quoted_names
from onepath.facts.extract.scopes import OpenScope, Scopes
from onepath.facts.newer.nodes import TemplateStr
from onepath.facts.source import SourceText
from onepath.model import UseKind

_STORE, _ANNOTATION, _CALLEE, _FSTRING, _DEFAULT, _STRING, _DELETE, _COMPARED = (
    UseKind.STORE, UseKind.ANNOTATION, UseKind.CALLEE, UseKind.FSTRING,
    UseKind.DEFAULT, UseKind.STRING, UseKind.DELETE, UseKind.COMPARED,
)  # fmt: skip
_PASSED_DOWN = ~(_CALLEE | _COMPARED)
_COMPARING = frozenset(
    ("assertIs", "assertIsNot", "assertEqual", "assertNotEqual", "assertIn", "id", "issubclass",
     "len", "set")
)  # fmt: skip

_MAY_OPEN_NAMESPACE = re.compile(
    rb"\b(?:globals|locals|vars)\s*\(|\bmodules\s*[\[.]|\bimport_module\s*\(\s*__name__"
)
"""What a file has in which the namespace of a module itself may be given to a call."""
_PLACES = tuple(map(str, range(20)))

_DOTTED = re.compile(
    r"[^\W\d]\w*(?:\.[^\W\d]\w*)+(?::[^\W\d]\w*(?:\.[^\W\d]\w*)*)?|[^\W\d]\w*:[^\W\d]\w*"
)


class StringSite:
    """A string that may be a path, while its call is still being read."""

    __slots__ = ("argument", "call", "node", "scope")

    def __init__(
        self, node: ast.Constant, call: ast.Call | None, argument: str, scope: OpenScope
    ) -> None:
        self.node = node
        self.call = call
        self.argument = argument
        self.scope = scope


class ExpressionWalk:
    """Reads expressions into scopes; `walk.Walk` adds the statements."""

    def __init__(self, text: SourceText) -> None:
        self.text = text
        self.scopes = Scopes(len(text.utf8))
        self.scope = self.scopes.module
        self.dynamic: set[str] = set()
        self._starts = text.line_starts
        self._strings: list[StringSite] = []
        self._call: ast.Call | None = None
        self._argument = ""
        self._fstring: ast.AST | None = None

    # ------------------------------------------------------- positions

    def span(self, node: Any) -> tuple[int, int]:
        """Where a node lies in the UTF-8 text."""
        starts = self._starts
        return starts[node.lineno - 1] + node.col_offset, starts[
            node.end_lineno - 1
        ] + node.end_col_offset

    def file_span(self, node: Any) -> tuple[int, int]:
        """Where a node lies in the file's bytes. A decorated definition starts at its `@`."""
        start, end = self.span(node)
        decorators = getattr(node, "decorator_list", None)
        if decorators:
            start = self.text.utf8.rindex(b"@", 0, self.span(decorators[0])[0])
        return self.text.to_file(start), self.text.to_file(end)

    def source(self, node: ast.AST) -> str:
        """The text of an expression, blanks and line breaks in it as one blank."""
        start, end = self.span(node)
        return " ".join(self.text.utf8[start:end].decode("utf-8").split())

    def open_scope(self, kind: str, name: str, node: ast.AST) -> OpenScope:
        return self.scopes.open(kind, self.scope, name, *self.span(node), node)

    # ----------------------------------------------------- expressions

    def expression(self, node: ast.AST, kind: int) -> None:
        """Read an expression: names, strings, and the scopes it opens."""
        method = EXPRESSIONS.get(type(node))
        if method is not None:
            method(self, node, kind)
        else:
            self.children(node, kind & _PASSED_DOWN)

    def children(self, node: ast.AST, kind: int) -> None:
        table = EXPRESSIONS
        for field in FIELDS[node.__class__]:
            value = getattr(node, field, None)
            if value.__class__ is list:
                for item in value:
                    method = table.get(type(item))
                    if method is not None:
                        method(self, item, kind)
                    elif isinstance(item, ast.AST):
                        self.children(item, kind)
            elif value is not None:
                method = table.get(type(value))
                if method is not None:
                    method(self, value, kind)
                elif isinstance(value, ast.AST):
                    self.children(value, kind)

    def read(self, node: ast.Name, kind: int, chain: UseChain = ()) -> None:
        fstring = self._fstring
        self.scope.reads.append(
            (node.id, node if fstring is None else (node, fstring), kind, chain)
        )

    def _name(self, node: ast.Name, kind: int) -> None:
        if self._fstring is None:
            self.scope.reads.append((node.id, node, kind, ()))
        else:
            self.read(node, kind | _FSTRING)

    def _attribute(self, node: ast.Attribute, kind: int) -> None:
        """Read `a.b.c` as one use of `a` with a chain."""
        base: ast.expr = node
        while isinstance(base, ast.Attribute):
            base = base.value
        if isinstance(base, ast.Name):
            if base.id == "self" and "self" in self.scope.bound:
                return  # the most common chain of all, and never an import
            starts = self._starts
            chain: list[tuple[str, int]] = []
            link: ast.expr = node
            while isinstance(link, ast.Attribute):
                end = starts[(link.end_lineno or 1) - 1] + (link.end_col_offset or 0)
                chain.append((link.attr, end))
                link = link.value
            chain.reverse()
            self.read(base, kind | (_FSTRING if self._fstring is not None else 0), tuple(chain))
        else:
            self.expression(base, kind & _PASSED_DOWN)

    def _call_expression(self, node: ast.Call, kind: int) -> None:
        kind &= _PASSED_DOWN
        function = node.func
        self.expression(function, kind | _CALLEE)
        if (
            isinstance(function, ast.Name)
            and function.id in ("exec", "eval")
            # What is given a dictionary binds names in that.
            and (len(node.args) < 2 or _MAY_OPEN_NAMESPACE.search(self.text.utf8))
        ):
            self.dynamic.add(function.id)
        if self.scope is self.scopes.module:
            self.dynamic.update(handed_over(node))
        callee = str(getattr(function, "attr", None) or getattr(function, "id", ""))
        if callee in _COMPARING:
            kind |= _COMPARED
        types = TYPE_ARGUMENTS.get(callee, ())
        outer, outer_argument = self._call, self._argument
        self._call = node if callee != "partial" else later(node)
        # What is called later is the first argument, the others move up by one.
        first = len(self._call.args) - len(node.args)
        for index, argument in enumerate(node.args, first):
            if argument.__class__ is ast.Name and not types:
                self._name(argument, kind)
                continue
            self._argument = _PLACES[index] if 0 <= index < len(_PLACES) else str(index)
            self.expression(argument, kind | _ANNOTATION if self._argument in types else kind)
        for keyword in node.keywords:
            self._argument = keyword.arg or "**"
            self.expression(keyword.value, kind | _ANNOTATION if keyword.arg in types else kind)
        self._call, self._argument = outer, outer_argument

    def _constant(self, node: ast.Constant, kind: int) -> None:
        value = node.value
        if value.__class__ is not str or len(value) > 300:
            return
        if kind & _ANNOTATION:
            self._quoted_type(node, kind)
        elif (("." in value or ":" in value) and _DOTTED.fullmatch(value)) or (
            self._argument in ("1", "attribute")
            and value.isidentifier()
            and attribute_target(self._call, self._argument) is not None
        ):
            self._strings.append(StringSite(node, self._call, self._argument, self.scope))

    def _subscript(self, node: ast.Subscript, kind: int) -> None:
        self.expression(node.value, kind & _PASSED_DOWN)
        if kind & _ANNOTATION:
            head = dotted(node.value).rpartition(".")[2]
            if head == "Literal":
                return
            if head == "Annotated" and isinstance(node.slice, ast.Tuple):
                self.expression(node.slice.elts[0], kind & _PASSED_DOWN)
                for extra in node.slice.elts[1:]:
                    self.expression(extra, kind & ~_ANNOTATION)
                return
        self.expression(node.slice, kind & _PASSED_DOWN)

    def _lambda(self, node: ast.Lambda, kind: int) -> None:
        self.defaults(node.args)
        outer = self.scope
        self.scope = self.open_scope("lambda", "", node)
        self.bind_parameters(node.args)
        self.expression(node.body, 0)
        self.scope = outer

    def _comprehension(self, node: Any, kind: int) -> None:
        # The first iterable is evaluated outside, everything else inside.
        self.expression(node.generators[0].iter, 0)
        outer = self.scope
        self.scope = self.open_scope("comprehension", "", node)
        for index, generator in enumerate(node.generators):
            if index:
                self.expression(generator.iter, 0)
            self.target(generator.target)
            for condition in generator.ifs:
                self.expression(condition, 0)
        for field in ("key", "value", "elt"):
            value = getattr(node, field, None)
            if value is not None:
                self.expression(value, 0)
        self.scope = outer

    def _walrus(self, node: ast.NamedExpr, kind: int) -> None:
        self.expression(node.value, kind & _PASSED_DOWN)
        scope = self.scope
        while scope.kind == "comprehension" and scope.parent is not None:
            scope = scope.parent
        scope.bind(node.target.id)

    def _compare(self, node: ast.Compare, kind: int) -> None:
        kind = (kind & _PASSED_DOWN) | _COMPARED
        self.expression(node.left, kind)
        for comparator in node.comparators:
            self.expression(comparator, kind)

    def _display(self, node: ast.Set | ast.List | ast.Tuple, kind: int) -> None:
        for element in node.elts:
            self.expression(element, kind & ~_CALLEE)

    def _joined(self, node: ast.AST, kind: int) -> None:
        outer, self._fstring = self._fstring, self._fstring or node
        self.children(node, (kind & _PASSED_DOWN & ~_ANNOTATION) | _FSTRING)
        self._fstring = outer

    # -------------------------------------------------------- bindings

    def target(self, node: ast.expr, *, delete: bool = False) -> None:
        """Read an assignment (or `del`) target: it binds names, and reads what leads to others."""
        if isinstance(node, ast.Name):
            self.scope.bind(node.id)
        elif isinstance(node, ast.Tuple | ast.List):
            for element in node.elts:
                self.target(element, delete=delete)
        elif isinstance(node, ast.Starred):
            self.target(node.value, delete=delete)
        elif isinstance(node, ast.Subscript):
            self._note_namespace_write(node.value)
            self.expression(node, 0)  # What is changed is an object, and no name.
        else:
            self.expression(node, _DELETE if delete else _STORE)

    def _note_namespace_write(self, node: ast.expr) -> None:
        if isinstance(node, ast.Call) and dotted(node.func) in NAMESPACES:
            self.dynamic.add(f"{dotted(node.func)}()")
        elif dotted(node) in ("sys.modules", "modules"):
            self.dynamic.add("sys.modules")

    def defaults(self, arguments: ast.arguments) -> None:
        """Read the defaults, which are evaluated outside the function."""
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None:
                self.expression(default, _DEFAULT)

    def annotations(self, arguments: ast.arguments) -> None:
        """Read the parameters' annotations: outside the function, inside its type parameters."""
        for arg in _all_arguments(arguments):
            if arg.annotation is not None:
                self.annotation(arg.annotation)

    def bind_parameters(self, arguments: ast.arguments) -> None:
        for arg in _all_arguments(arguments):
            self.scope.bind(arg.arg)

    def pattern(self, node: ast.AST) -> None:
        """Read a `match` pattern: captures bind, values and classes are read."""
        if isinstance(node, ast.MatchAs | ast.MatchStar) and node.name:
            self.scope.bind(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            self.scope.bind(node.rest)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.pattern):
                self.pattern(child)
            else:
                self.expression(child, 0)

    # ----------------------------------------------------- annotations

    def annotation(self, node: ast.expr) -> None:
        self.expression(node, _ANNOTATION)

    def type_scope(self, node: Any) -> None:
        """Open the scope of type parameters, where there are any (PEP 695)."""
        parameters = getattr(node, "type_params", None)
        if not parameters:
            return
        name = node.name if isinstance(node.name, str) else node.name.id
        self.scope = self.open_scope("type", name, node)
        for parameter in parameters:
            self.scope.bind(parameter.name)
        for parameter in parameters:
            for value in (
                getattr(parameter, "bound", None),
                getattr(parameter, "default_value", None),
            ):
                if value is not None:
                    self.annotation(value)

    def _quoted_type(self, node: ast.Constant, kind: int) -> None:
        """Read the names in a quoted annotation, with their places inside the quotes."""
        start, end = self.span(node)
        kind = (kind & _PASSED_DOWN) | _ANNOTATION | _STRING
        for name, place, chain in quoted_names(str(node.value), self.text.utf8[start:end], start):
            self.scope.reads.append((name, place, kind, chain))


def _all_arguments(arguments: ast.arguments) -> list[ast.arg]:
    result = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    if arguments.vararg:
        result.append(arguments.vararg)
    if arguments.kwarg:
        result.append(arguments.kwarg)
    return result


def _nothing(walk: ExpressionWalk, node: Any, kind: int) -> None:
    """For nodes without names or strings inside."""


EXPRESSIONS: dict[type, Callable[[Any, Any, int], None]] = {
    ast.Name: ExpressionWalk._name,
    ast.Attribute: ExpressionWalk._attribute,
    ast.Call: ExpressionWalk._call_expression,
    ast.Constant: ExpressionWalk._constant,
    ast.Subscript: ExpressionWalk._subscript,
    ast.Lambda: ExpressionWalk._lambda,
    ast.ListComp: ExpressionWalk._comprehension,
    ast.SetComp: ExpressionWalk._comprehension,
    ast.DictComp: ExpressionWalk._comprehension,
    ast.GeneratorExp: ExpressionWalk._comprehension,
    ast.NamedExpr: ExpressionWalk._walrus,
    ast.Compare: ExpressionWalk._compare,
    ast.JoinedStr: ExpressionWalk._joined,
    TemplateStr: ExpressionWalk._joined,
    ast.Set: ExpressionWalk._display,
    ast.List: ExpressionWalk._display,
    ast.Tuple: ExpressionWalk._display,
    ast.Load: _nothing,
    ast.Store: _nothing,
    ast.Del: _nothing,
    str: _nothing,
    int: _nothing,
}
