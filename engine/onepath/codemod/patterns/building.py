"""What a match becomes: the replacement with code put into its holes."""

from collections.abc import Callable, Sequence

import libcst as cst

from onepath.analysis.arguments import Argument
from onepath.codemod.patterns.matching import Captures
from onepath.codemod.patterns.precedence import fitting
from onepath.codemod.patterns.template import Template, hole, holes
from onepath.edit.calls import changed_call
from onepath.model.refused import Refused

Spell = Callable[[str], cst.BaseExpression]
"""A dotted path -> how it is read at the place."""
_DISPLAYS = (cst.Call, cst.List, cst.Set, cst.Tuple)


def build(
    template: Template, matched: cst.BaseExpression, captures: Captures, spell: Spell
) -> cst.BaseExpression:
    """Fill the holes of a replacement; what is put in keeps the identity of its nodes.

    Where a call becomes a call, the comments and line breaks between the arguments stay with them.

    Args:
        template: The replacement.
        matched: The code that goes; its own brackets stay.
        captures: What is put in.
        spell: Gives the dotted paths.

    Raises:
        Refused: A hole needs a name, and something else was matched; or it would be no Python.
    """
    filling = _Filling(template, captures, spell)
    filled: cst.BaseExpression | None = None
    try:
        if isinstance(template.node, cst.Call) and isinstance(matched, cst.Call):
            filled = _laid_out(filling, template.node, matched)
        if filled is None:
            filled = filling.fill(template.node)
    except cst.CSTValidationError as error:
        raise Refused("layout-unusual", f"the result can't be: {error}".rstrip(".")) from None
    if matched.lpar:
        return filled.with_changes(lpar=matched.lpar, rpar=matched.rpar)
    return filled


class _Filling(cst.CSTTransformer):
    def __init__(self, template: Template, captures: Captures, spell: Spell) -> None:
        super().__init__()
        self._template = template
        self.captures = captures
        self._spell = spell
        self._around: list[cst.CSTNode] = []

    def fill(
        self, node: cst.BaseExpression, parent: cst.CSTNode | None = None
    ) -> cst.BaseExpression:
        """A part of the replacement, filled, as it can stand below its parent."""
        self._around = [] if parent is None else [parent]
        filled = node.visit(self)
        assert isinstance(filled, cst.BaseExpression)
        return filled

    def on_visit(self, node: cst.CSTNode) -> bool:
        parent = self._around[-1] if self._around else None
        self._around.append(node)
        # What is put in is finished, and a dotted path is put in as a whole.
        return not (hole(node) or holes(node) or self._path(node, parent))

    def on_leave(  # type: ignore[override]
        self, original: cst.CSTNode, updated: cst.CSTNode
    ) -> cst.CSTNode | cst.FlattenSentinel[cst.CSTNode]:
        self._around.pop()
        parent = self._around[-1] if self._around else None
        if holes(original):
            parts = self.captures.many[holes(original)]
            if isinstance(original, cst.Arg):
                return cst.FlattenSentinel(_as_args(parts))
            if isinstance(original, cst.SubscriptElement):
                return cst.FlattenSentinel(_as_subscript(parts))
            return cst.FlattenSentinel(_as_elements(parts))
        put: cst.BaseExpression | None = None
        if hole(original):
            put = self.captures.ones[hole(original)]
        elif path := self._path(original, parent):
            put = self._spell(path)
        if put is None:
            return _closed(original, updated)
        if _is_label(parent, original):
            return _name(put)
        return put if parent is None else fitting(put, parent, original)

    def _path(self, node: cst.CSTNode, parent: cst.CSTNode | None) -> str:
        if not isinstance(node, cst.Name | cst.Attribute) or _is_label(parent, node):
            return ""
        return self._template.symbol(node)


def _as_args(parts: Sequence[cst.CSTNode]) -> list[cst.Arg]:
    """Arguments; elements of a display or of a subscript as arguments.

    Raises:
        Refused: `1:2` is no argument.
    """
    arguments: list[cst.Arg] = []
    for part in parts:
        if isinstance(part, cst.Arg):
            arguments.append(part)
            continue
        element = _unsliced(part)
        argument = cst.Arg(element.value, comma=element.comma)
        is_starred = isinstance(element, cst.StarredElement)
        arguments.append(argument.with_changes(star="*") if is_starred else argument)
    return arguments


def _as_subscript(parts: Sequence[cst.CSTNode]) -> list[cst.SubscriptElement]:
    """Elements of a subscript; arguments, or elements of a display, as such.

    Raises:
        Refused: An argument with a name, or `**`, is no element; or there is none.
    """
    if not parts:
        raise Refused("layout-unusual", "there is nothing to put between the brackets")
    if all(isinstance(part, cst.SubscriptElement) for part in parts):
        return [part for part in parts if isinstance(part, cst.SubscriptElement)]
    return [
        cst.SubscriptElement(
            cst.Index(part.value, star="*" if isinstance(part, cst.StarredElement) else None),
            comma=part.comma,
        )
        for part in _as_elements(parts)
    ]


