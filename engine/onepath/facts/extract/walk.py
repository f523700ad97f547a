"""One pass over a file's tree: statements here, expressions in `expressions.py`.

Speed decides the shape of this file: one method for each statement that binds names or opens a
scope, and a table from node class to method instead of a visitor.
"""

import ast
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from onepath.facts.computed.composed import apart, composed
from onepath.facts.computed.names import Names
from onepath.facts.computed.nodes import FunctionNode, scoped
from onepath.facts.extract.blocks import BlockWalk
from onepath.facts.extract.definitions import ExportList, dotted, effects, params
from onepath.facts.extract.scopes import IMPORT, OpenScope, target_names
from onepath.facts.extract.shapes import OpenFunction, word_for
from onepath.facts.newer.nodes import TypeAlias
from onepath.facts.source import SourceText
from onepath.model import LASTING_KINDS, Guard, UseKind

_FUNCTION, _CLASS, _TRY, _HANDLER, _BRANCH, _TYPE_CHECKING, _WITH = (
    Guard.FUNCTION, Guard.CLASS, Guard.TRY, Guard.HANDLER, Guard.BRANCH,
    Guard.TYPE_CHECKING, Guard.WITH,
)  # fmt: skip
_DECORATOR, _BASE = UseKind.DECORATOR, UseKind.BASE

_DEFINING = ("module", "class")
_TYPE_CHECKING_TESTS = ("TYPE_CHECKING", "typing.TYPE_CHECKING", "t.TYPE_CHECKING")


