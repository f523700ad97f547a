"""Statements, from libcst to `ast`."""

import ast
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import libcst as cst

from onepath.facts.newer.expressions import (
    arguments,
    deleted,
    expression,
    newer_arguments,
    operator,
    optional,
    target,
)
from onepath.facts.newer.layout import Layout, identifier
from onepath.facts.newer.nodes import ParamSpec, TypeAlias, TypeVar, TypeVarTuple
from onepath.facts.newer.patterns import pattern


def newer_statements(
    at: Layout, nodes: Iterable[cst.BaseStatement | cst.BaseSmallStatement]
) -> list[ast.stmt]:
    """The `ast` nodes of the statements of one suite.

    Raises ParserSyntaxError for what libcst reads but does not understand as CPython does.
    """
    made: list[ast.stmt] = []
    for node in nodes:
        _refuse_unsure_indent(at, node)
        if isinstance(node, cst.SimpleStatementLine):
            made.extend(_simple(at, small) for small in node.body)
        else:
            made.append(_compound(at, node))
    return made


def _refuse_unsure_indent(at: Layout, node: cst.CSTNode) -> None:
    # CPython takes the indent from the line with the backslash, libcst takes none at all.
    first = (getattr(node, "decorators", None) or [node])[0]
    if at.line_before(at.start(first)).strip() == b"\\":
        raise at.error("a statement begins behind a lone backslash", at.start(first))


def _suite(at: Layout, node: cst.BaseSuite) -> list[ast.stmt]:
    if isinstance(node, cst.SimpleStatementSuite):
        return [_simple(at, small) for small in node.body]
    return newer_statements(at, node.body)


def _simple(at: Layout, node: cst.BaseSmallStatement) -> ast.stmt:
    made = _SIMPLE[type(node)](at, node)
    return at.place(made, (at.start(node), _simple_end(at, node)))


def _simple_end(at: Layout, node: Any) -> int:
    """Where the last token is: libcst counts blanks that follow it as part of some nodes."""
    if isinstance(node, cst.Raise):
        last = node.cause.item if node.cause else node.exc
    elif isinstance(node, cst.Assert):
        last = node.msg or node.test
    elif isinstance(node, cst.Del):
        last = node.target
    elif isinstance(node, cst.AnnAssign):
        last = node.value or node.annotation.annotation
    else:
        last = getattr(node, "value", None)
    if last is not None:
        return at.outer(last)[1]
    if isinstance(node, cst.Raise | cst.Return):
        return at.start(node) + len(type(node).__name__)
    return at.end(node)


def _compound(at: Layout, node: cst.CSTNode) -> ast.stmt:
    made = _COMPOUND[type(node)](at, node)
    return at.place(made, (at.start(node), _compound_end(at, node)))


def _compound_end(at: Layout, node: Any) -> int:
    """Where the last suite of a compound statement ends, with a semicolon if it has one."""
    while not isinstance(node, cst.BaseSmallStatement):
        for name in ("finalbody", "orelse", "handlers", "cases", "body"):
            if part := getattr(node, name, None):
                node = part[-1] if isinstance(part, Sequence) else part
                break
    if isinstance(node.semicolon, cst.Semicolon):
        return at.end(node.semicolon)
    return _simple_end(at, node)


def _expression_statement(at: Layout, node: cst.Expr) -> ast.stmt:
    return ast.Expr(expression(at, node.value))


def _del(at: Layout, node: cst.Del) -> ast.stmt:
    if isinstance(node.target, cst.Tuple) and not node.target.lpar:
        return ast.Delete([deleted(at, element.value) for element in node.target.elements])
    return ast.Delete([deleted(at, node.target)])


def _return(at: Layout, node: cst.Return) -> ast.stmt:
    return ast.Return(optional(at, node.value))


def _raise(at: Layout, node: cst.Raise) -> ast.stmt:
    cause = node.cause.item if node.cause else None
    return ast.Raise(optional(at, node.exc), optional(at, cause))


def _assert(at: Layout, node: cst.Assert) -> ast.stmt:
    return ast.Assert(expression(at, node.test), optional(at, node.msg))


def _global(at: Layout, node: cst.Global) -> ast.stmt:
    return ast.Global([identifier(item.name) for item in node.names])


