"""Calls that another definition could not be given: they keep the old one.

A rename may lead to a definition that is another one than before. Where a call gives what the old
one takes and the new one does not, or lacks what the new one asks for, it would fail.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from onepath.analysis.arguments import Signature, may_bind
from onepath.analysis.constructors import CONSTRUCTORS
from onepath.codemod.refusals.left_out import LeftOutPlace
from onepath.model import FUNCTION_KINDS, Refusal
from onepath.symbols.renames import Renames
from onepath.symbols.resolve import Resolution, Step
from onepath.symbols.world import World

if TYPE_CHECKING:
    from onepath.symbols.tree.names import Tree

UNFIT = "call-differs"


class _Pair(NamedTuple):
    """What is called now and then."""

    new: str
    takes: Signature
    will_take: Signature


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
        takes, will_take = _signature(renames, before), _signature(renames, after)
        if takes is not None and will_take is not None and not (before.rest or after.rest):
            yield (before.path, before.name), _Pair(new, takes, will_take)


def _signature(renames: Renames, resolution: Resolution) -> Signature | None:
    """What a function, or the constructor of a class, takes; None where that is not certain."""
    if resolution.kind != "definition":
        return None
    definitions = renames.resolver.facts(resolution.path).definitions
    own = [one for one in definitions if one.qualname == resolution.name]
    if len(own) != 1 or own[0].decorators:
        return None
    if own[0].kind in FUNCTION_KINDS:
        return Signature(own[0].params)
    makers = [
        one
        for one in definitions
        if one.qualname in [f"{resolution.name}.{name}" for name in CONSTRUCTORS]
    ]
    if own[0].kind != "class" or len(makers) != 1 or makers[0].decorators:
        return None
    if makers[0].kind != "def" or any("metaclass" in base for base in own[0].bases):
        return None
    return Signature(makers[0].params[1:])


def _of_file(tree: "Tree", pairs: Mapping[Step, _Pair]) -> Iterator[tuple[LeftOutPlace, Refusal]]:
    """The bindings of a file by which calls are made that do not fit."""
    for node in tree.nodes:
        if not isinstance(node, ast.Call):
            continue
        meant = tree.meaning(node.func)
        pair = pairs.get((meant.path, meant.name)) if meant and not meant.rest else None
        if pair is None or not may_bind(node, pair.takes) or may_bind(node, pair.will_take):
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
