"""Rules that change of a call only what is called: they hold where a function is passed on, too.

`old($$$A)` to `new($$$A)` says that all calls of `old` are to be calls of `new`, so `map(old, xs)`
is to be `map(new, xs)`. `old($A)` to `new($A)` speaks of calls with one argument; it is followed
where the builtin that is given the function calls it like that.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import libcst as cst

from onepath.codemod.patterns.rule import PatternRule
from onepath.codemod.patterns.template import ANY, Template, hole, holes
from onepath.symbols.world import World

_ANY_NUMBER = -1
_BY_KEY = ("sorted", "min", "max")
"""Builtins that call what `key` is with one argument."""


def passing_rule(world: World, rule: PatternRule) -> PatternRule | None:
    """What a rule says of a function that is passed on; None where it says nothing certain.

    Args:
        world: The code.
        rule: A rule of the user's.
    """
    old, new = rule.pattern.node, rule.replacement.node
    if not isinstance(old, cst.Call) or not isinstance(new, cst.Call):
        return None
    before, after = rule.pattern.symbol(old.func), rule.replacement.symbol(new.func)
    count = _arguments(old.args)
    if not before or not after or count is None or not _same(old.args, new.args):
        return None
    if not _is_alike(world, before, after):
        return None
    read = Template.read(before, rule.pattern.where), Template.read(after, rule.replacement.where)
    return replace(rule, pattern=read[0], replacement=read[1], examples=(), passed=count)


def _is_alike(world: World, before: str, after: str) -> bool:
    """Whether both paths lead to functions, and both to coroutines or neither."""
    kinds = {dotted: _kinds(world, dotted) for dotted in (before, after)}
    return kinds[before] == kinds[after] and kinds[before] in ({"def"}, {"async def"})


def _kinds(world: World, dotted: str) -> set[str]:
    resolution = world.resolver.dotted(dotted)
    if resolution.kind != "definition" or resolution.rest:
        return set()
    definitions = world.facts(resolution.path).definitions
    return {definition.kind for definition in definitions if definition.qualname == resolution.name}


def _arguments(arguments: Sequence[cst.Arg]) -> int | None:
    """How many arguments a pattern takes: any number, or so many by place; None if neither."""
    if len(arguments) == 1 and holes(arguments[0]) not in ("", ANY):
        return _ANY_NUMBER
    names = [hole(argument.value) for argument in arguments]
    plain = all(not argument.star and argument.keyword is None for argument in arguments)
    return len(names) if plain and len({*names} - {"", ANY}) == len(names) else None


def _same(old: Sequence[cst.Arg], new: Sequence[cst.Arg]) -> bool:
    """Whether both calls have the same holes in the same order, and nothing else."""

    def names(arguments: Sequence[cst.Arg]) -> list[tuple[str, str, bool]]:
        return [
            (hole(one.value), holes(one), one.keyword is None and one.star != "**")
            for one in arguments
        ]

    return names(old) == names(new)


def is_passed(
    rule: PatternRule,
    node: cst.CSTNode,
    around: Sequence[cst.CSTNode],
    is_builtin: Callable[[cst.CSTNode, str], bool],
) -> bool:
    """Whether a rule of a function that is passed on holds at a place.

    Args:
        rule: The rule; any other one holds everywhere.
        node: The name, as it stands in the file.
        around: The nodes around it, from the outside in.
        is_builtin: Whether a name is the builtin of that name.
    """
    if rule.passed is None:
        return True
    parent = around[-1] if around else None
    if isinstance(parent, cst.Attribute) or (isinstance(parent, cst.Call) and parent.func is node):
        return False
    if rule.passed == _ANY_NUMBER:
        return True
    call = around[-2] if len(around) > 1 else None
    if not isinstance(parent, cst.Arg) or parent.star or not isinstance(call, cst.Call):
        return False
    return rule.passed in _given(parent, call, is_builtin)


def _given(
    argument: cst.Arg, call: cst.Call, is_builtin: Callable[[cst.CSTNode, str], bool]
) -> Iterator[int]:
    """With how many arguments a call calls the function that one of its arguments is."""
    is_key = argument.keyword is not None and argument.keyword.value == "key"
    if isinstance(call.func, cst.Attribute):
        if is_key and call.func.attr.value == "sort":
            yield 1
    elif isinstance(call.func, cst.Name) and is_builtin(call.func, call.func.value):
        name, others = call.func.value, [*call.args[1:]]
        is_first = call.args[0] is argument and argument.keyword is None
        if (is_key and name in _BY_KEY) or (is_first and name == "filter"):
            yield 1
        elif is_first and name == "map" and not any(one.star or one.keyword for one in others):
            yield len(others)
