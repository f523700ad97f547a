"""Calls that another definition could not be given: they keep the old one.

A rename may lead to a definition that is another one than before. Where a call gives what the old
one takes and the new one does not, or lacks what the new one asks for, it would fail.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from onepath.codemod.refusals.left_out import LeftOutPlace
from onepath.model import FUNCTION_KINDS, Param, Refusal
from onepath.symbols.renames import Renames
from onepath.symbols.resolve import Step
from onepath.symbols.world import World

if TYPE_CHECKING:
    from onepath.symbols.tree.names import Tree

UNFIT = "call-differs"
_CONSTRUCTORS = ("__init__", "__new__")


class _Pair(NamedTuple):
    """What is called now and then."""

    new: str
    takes: tuple[Param, ...]
    will_take: tuple[Param, ...]


def unfit_calls(
    world: World, renames: Renames, paths: Sequence[str]
) -> Mapping[str, Mapping[LeftOutPlace, Refusal]]:
    """The bindings of files that have to keep the old definition, each with a call that needs it.

    Args:
        world: The code.
        renames: What is deprecated.
        paths: The files that use it.
    """
    pairs = dict(_pairs(renames))
    if not pairs:
        return {}
    # Imported here, as libcst is, so that other renames don't pay for it.
    from onepath.symbols.tree.names import NotReadableError, Tree

    found: dict[str, dict[LeftOutPlace, Refusal]] = {}
    names = {name for _, name in pairs}
    for path in paths:
        data = world.read([path]).get(path, b"")
        if not (path.endswith(".py") and any(name.encode() in data for name in names)):
            continue
        try:
            tree = Tree(path, data, world.facts(path), world.resolver)
        except NotReadableError:
            continue
        for place, refusal in _of_file(tree, pairs):
            found.setdefault(path, {}).setdefault(place, refusal)
    return found


def _pairs(renames: Renames) -> Iterator[tuple[Step, _Pair]]:
    """The definitions that get another one in their place, where it is known what both take."""
    for old in sorted(renames.alternatives - renames.merged - {*renames.modules}):
        new = renames.olds[old].dotted
        before, after = renames.resolver.dotted(old), renames.resolver.dotted(new)
        takes, will_take = _parameters(renames, old), _parameters(renames, new)
        if takes is not None and will_take is not None and not (before.rest or after.rest):
            yield (before.path, before.name), _Pair(new, takes, will_take)


def _parameters(renames: Renames, dotted: str) -> tuple[Param, ...] | None:
    """What a function, or the constructor of a class, takes; None where that is not certain."""
    resolution = renames.resolver.dotted(dotted)
    if resolution.kind != "definition":
        return None
    definitions = renames.resolver.facts(resolution.path).definitions
    own = [one for one in definitions if one.qualname == resolution.name]
    if len(own) != 1 or own[0].decorators:
        return None
    if own[0].kind in FUNCTION_KINDS:
        return own[0].params
    makers = [
        one
        for one in definitions
        if one.qualname in [f"{resolution.name}.{name}" for name in _CONSTRUCTORS]
    ]
    if own[0].kind != "class" or len(makers) != 1 or makers[0].decorators:
        return None
    if makers[0].kind != "def" or any("metaclass" in base for base in own[0].bases):
        return None
    return makers[0].params[1:]


def _of_file(tree: "Tree", pairs: Mapping[Step, _Pair]) -> Iterator[tuple[LeftOutPlace, Refusal]]:
    """The bindings of a file by which calls are made that do not fit."""
    for node in tree.nodes:
        if not isinstance(node, ast.Call):
            continue
        meant = tree.meaning(node.func)
        pair = pairs.get((meant.path, meant.name)) if meant and not meant.rest else None
        if pair is None or not _fits(node, pair.takes) or _fits(node, pair.will_take):
            continue
        root = node.func
        while isinstance(root, ast.Attribute):
            root = root.value
        use = tree.use(root) if isinstance(root, ast.Name) else None
        if use is not None:
            fact = tree.facts.uses[use]
            called = f"'{ast.unparse(node)}' (line {node.lineno})"
            reason = f"{called} does not give what '{pair.new}' takes"
            yield (fact.bound_in, fact.name), Refusal(tree.path, node.lineno, UNFIT, reason)


def _fits(call: ast.Call, parameters: Sequence[Param]) -> bool:
    """Whether a call may give what some parameters take; what is unpacked may be anything."""
    placed = [node for node in call.args if not isinstance(node, ast.Starred)]
    is_open = len(placed) < len(call.args)
    is_open_by_name = any(keyword.arg is None for keyword in call.keywords)
    by_place = [one for one in parameters if one.kind in ("posonly", "normal")]
    kinds = {one.kind for one in parameters}
    given = {keyword.arg for keyword in call.keywords if keyword.arg is not None}
    if len(placed) > len(by_place) and "*" not in kinds:
        return False
    filled = {one.name for one in by_place[: len(placed)]}
    named = {one.name for one in parameters if one.kind in ("normal", "kwonly")}
    if "**" not in kinds and not given <= named:
        return False
    if not is_open and filled & given & named:
        return False
    missing = (
        {
            one.name
            for one in parameters
            if one.default is None and one.kind in ("posonly", "normal", "kwonly")
        }
        - filled
        - given
    )
    only_by_name = {one.name for one in parameters if one.kind == "kwonly"}
    if is_open_by_name:
        return True
    return not (missing & only_by_name if is_open else missing)
