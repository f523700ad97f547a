"""Expressions, from libcst to `ast`."""

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import libcst as cst

from onepath.facts.newer.layout import Layout, Span, identifier
from onepath.facts.newer.strings import literal, string

_CONSTANTS = {"True": True, "False": False, "None": None}

_OPERATORS: dict[type[cst.CSTNode], type[ast.operator]] = {
    cst.Add: ast.Add,
    cst.Subtract: ast.Sub,
    cst.Multiply: ast.Mult,
    cst.MatrixMultiply: ast.MatMult,
    cst.Divide: ast.Div,
    cst.Modulo: ast.Mod,
    cst.Power: ast.Pow,
    cst.LeftShift: ast.LShift,
    cst.RightShift: ast.RShift,
    cst.BitOr: ast.BitOr,
    cst.BitXor: ast.BitXor,
    cst.BitAnd: ast.BitAnd,
    cst.FloorDivide: ast.FloorDiv,
    cst.AddAssign: ast.Add,
    cst.SubtractAssign: ast.Sub,
    cst.MultiplyAssign: ast.Mult,
    cst.MatrixMultiplyAssign: ast.MatMult,
    cst.DivideAssign: ast.Div,
    cst.ModuloAssign: ast.Mod,
    cst.PowerAssign: ast.Pow,
    cst.LeftShiftAssign: ast.LShift,
    cst.RightShiftAssign: ast.RShift,
    cst.BitOrAssign: ast.BitOr,
    cst.BitXorAssign: ast.BitXor,
    cst.BitAndAssign: ast.BitAnd,
    cst.FloorDivideAssign: ast.FloorDiv,
}

_UNARY: dict[type[cst.CSTNode], type[ast.unaryop]] = {
    cst.Plus: ast.UAdd,
    cst.Minus: ast.USub,
    cst.BitInvert: ast.Invert,
    cst.Not: ast.Not,
}

_COMPARISONS: dict[type[cst.CSTNode], type[ast.cmpop]] = {
    cst.Equal: ast.Eq,
    cst.NotEqual: ast.NotEq,
    cst.LessThan: ast.Lt,
    cst.LessThanEqual: ast.LtE,
    cst.GreaterThan: ast.Gt,
    cst.GreaterThanEqual: ast.GtE,
    cst.Is: ast.Is,
    cst.IsNot: ast.IsNot,
    cst.In: ast.In,
    cst.NotIn: ast.NotIn,
}


def expression(at: Layout, node: cst.BaseExpression) -> ast.expr:
    """The `ast` node of an expression, read (context Load)."""
    made = _CONVERTERS[type(node)](at, node)
    return at.place(made, at.inner(node))


def optional(at: Layout, node: cst.BaseExpression | None) -> ast.expr | None:
    """As `expression`, where there may be none."""
    return None if node is None else expression(at, node)


def target(at: Layout, node: cst.BaseExpression) -> Any:
    """The `ast` node of something assigned to."""
    return _with_context(expression(at, node), ast.Store)


def deleted(at: Layout, node: cst.BaseExpression) -> ast.expr:
    """The `ast` node of something deleted."""
    return _with_context(expression(at, node), ast.Del)


def operator(node: cst.BaseBinaryOp | cst.BaseAugOp) -> ast.operator:
    """The `ast` operator of a binary operation or an augmented assignment."""
    return _OPERATORS[type(node)]()


def arguments(at: Layout, args: Iterable[cst.Arg]) -> tuple[list[ast.expr], list[ast.keyword]]:
    """The positional arguments and the keywords of a call or a class."""
    positional: list[ast.expr] = []
    keywords: list[ast.keyword] = []
    for arg in args:
        value = expression(at, arg.value)
        span = at.start(arg), at.outer(arg.value)[1]
        if arg.star == "*":
            positional.append(at.place(ast.Starred(value, ast.Load()), span))
        elif arg.star or arg.keyword:
            name = identifier(arg.keyword) if arg.keyword else None
            keywords.append(at.place(ast.keyword(name, value), span))
        else:
            positional.append(value)
    return positional, keywords


def newer_arguments(at: Layout, node: cst.Parameters) -> ast.arguments:
    """The parameters of a function or a lambda."""
    positional = [*node.posonly_params, *node.params]
    star = node.star_arg
    return ast.arguments(
        posonlyargs=[_parameter(at, param) for param in node.posonly_params],
        args=[_parameter(at, param) for param in node.params],
        vararg=_parameter(at, star) if isinstance(star, cst.Param) else None,
        kwonlyargs=[_parameter(at, param) for param in node.kwonly_params],
        kw_defaults=[optional(at, param.default) for param in node.kwonly_params],
        kwarg=_parameter(at, node.star_kwarg) if node.star_kwarg else None,
        defaults=[expression(at, param.default) for param in positional if param.default],
    )