def _nonlocal(at: Layout, node: cst.Nonlocal) -> ast.stmt:
    return ast.Nonlocal([identifier(item.name) for item in node.names])


def _assign(at: Layout, node: cst.Assign) -> ast.stmt:
    targets = [target(at, part.target) for part in node.targets]
    return ast.Assign(targets, expression(at, node.value))


def _annotated(at: Layout, node: cst.AnnAssign) -> ast.stmt:
    return ast.AnnAssign(
        target=target(at, node.target),
        annotation=expression(at, node.annotation.annotation),
        value=optional(at, node.value),
        simple=int(isinstance(node.target, cst.Name) and not node.target.lpar),
    )


def _augmented(at: Layout, node: cst.AugAssign) -> ast.stmt:
    return ast.AugAssign(
        target(at, node.target), operator(node.operator), expression(at, node.value)
    )


def _import(at: Layout, node: cst.Import | cst.LazyImport) -> ast.stmt:
    made = ast.Import([_alias(at, alias) for alias in node.names])
    return _marked(made, isinstance(node, cst.LazyImport))


def _import_from(at: Layout, node: cst.ImportFrom | cst.LazyImportFrom) -> ast.stmt:
    module = _dotted(node.module) if node.module else None
    if isinstance(node.names, cst.ImportStar):
        names = [at.place(ast.alias("*"), at.span(node.names))]
    else:
        names = [_alias(at, alias) for alias in node.names]
    made = ast.ImportFrom(module, names, len(node.relative))
    return _marked(made, isinstance(node, cst.LazyImportFrom))


def _marked(node: ast.stmt, is_lazy: bool) -> ast.stmt:
    if is_lazy or "is_lazy" in node._fields:
        node.is_lazy = int(is_lazy)  # type: ignore[attr-defined]  # as in Python 3.15
    return node


def _alias(at: Layout, node: cst.ImportAlias) -> ast.alias:
    asname = node.asname.name if node.asname else None
    alias = ast.alias(_dotted(node.name), identifier(asname) if asname else None)
    return at.place(alias, at.span(node))


def _dotted(node: cst.CSTNode) -> str:
    if isinstance(node, cst.Attribute):
        return f"{_dotted(node.value)}.{identifier(node.attr)}"
    return identifier(node)


def _type_alias(at: Layout, node: cst.TypeAlias) -> ast.stmt:
    name = at.place(ast.Name(identifier(node.name), ast.Store()), at.span(node.name))
    made: ast.stmt = TypeAlias(
        name=name,
        type_params=_type_parameters(at, node.type_parameters),
        value=expression(at, node.value),
    )
    return made


def _type_parameters(at: Layout, node: cst.TypeParameters | None) -> list[ast.AST]:
    return [_type_parameter(at, param) for param in node.params] if node else []


def _type_parameter(at: Layout, node: cst.TypeParam) -> ast.AST:
    param = node.param
    start, end = at.start(param), at.end(param.name)
    values: dict[str, Any] = {"name": identifier(param.name)}
    if isinstance(param, cst.TypeVar) and param.bound:
        values["bound"] = expression(at, param.bound)
        end = at.outer(param.bound)[1]
    if node.default:
        default = expression(at, node.default)
        end = at.outer(node.default)[1]
        if node.star:
            span = at.start(node.whitespace_after_star) - 1, end
            default = at.place(ast.Starred(default, ast.Load()), span)
        values["default_value"] = default
    kinds = {cst.TypeVar: TypeVar, cst.TypeVarTuple: TypeVarTuple, cst.ParamSpec: ParamSpec}
    made: ast.AST = kinds[type(param)](**values)
    return at.place(made, (start, end))


def _function(at: Layout, node: cst.FunctionDef) -> ast.stmt:
    kind: Any = ast.AsyncFunctionDef if node.asynchronous else ast.FunctionDef
    made: ast.stmt = kind(
        name=identifier(node.name),
        args=newer_arguments(at, node.params),
        body=_suite(at, node.body),
        decorator_list=[expression(at, part.decorator) for part in node.decorators],
        returns=expression(at, node.returns.annotation) if node.returns else None,
        type_params=_type_parameters(at, node.type_parameters),
    )
    return made