class Walk(BlockWalk):
    """Collects the facts of one module.

    Args:
        text: The source; the tree given to `module` is that of `text.utf8`.
    """

    def __init__(self, text: SourceText) -> None:
        super().__init__(text)
        self._imports: list[tuple[Any, ...]] = []
        self._definitions: list[tuple[Any, ...]] = []
        self._exports = ExportList()
        self._effects: tuple[int, ...] = ()
        self._class = ""
        self.tree = ast.Module([], [])

    @cached_property
    def nodes(self) -> Sequence[tuple[ast.AST, ast.AST | None]]:
        """All nodes of the file with their scopes; made where somebody asks."""
        return scoped(self.tree)

    @cached_property
    def names(self) -> Names:
        """What the names of the file are bound to; made where somebody asks."""
        return Names(self.tree, self.nodes)

    def module(self, tree: ast.Module) -> None:
        self.tree = tree
        self.suite.body = tree.body
        self.place(self.suite)
        self.statements(tree.body)
        self._effects = tuple(effects(tree.body))

    def module_names(self) -> frozenset[str]:
        return frozenset(name for name, kind, *_ in self._definitions if kind in LASTING_KINDS)

    def result(self) -> dict[str, Any]:
        """The facts in plain form, with offsets into the file."""
        scopes, uses, strings = self.finish()
        composition = composed(self, self.given, uses, strings)
        to_file = self.text.to_file
        bound = self.scopes.module.bound
        if "__all__" in bound:
            self._exports.bound()
        return {
            "failure": None,
            "encoding": self.text.encoding,
            "imports": tuple(self._imports),
            "blocks": tuple(self.blocks),
            "scopes": scopes,
            "uses": uses,
            "definitions": tuple(
                (name, kind, to_file(start), to_file(end), *rest)
                for name, kind, start, end, *rest in self._definitions
            ),
            "strings": apart(strings, composition),
            "composed": composition.made,
            "dicts": tuple(self.dicts),
            "key_reads": tuple(self.key_reads),
            "functions": tuple(function.plain() for function in self.functions),
            "exports": self._exports.result(),
            "getattr": "__getattr__" in bound,
            "effects": self._effects,
            "dynamic": tuple(sorted(self.dynamic)),
        }

    # ---------------------------------------------------------- blocks

    def statements(self, body: Sequence[ast.stmt]) -> None:
        table = _STATEMENTS
        for position, node in enumerate(body):
            self.position = position
            method = table.get(type(node))
            if method is None:
                self.children(node, 0)
            else:
                method(self, node)

    # ------------------------------------------------------ statements

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        names = []
        for alias in node.names:
            name, asname = alias.name, alias.asname
            names.append((name, asname, *self.file_span(alias)))
            if name != "*":
                self.scope.bind(asname or name.partition(".")[0], IMPORT)
        is_from = isinstance(node, ast.ImportFrom)
        self._imports.append(
            (
                is_from,
                (node.module or "") if isinstance(node, ast.ImportFrom) else "",
                node.level if isinstance(node, ast.ImportFrom) else 0,
                tuple(names),
                *self.file_span(node),
                node.lineno,
                self.scope.index,
                self.place(self.suite),
                self.position,
                self.guard,
            )
        )

    def _function(self, node: FunctionNode) -> None:
        for decorator in node.decorator_list:
            self.expression(decorator, _DECORATOR)
        self.defaults(node.args)
        outer = self.scope
        self.type_scope(node)
        self.annotations(node.args)
        if node.returns is not None:
            self.annotation(node.returns)
        inner, self.scope = self.scope, outer
        outer.bind(node.name)
        self._define(
            node,
            node.name,
            "def" if isinstance(node, ast.FunctionDef) else "async def",
            decorators=node.decorator_list,
            arguments=node.args,
            returns=node.returns,
        )
        self.scope = inner
        self.scope = self.open_scope("function", node.name, node)
        self.bind_parameters(node.args)
        outer_function = self.function
        at_top = outer.kind == "module" or (outer.kind == "class" and self._class not in ("", "."))
        if at_top and not node.name.startswith("test_"):
            name = f"{self._class}.{node.name}" if self._class else node.name
            self.function = OpenFunction(name, node.lineno, self.scope.index, len(node.body))
            self.functions.append(self.function)
        outer_class, self._class = self._class, ""
        self.block("function", node, node.body, _FUNCTION)
        self.scope, self._class, self.function = outer, outer_class, outer_function

    def _class_definition(self, node: ast.ClassDef) -> None:
        for decorator in node.decorator_list:
            self.expression(decorator, _DECORATOR)
        self._define(node, node.name, "class", bases=node.bases, decorators=node.decorator_list)
        outer, outer_class = self.scope, self._class
        self.type_scope(node)
        for base in node.bases:
            self.expression(base, _BASE)
        for keyword in node.keywords:
            self.expression(keyword.value, _BASE)
        outer.bind(node.name)
        top_level = outer.kind == "module" and not outer_class
        self.scope = self.open_scope("class", node.name, node)
        self._class = node.name if top_level else "."
        self.block("class", node, node.body, _CLASS)
        self.scope, self._class = outer, outer_class

    def _type_alias(self, node: Any) -> None:
        self.scope.bind(node.name.id)
        self._define(node, node.name.id, "type")
        outer = self.scope
        self.type_scope(node)
        self.annotation(node.value)
        self.scope = outer

    def _assign(self, node: ast.Assign) -> None:
        first = node.targets[0]
        if isinstance(node.value, ast.Dict) and isinstance(first, ast.Name):
            self.assigned = node.value, first.id
        self.expression(node.value, 0)
        defining = self.scope.kind in _DEFINING
        for target in node.targets:
            self.target(target)
            if defining or self.scope.globals:
                self._define_target(node, target, node.value)
        if self.scope.kind == "module":
            self._exports.statement(node, bool(self.guard), self.file_span)

    def _annotated_assign(self, node: ast.AnnAssign) -> None:
        self.annotation(node.annotation)
        if node.value is not None:
            if isinstance(node.value, ast.Dict) and isinstance(node.target, ast.Name):
                self.assigned = node.value, node.target.id
            self.expression(node.value, 0)
        elif isinstance(node.target, ast.Name) and not node.simple:
            return  # `(x): int` binds nothing
        self.target(node.target)
        if isinstance(node.target, ast.Name):
            if node.value is None:
                self._define(node, node.target.id, "annotation", returns=node.annotation)
            else:
                self._define_target(node, node.target, node.value, node.annotation)
        if self.scope.kind == "module":
            self._exports.statement(node, bool(self.guard), self.file_span)

    def _augmented_assign(self, node: ast.AugAssign) -> None:
        self.expression(node.value, 0)
        if isinstance(node.target, ast.Name):
            self.read(node.target, 0)
        self.target(node.target)
        if self.scope.kind == "module":
            self._exports.statement(node, bool(self.guard), self.file_span)

    def _expression_statement(self, node: ast.Expr) -> None:
        self.expression(node.value, 0)
        if self.scope.kind == "module" and isinstance(node.value, ast.Call):
            self._exports.statement(node, bool(self.guard), self.file_span)

    def _return(self, node: ast.Return) -> None:
        if self.function is not None and self.function.scope == self.scope.index:
            self.function.returns.append(word_for(node.value))
        if node.value is not None:
            self.expression(node.value, 0)

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self.target(target, delete=True)

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        self.expression(node.iter, 0)
        self._bind_target(node, node.target)
        self.block("loop", node, node.body, _BRANCH)
        if node.orelse:
            self.block("else", node, node.orelse, _BRANCH)

    def _while(self, node: ast.While) -> None:
        self.expression(node.test, 0)
        self.block("loop", node, node.body, _BRANCH)
        if node.orelse:
            self.block("else", node, node.orelse, _BRANCH)

    def _if(self, node: ast.If) -> None:
        self.expression(node.test, 0)
        checking = dotted(node.test) in _TYPE_CHECKING_TESTS
        guard = _TYPE_CHECKING if checking else _BRANCH
        self.block("if", node, node.body, guard, node.test)
        if node.orelse:
            self.block("else", node, node.orelse, _BRANCH)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self.expression(item.context_expr, 0)
            if item.optional_vars is not None:
                self._bind_target(node, item.optional_vars)
        self.block("with", node, node.body, _WITH, node.items[0].context_expr)

    def _try(self, node: Any) -> None:
        suites = [self.block("try", node, node.body, _TRY)]
        for handler in node.handlers:
            if handler.type is not None:
                self.expression(handler.type, 0)
            if handler.name:
                self.scope.bind(handler.name)
            suites.append(self.block("except", node, handler.body, _HANDLER, handler.type))
        for kind, body in (("else", node.orelse), ("finally", node.finalbody)):
            if body:
                suites.append(self.block(kind, node, body, _BRANCH))
        if any(suite.index >= 0 for suite in suites):
            for suite in suites:
                self.place(suite)

    def _match(self, node: ast.Match) -> None:
        self.expression(node.subject, 0)
        for case in node.cases:
            self.pattern(case.pattern)
            if case.guard is not None:
                self.expression(case.guard, 0)
            self.block("case", node, case.body, _BRANCH)

    def _global(self, node: ast.Global) -> None:
        self.scope.globals.update(node.names)

    def _nonlocal(self, node: ast.Nonlocal) -> None:
        self.scope.nonlocals.update(node.names)

    # ----------------------------------------------------- definitions

    def _bind_target(self, owner: ast.stmt, target: ast.expr) -> None:
        self.target(target)
        for name in target_names(target):
            self._define(owner, name.id, "other")

    def _define_target(
        self, node: ast.stmt, target: ast.expr, value: ast.expr, annotation: ast.expr | None = None
    ) -> None:
        if isinstance(target, ast.Name):
            name = dotted(value)
            if name and name not in ("None", "True", "False"):
                self._define(node, target.id, "alias", target=name, returns=annotation)
            else:
                self._define(node, target.id, "assign", returns=annotation)
        else:
            for inner in target_names(target):
                self._define(node, inner.id, "other")

    def _define(
        self,
        node: ast.stmt,
        name: str,
        kind: str,
        *,
        target: str = "",
        bases: Sequence[ast.expr] = (),
        decorators: Sequence[ast.expr] = (),
        arguments: ast.arguments | None = None,
        returns: ast.expr | None = None,
    ) -> None:
        """Note a definition, if it is one of the module or of a class at its top level."""
        scope: OpenScope = self.scope
        if scope.kind == "module" or (name in scope.globals):
            qualname = name
        elif scope.kind == "class" and self._class not in ("", "."):
            qualname = f"{self._class}.{name}"
        else:
            return
        start, end = self.span(node)
        self._definitions.append(
            (
                qualname,
                kind,
                start,
                end,
                node.lineno,
                self.guard & ~_CLASS,
                target,
                tuple(map(self.source, bases)),
                tuple(map(self.source, decorators)),
                params(arguments, self.source) if arguments is not None else (),
                "" if returns is None else self.source(returns),
            )
        )


_STATEMENTS: dict[type, Callable[[Walk, Any], None]] = {
    ast.Import: Walk._import,
    ast.ImportFrom: Walk._import,
    ast.FunctionDef: Walk._function,
    ast.AsyncFunctionDef: Walk._function,
    ast.ClassDef: Walk._class_definition,
    ast.Assign: Walk._assign,
    ast.AnnAssign: Walk._annotated_assign,
    ast.AugAssign: Walk._augmented_assign,
    ast.Expr: Walk._expression_statement,
    ast.Delete: Walk._delete,
    ast.Return: Walk._return,
    ast.For: Walk._for,
    ast.AsyncFor: Walk._for,
    ast.While: Walk._while,
    ast.If: Walk._if,
    ast.With: Walk._with,
    ast.AsyncWith: Walk._with,
    ast.Try: Walk._try,
    ast.TryStar: Walk._try,
    ast.Match: Walk._match,
    ast.Global: Walk._global,
    ast.Nonlocal: Walk._nonlocal,
    TypeAlias: Walk._type_alias,
}