def _parameter(at: Layout, node: cst.Param) -> ast.arg:
    start, end = at.span(node.name)
    annotation = None
    if node.annotation is not None:
        annotation = expression(at, node.annotation.annotation)
        end = at.outer(node.annotation.annotation)[1]
    return at.place(ast.arg(identifier(node.name), annotation), (start, end))


def _with_context(node: ast.expr, context: type[ast.expr_context]) -> ast.expr:
    if isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Starred):
        node.ctx = context()
    if isinstance(node, ast.Starred):
        _with_context(node.value, context)
    if isinstance(node, ast.Tuple | ast.List):
        node.ctx = context()
        for element in node.elts:
            _with_context(element, context)
    return node


def _name(at: Layout, node: cst.Name) -> ast.expr:
    if node.value in _CONSTANTS:
        return ast.Constant(_CONSTANTS[node.value])
    return ast.Name(identifier(node), ast.Load())


def _number(at: Layout, node: Any) -> ast.expr:
    return ast.Constant(literal(at, node, node.value))


def _ellipsis(at: Layout, node: cst.Ellipsis) -> ast.expr:
    return ast.Constant(...)


def _string(at: Layout, node: cst.BaseString) -> ast.expr:
    return string(at, node, expression)


def _comparison(at: Layout, node: cst.Comparison) -> ast.expr:
    return ast.Compare(
        expression(at, node.left),
        [_COMPARISONS[type(part.operator)]() for part in node.comparisons],
        [expression(at, part.comparator) for part in node.comparisons],
    )


def _unary(at: Layout, node: cst.UnaryOperation) -> ast.expr:
    return ast.UnaryOp(_UNARY[type(node.operator)](), expression(at, node.expression))


def _binary(at: Layout, node: cst.BinaryOperation) -> ast.expr:
    return ast.BinOp(expression(at, node.left), operator(node.operator), expression(at, node.right))


def _boolean(at: Layout, node: cst.BooleanOperation) -> ast.expr:
    kind = type(node.operator)
    operands = [expression(at, operand) for operand in _operands(node, kind)]
    return ast.BoolOp(ast.And() if kind is cst.And else ast.Or(), operands)


def _operands(
    node: cst.BooleanOperation, kind: type[cst.BaseBooleanOp]
) -> Iterator[cst.BaseExpression]:
    """The operands of `a or b or c`, which is one node in `ast`."""
    for side in (node.left, node.right):
        match side:
            case cst.BooleanOperation(lpar=[]) if type(side.operator) is kind:
                yield from _operands(side, kind)
            case _:
                yield side


def _attribute(at: Layout, node: cst.Attribute) -> ast.expr:
    return ast.Attribute(expression(at, node.value), identifier(node.attr), ast.Load())


def _subscript(at: Layout, node: cst.Subscript) -> ast.expr:
    elements = node.slice
    first, last = elements[0], elements[-1]
    spans = [_slice_span(at, element.slice) for element in elements]
    made = [_slice(at, element.slice, span) for element, span in zip(elements, spans, strict=True)]
    if isinstance(last.comma, cst.Comma) or len(made) > 1 or isinstance(made[0], ast.Starred):
        end = at.end(last.comma) if isinstance(last.comma, cst.Comma) else spans[-1][1]
        index: ast.expr = at.place(ast.Tuple(made, ast.Load()), (at.start(first), end))
    else:
        index = made[0]
    return ast.Subscript(expression(at, node.value), index, ast.Load())


def _slice_span(at: Layout, node: cst.BaseSlice) -> Span:
    if not isinstance(node, cst.Slice):
        node = cst.ensure_type(node, cst.Index)
        return at.start(node), at.outer(node.value)[1]
    first, second = node.first_colon, node.second_colon
    start = at.outer(node.lower)[0] if node.lower else at.end(first) - 1
    if node.step:
        return start, at.outer(node.step)[1]
    if isinstance(second, cst.Colon):
        return start, at.end(second)
    return start, at.outer(node.upper)[1] if node.upper else at.end(first)


def _slice(at: Layout, node: cst.BaseSlice, span: Span) -> ast.expr:
    if isinstance(node, cst.Slice):
        bounds = (optional(at, bound) for bound in (node.lower, node.upper, node.step))
        return at.place(ast.Slice(*bounds), span)
    node = cst.ensure_type(node, cst.Index)
    value = expression(at, node.value)
    return at.place(ast.Starred(value, ast.Load()), span) if node.star else value


def _lambda(at: Layout, node: cst.Lambda) -> ast.expr:
    return ast.Lambda(newer_arguments(at, node.params), expression(at, node.body))


