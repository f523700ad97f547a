"""Rewrites one call expression: another callee, other arguments, the layout of what is kept."""

from collections.abc import Sequence

import libcst as cst

from onepath.analysis.arguments import Argument
from onepath.edit.code import code_of

_Space = cst.BaseParenthesizableWhitespace


def change_call(text: str, callee: str, given: Sequence[Argument]) -> str:
    """Give a call another callee and other arguments.

    Args:
        text: The call.
        callee: What is called instead.
        given: The arguments: those that stay by their place in the call, in its order, and added
            ones.

    Returns:
        The new call. Comments and line breaks stay with the arguments they belong to.

    Raises:
        ValueError: The text is no call that libcst can read.
    """
    try:
        call = cst.parse_expression(text)
    except cst.ParserSyntaxError as error:
        raise ValueError(f"no call: {text!r}") from error
    if not isinstance(call, cst.Call):
        raise ValueError(f"no call: {text!r}")
    return code_of(changed_call(call, cst.parse_expression(callee), given))


def changed_call(call: cst.Call, callee: cst.BaseExpression, given: Sequence[Argument]) -> cst.Call:
    """As `change_call`, of a node."""
    call = call.with_changes(func=callee)
    call = _without(call, {argument.place for argument in given})
    kept = [_named(arg, argument) for arg, argument in zip(call.args, _kept(given), strict=True)]
    call = call.with_changes(args=kept)
    for at, argument in enumerate(given):
        if argument.place < 0:
            call = _with_added(call, at, argument)
    return _with_brackets(call)


def _kept(given: Sequence[Argument]) -> list[Argument]:
    return [argument for argument in given if argument.place >= 0]


def _named(arg: cst.Arg, wanted: Argument) -> cst.Arg:
    """An argument with the keyword that it shall have."""
    written = arg.keyword.value if arg.keyword is not None else ""
    if written == wanted.keyword:
        return arg
    if not wanted.keyword:
        return arg.with_changes(keyword=None, equal=cst.MaybeSentinel.DEFAULT)
    if arg.keyword is not None:
        return arg.with_changes(keyword=arg.keyword.with_changes(value=wanted.keyword))
    value = arg.value
    if isinstance(value, cst.NamedExpr) and not value.lpar:
        value = _in_brackets(value)
    return arg.with_changes(keyword=cst.Name(wanted.keyword), equal=_EQUAL, value=value)


_EQUAL = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


def _in_brackets(value: cst.BaseExpression) -> cst.BaseExpression:
    changed: cst.BaseExpression = value.with_changes(
        lpar=[cst.LeftParen()], rpar=[cst.RightParen()]
    )
    return changed


def _with_brackets(call: cst.Call) -> cst.Call:
    """Put a generator in brackets of its own where it is not the only argument any more."""
    if len(call.args) == 1 and call.args[0].keyword is None:
        return call
    return call.with_changes(
        args=[
            arg.with_changes(value=_in_brackets(arg.value))
            if isinstance(arg.value, cst.GeneratorExp) and not arg.value.lpar
            else arg
            for arg in call.args
        ]
    )


# ------------------------------------------------------------------ layout


def _without(call: cst.Call, places: set[int]) -> cst.Call:
    """Leave out the arguments that are not at these places, with the comments that are theirs."""
    kept: list[cst.Arg] = []
    before = call.whitespace_before_args
    last = len(call.args) - 1
    for at, arg in enumerate(call.args):
        if at in places:
            kept.append(arg)
            continue
        after = _space_after(arg)
        if not kept:
            before = _joined(before, after)
        elif at < last:
            kept[-1] = _with_space(kept[-1], _joined(_space_after(kept[-1]), after))
        else:
            kept[-1] = _as_last(kept[-1], arg)
    if not kept and not _comments(before):
        before = cst.SimpleWhitespace("")
    return call.with_changes(args=kept, whitespace_before_args=before)


