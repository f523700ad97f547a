"""Where an expression needs brackets."""

import libcst as cst

_BINARY: dict[type[cst.BaseBinaryOp], int] = {
    cst.BitOr: 7, cst.BitXor: 8, cst.BitAnd: 9, cst.LeftShift: 10, cst.RightShift: 10,
    cst.Add: 11, cst.Subtract: 11, cst.Power: 14,
}  # fmt: skip
_PRODUCT, _UNARY, _AWAIT, _ATOM = 12, 13, 15, 16
LOOSE = 0
"""The level of what stands without brackets in few places only."""
_ANY, _TEST, _OR, _AND, _NOT, _COMPARISON = 1, 2, 3, 4, 5, 6
_LEVELS: dict[type[cst.CSTNode], int] = {
    cst.NamedExpr: LOOSE, cst.Yield: LOOSE, cst.GeneratorExp: LOOSE, cst.Tuple: LOOSE,
    cst.Lambda: _ANY, cst.IfExp: _TEST, cst.Comparison: _COMPARISON, cst.Await: _AWAIT,
}  # fmt: skip
_ENCLOSED: dict[type[cst.CSTNode], int] = {
    cst.Arg: _ANY, cst.Element: _ANY, cst.DictElement: _ANY, cst.Index: _ANY, cst.Slice: _ANY,
    cst.StarredElement: 7, cst.StarredDictElement: 7, cst.CompIf: _OR, cst.CompFor: _OR,
    cst.ListComp: _ANY, cst.SetComp: _ANY, cst.DictComp: _ANY, cst.GeneratorExp: _ANY,
    cst.ComparisonTarget: _COMPARISON + 1, cst.Comparison: _COMPARISON + 1, cst.Lambda: _ANY,
    cst.Param: _ANY, cst.Attribute: _ATOM, cst.Call: _ATOM, cst.Subscript: _ATOM,
    cst.Await: _ATOM, cst.Expr: _ANY, cst.FormattedStringExpression: _TEST,
}  # fmt: skip


def binding_power(node: cst.BaseExpression) -> int:
    """How tightly an expression holds together: the higher, the tighter."""
    if node.lpar:
        return _ATOM
    if isinstance(node, cst.BinaryOperation):
        return _BINARY.get(type(node.operator), _PRODUCT)
    if isinstance(node, cst.BooleanOperation):
        return _OR if isinstance(node.operator, cst.Or) else _AND
    if isinstance(node, cst.UnaryOperation):
        return _NOT if isinstance(node.operator, cst.Not) else _UNARY
    return _LEVELS.get(type(node), _ATOM)


def needed(parent: cst.CSTNode, child: cst.CSTNode) -> int:
    """The least level of what may be put in the place of a child without brackets."""
    if isinstance(parent, cst.BinaryOperation):
        own = _BINARY.get(type(parent.operator), _PRODUCT)
        if isinstance(parent.operator, cst.Power):
            return _AWAIT if child is parent.left else _UNARY
        return own if child is parent.left else own + 1
    if isinstance(parent, cst.BooleanOperation):
        own = _OR if isinstance(parent.operator, cst.Or) else _AND
        return own if child is parent.left else own + 1
    if isinstance(parent, cst.UnaryOperation):
        return _NOT if isinstance(parent.operator, cst.Not) else _UNARY
    if isinstance(parent, cst.IfExp):
        return _ANY if child is parent.orelse else _OR
    if isinstance(parent, cst.Arg) and parent.star:
        return 7
    return _ENCLOSED.get(type(parent), _ATOM)


def bracketed(node: cst.BaseExpression) -> cst.BaseExpression:
    """The expression in brackets of its own."""
    inside: cst.BaseExpression = node.with_changes(
        lpar=[cst.LeftParen(), *node.lpar], rpar=[*node.rpar, cst.RightParen()]
    )
    return inside


def fitting(
    node: cst.BaseExpression, parent: cst.CSTNode, child: cst.CSTNode
) -> cst.BaseExpression:
    """The expression as it can stand in the place of a child, in brackets if it needs them."""
    is_number = isinstance(node, cst.Integer | cst.Float) and not node.lpar
    tight = binding_power(node) < needed(parent, child)
    return bracketed(node) if tight or (is_number and isinstance(parent, cst.Attribute)) else node