def _unsliced(part: cst.CSTNode) -> cst.BaseElement:
    """An element of a subscript as one of a display; that of a display as it is.

    Raises:
        Refused: `1:2` stands in subscripts alone.
    """
    if isinstance(part, cst.BaseElement):
        return part
    assert isinstance(part, cst.SubscriptElement)
    if not isinstance(part.slice, cst.Index):
        raise Refused("layout-unusual", "a slice can't stand anywhere else")
    made = cst.StarredElement if part.slice.star else cst.Element
    return made(part.slice.value, comma=part.comma)


def _as_elements(parts: Sequence[cst.CSTNode]) -> list[cst.BaseElement]:
    """Elements of a display, or arguments as such.

    Raises:
        Refused: An argument with a name, or `**`, is no element.
    """
    elements: list[cst.BaseElement] = []
    for part in parts:
        if not isinstance(part, cst.Arg):
            elements.append(_unsliced(part))
            continue
        if part.keyword is not None or part.star == "**":
            raise Refused("layout-unusual", "an argument with a name can't be an element")
        made = cst.StarredElement if part.star else cst.Element
        elements.append(made(part.value, comma=part.comma))
    return elements


def _is_label(parent: cst.CSTNode | None, node: cst.CSTNode) -> bool:
    """Whether a name only labels an attribute, an argument or a parameter."""
    return (
        (isinstance(parent, cst.Attribute) and parent.attr is node)
        or (isinstance(parent, cst.Arg) and parent.keyword is node)
        or (isinstance(parent, cst.Param) and parent.name is node)
    )


def _closed(original: cst.CSTNode, updated: cst.CSTNode) -> cst.CSTNode:
    """Leave out the comma after what comes last now, if the replacement has none there."""
    if not isinstance(original, _DISPLAYS) or not isinstance(updated, _DISPLAYS):
        return updated
    field = "args" if isinstance(original, cst.Call) else "elements"
    before, parts = getattr(original, field), list(getattr(updated, field))
    if not parts or isinstance(before[-1].comma, cst.Comma):
        return updated
    parts[-1] = parts[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return updated.with_changes(**{field: parts})


# ------------------------------------------------------------------- layout


def _laid_out(filling: _Filling, new: cst.Call, old: cst.Call) -> cst.BaseExpression | None:
    """The new call in the layout of the old one; None where its arguments change their order."""
    wanted = _expanded(new, filling.captures)
    places = [_place(arg, old, filling.captures) for arg in wanted]
    kept = [place for place in places if place >= 0]
    added = [arg for arg, place in zip(wanted, places, strict=True) if place < 0]
    if kept != sorted(set(kept)) or any(arg.star for arg in added):
        return None
    given = [
        Argument(arg.keyword.value if arg.keyword else "", place, "_")
        for arg, place in zip(wanted, places, strict=True)
    ]
    laid = changed_call(old.with_changes(lpar=[], rpar=[]), filling.fill(new.func, new), given)
    args = [
        argument
        if any(arg is other for other in old.args) or _is_put(argument, arg, filling.captures)
        else argument.with_changes(value=filling.fill(arg.value, arg))
        for argument, arg in zip(laid.args, wanted, strict=True)
    ]
    return laid.with_changes(args=args)


def _is_put(argument: cst.Arg, wanted: cst.Arg, captures: Captures) -> bool:
    """Whether an argument of the old call is just what a hole of the new one stands for."""
    return argument.value is captures.ones.get(hole(wanted.value))


def _expanded(new: cst.Call, captures: Captures) -> list[cst.Arg]:
    """The arguments of a new call, with those of `$$$NAME` in its place."""
    arguments: list[cst.Arg] = []
    for arg in new.args:
        if holes(arg):
            arguments += _as_args(captures.many[holes(arg)])
        elif arg.keyword is not None and hole(arg.keyword):
            arguments.append(arg.with_changes(keyword=_name(captures.ones[hole(arg.keyword)])))
        else:
            arguments.append(arg)
    return arguments


def _name(put: cst.BaseExpression) -> cst.Name:
    if not isinstance(put, cst.Name):
        raise Refused("name-needed", "a name is needed where the replacement has a hole")
    return put


def _place(arg: cst.Arg, old: cst.Call, captures: Captures) -> int:
    """Which argument of the old call this is, or has the place of; -1 for a new one."""
    named = hole(arg.value)
    for place, argument in enumerate(old.args):
        same_value = bool(named) and argument.value is captures.ones[named]
        same_name = (
            argument.keyword is not None
            and arg.keyword is not None
            and argument.keyword.value == arg.keyword.value
        )
        if argument is arg or (argument.star == arg.star and (same_value or same_name)):
            return place
    return -1