def _as_last(arg: cst.Arg, gone: cst.Arg) -> cst.Arg:
    """An argument that becomes the last one, in the place of the one that goes."""
    space = _joined(_space_after(arg), _space_after(gone))
    if isinstance(gone.comma, cst.Comma):
        return _with_space(arg, space)
    if not isinstance(space, cst.ParenthesizedWhitespace) and not space.empty:
        space = cst.SimpleWhitespace("")
    return arg.with_changes(comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=space)


def _space_after(arg: cst.Arg) -> _Space:
    """What is between an argument and the next one, the comma left out."""
    return (
        arg.comma.whitespace_after
        if isinstance(arg.comma, cst.Comma)
        else (arg.whitespace_after_arg)
    )


def _with_space(arg: cst.Arg, space: _Space) -> cst.Arg:
    comma = arg.comma if isinstance(arg.comma, cst.Comma) else cst.Comma()
    return arg.with_changes(comma=comma.with_changes(whitespace_after=space))


def _joined(first: _Space, second: _Space) -> _Space:
    """The end of the first one's line, and the beginning of the second one's."""
    if not isinstance(second, cst.ParenthesizedWhitespace):
        return first
    if isinstance(first, cst.ParenthesizedWhitespace):
        return second.with_changes(first_line=first.first_line)
    return _without_comment(second)


def _without_comment(space: cst.ParenthesizedWhitespace) -> cst.ParenthesizedWhitespace:
    line = space.first_line.with_changes(comment=None, whitespace=cst.SimpleWhitespace(""))
    return space.with_changes(first_line=line)


def _comments(space: _Space) -> bool:
    return "#" in code_of(space)


def _separator(call: cst.Call) -> _Space:
    """What parts the arguments of this call from one another."""
    for arg in call.args[:-1]:
        space = _space_after(arg)
        if isinstance(space, cst.ParenthesizedWhitespace):
            return space.with_changes(first_line=_plain(space).first_line, empty_lines=[])
        return cst.SimpleWhitespace(" ")
    before = call.whitespace_before_args
    if isinstance(before, cst.ParenthesizedWhitespace):
        return before.with_changes(first_line=_plain(before).first_line, empty_lines=[])
    return cst.SimpleWhitespace(" ")


def _plain(space: cst.ParenthesizedWhitespace) -> cst.ParenthesizedWhitespace:
    return _without_comment(space)


def _with_added(call: cst.Call, at: int, added: Argument) -> cst.Call:
    """Add an argument at a place among the others, laid out as they are."""
    new = cst.Arg(cst.parse_expression(added.text))
    if added.keyword:
        new = new.with_changes(keyword=cst.Name(added.keyword), equal=_EQUAL)
    if not call.args:
        return call.with_changes(args=[new])
    if at >= len(call.args):
        return _with_last(call, new)
    space = _separator(call) if len(call.args) > 1 else cst.SimpleWhitespace(" ")
    args = [*call.args[:at], _with_space(new, space), *call.args[at:]]
    return call.with_changes(args=args)


def _with_last(call: cst.Call, new: cst.Arg) -> cst.Call:
    *others, last = call.args
    closing, separator = _space_after(last), _separator(call)
    if isinstance(last.comma, cst.Comma):
        new = new.with_changes(comma=cst.Comma(whitespace_after=_bare(closing)))
    else:
        new = new.with_changes(whitespace_after_arg=_bare(closing))
        last = last.with_changes(comma=cst.Comma(), whitespace_after_arg=cst.SimpleWhitespace(""))
    if isinstance(closing, cst.ParenthesizedWhitespace) and _comments(closing):
        shape = separator if isinstance(separator, cst.ParenthesizedWhitespace) else _plain(closing)
        separator = shape.with_changes(first_line=closing.first_line)
    return call.with_changes(args=[*others, _with_space(last, separator), new])


def _bare(space: _Space) -> _Space:
    return _without_comment(space) if isinstance(space, cst.ParenthesizedWhitespace) else space