def _class(at: Layout, node: cst.ClassDef) -> ast.stmt:
    bases, keywords = arguments(at, [*node.bases, *node.keywords])
    kind: Any = ast.ClassDef
    made: ast.stmt = kind(
        name=identifier(node.name),
        bases=bases,
        keywords=keywords,
        body=_suite(at, node.body),
        decorator_list=[expression(at, part.decorator) for part in node.decorators],
        type_params=_type_parameters(at, node.type_parameters),
    )
    return made


def _if(at: Layout, node: cst.If) -> ast.stmt:
    orelse: list[ast.stmt] = []
    if isinstance(node.orelse, cst.If):
        orelse = [_compound(at, node.orelse)]
    elif node.orelse:
        orelse = _suite(at, node.orelse.body)
    return ast.If(expression(at, node.test), _suite(at, node.body), orelse)


def _else(at: Layout, node: cst.Else | cst.Finally | None) -> list[ast.stmt]:
    return _suite(at, node.body) if node else []


def _for(at: Layout, node: cst.For) -> ast.stmt:
    kind = ast.AsyncFor if node.asynchronous else ast.For
    return kind(
        target=target(at, node.target),
        iter=expression(at, node.iter),
        body=_suite(at, node.body),
        orelse=_else(at, node.orelse),
    )


def _while(at: Layout, node: cst.While) -> ast.stmt:
    return ast.While(expression(at, node.test), _suite(at, node.body), _else(at, node.orelse))


def _with(at: Layout, node: cst.With) -> ast.stmt:
    kind = ast.AsyncWith if node.asynchronous else ast.With
    items = [
        ast.withitem(
            expression(at, item.item), target(at, item.asname.name) if item.asname else None
        )
        for item in node.items
    ]
    return kind(items=items, body=_suite(at, node.body))


def _try(at: Layout, node: cst.Try | cst.TryStar) -> ast.stmt:
    kind = ast.TryStar if isinstance(node, cst.TryStar) else ast.Try
    return kind(
        body=_suite(at, node.body),
        handlers=_handlers(at, node.handlers),
        orelse=_else(at, node.orelse),
        finalbody=_else(at, node.finalbody),
    )


def _handlers(
    at: Layout, nodes: Sequence[cst.ExceptHandler | cst.ExceptStarHandler]
) -> list[ast.ExceptHandler]:
    made = []
    for node in nodes:
        name = identifier(node.name.name) if node.name else None
        handler = ast.ExceptHandler(optional(at, node.type), name, _suite(at, node.body))
        made.append(at.place(handler, (at.start(node), _compound_end(at, node))))
    return made


def _match(at: Layout, node: cst.Match) -> ast.stmt:
    cases = [
        ast.match_case(pattern(at, case.pattern), optional(at, case.guard), _suite(at, case.body))
        for case in node.cases
    ]
    return ast.Match(expression(at, node.subject), cases)


_SIMPLE: dict[type[cst.CSTNode], Callable[[Layout, Any], ast.stmt]] = {
    cst.Pass: lambda at, node: ast.Pass(),
    cst.Break: lambda at, node: ast.Break(),
    cst.Continue: lambda at, node: ast.Continue(),
    cst.Expr: _expression_statement,
    cst.Del: _del,
    cst.Return: _return,
    cst.Raise: _raise,
    cst.Assert: _assert,
    cst.Global: _global,
    cst.Nonlocal: _nonlocal,
    cst.Assign: _assign,
    cst.AnnAssign: _annotated,
    cst.AugAssign: _augmented,
    cst.Import: _import,
    cst.ImportFrom: _import_from,
    cst.LazyImport: _import,
    cst.LazyImportFrom: _import_from,
    cst.TypeAlias: _type_alias,
}

_COMPOUND: dict[type[cst.CSTNode], Callable[[Layout, Any], ast.stmt]] = {
    cst.FunctionDef: _function,
    cst.ClassDef: _class,
    cst.If: _if,
    cst.For: _for,
    cst.While: _while,
    cst.With: _with,
    cst.Try: _try,
    cst.TryStar: _try,
    cst.Match: _match,
}