def _call(at: Layout, node: cst.Call) -> ast.expr:
    positional, keywords = arguments(at, node.args)
    match node.args:
        case [cst.Arg(value=cst.GeneratorExp(lpar=[]))]:
            # The only pair of parentheses there is belongs to the call and to the generator.
            at.place(positional[0], (at.end(node.whitespace_after_func), at.inner(node)[1]))
    return ast.Call(expression(at, node.func), positional, keywords)


def _await(at: Layout, node: cst.Await) -> ast.expr:
    return ast.Await(expression(at, node.expression))


def _condition(at: Layout, node: cst.IfExp) -> ast.expr:
    return ast.IfExp(
        expression(at, node.test), expression(at, node.body), expression(at, node.orelse)
    )


def _yield(at: Layout, node: cst.Yield) -> ast.expr:
    if isinstance(node.value, cst.From):
        return ast.YieldFrom(expression(at, node.value.item))
    return ast.Yield(optional(at, node.value))


def _elements(at: Layout, elements: Sequence[cst.BaseElement]) -> list[ast.expr]:
    return [
        expression(at, element if isinstance(element, cst.StarredElement) else element.value)
        for element in elements
    ]


def _starred(at: Layout, node: cst.StarredElement) -> ast.expr:
    return ast.Starred(expression(at, node.value), ast.Load())


def _tuple(at: Layout, node: cst.Tuple) -> ast.expr:
    return ast.Tuple(_elements(at, node.elements), ast.Load())


def _list(at: Layout, node: cst.List) -> ast.expr:
    return ast.List(_elements(at, node.elements), ast.Load())


def _set(at: Layout, node: cst.Set) -> ast.expr:
    return ast.Set(_elements(at, node.elements))


def _dict(at: Layout, node: cst.Dict) -> ast.expr:
    keys = [
        expression(at, element.key) if isinstance(element, cst.DictElement) else None
        for element in node.elements
    ]
    return ast.Dict(keys, [expression(at, element.value) for element in node.elements])


def _clauses(at: Layout, node: cst.CompFor) -> list[ast.comprehension]:
    clauses: list[ast.comprehension] = []
    clause: cst.CompFor | None = node
    while clause is not None:
        made = ast.comprehension(
            target=target(at, clause.target),
            iter=expression(at, clause.iter),
            ifs=[expression(at, condition.test) for condition in clause.ifs],
            is_async=int(clause.asynchronous is not None),
        )
        clauses.append(made)
        clause = clause.inner_for_in
    return clauses


def _generator(at: Layout, node: cst.GeneratorExp) -> ast.expr:
    return ast.GeneratorExp(expression(at, node.elt), _clauses(at, node.for_in))


def _list_comprehension(at: Layout, node: cst.ListComp) -> ast.expr:
    return ast.ListComp(expression(at, node.elt), _clauses(at, node.for_in))


def _set_comprehension(at: Layout, node: cst.SetComp) -> ast.expr:
    return ast.SetComp(expression(at, node.elt), _clauses(at, node.for_in))


def _dict_comprehension(at: Layout, node: cst.DictComp) -> ast.expr:
    key, value = expression(at, node.key), expression(at, node.value)
    return ast.DictComp(key, value, _clauses(at, node.for_in))


def _unpacking_comprehension(at: Layout, node: cst.StarredDictComp) -> ast.expr:
    no_value: Any = None  # as in Python 3.15
    return ast.DictComp(expression(at, node.value), no_value, _clauses(at, node.for_in))


def _walrus(at: Layout, node: cst.NamedExpr) -> ast.expr:
    return ast.NamedExpr(target(at, node.target), expression(at, node.value))


_CONVERTERS: dict[type[cst.CSTNode], Callable[[Layout, Any], ast.expr]] = {
    cst.Name: _name,
    cst.Integer: _number,
    cst.Float: _number,
    cst.Imaginary: _number,
    cst.Ellipsis: _ellipsis,
    cst.SimpleString: _string,
    cst.ConcatenatedString: _string,
    cst.FormattedString: _string,
    cst.TemplatedString: _string,
    cst.Comparison: _comparison,
    cst.UnaryOperation: _unary,
    cst.BinaryOperation: _binary,
    cst.BooleanOperation: _boolean,
    cst.Attribute: _attribute,
    cst.Subscript: _subscript,
    cst.Lambda: _lambda,
    cst.Call: _call,
    cst.Await: _await,
    cst.IfExp: _condition,
    cst.Yield: _yield,
    cst.StarredElement: _starred,
    cst.Tuple: _tuple,
    cst.List: _list,
    cst.Set: _set,
    cst.Dict: _dict,
    cst.GeneratorExp: _generator,
    cst.ListComp: _list_comprehension,
    cst.SetComp: _set_comprehension,
    cst.DictComp: _dict_comprehension,
    cst.StarredDictComp: _unpacking_comprehension,
    cst.NamedExpr: _walrus,
}
