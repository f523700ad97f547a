"""What a factory variant does for one call: what the arguments decide is left out.

A check that the argument passes, and a branch for an argument that the call does not give, are
nothing that is lost with the call.
"""

import ast
import copy
from collections.abc import Iterator, Mapping, Sequence, Set

from onepath.analysis.arguments import Argument, bind, has_effects
from onepath.analysis.bodies import Body
from onepath.analysis.factories.decide import SOMETHING, UNKNOWN, holds, literal_value
from onepath.analysis.factories.demands import lost_demands
from onepath.analysis.factories.forwarding import VariantForwarding, reduced_forwarding
from onepath.analysis.factories.variants import CLASS, Variant
from onepath.analysis.index import Index
from onepath.analysis.mentions import read_function
from onepath.facts.computed.nodes import FunctionNode
from onepath.model.refused import Refused

_NAMING = (
    ast.ExceptHandler, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.MatchAs,
    ast.MatchStar,
)  # fmt: skip
GivenValues = tuple[tuple[str, object], ...]


class ForCalls:
    """Reads variants for the arguments of calls, each kind of call once.

    Args:
        index: The repository.
        variants: All of them: one may hand on to another.
    """

    def __init__(self, index: Index, variants: Sequence[Variant]) -> None:
        self._index = index
        self._variants = variants
        self._known: dict[tuple[str, GivenValues], VariantForwarding | None] = {}

    def plain(self, variant: Variant, arguments: Sequence[Argument]) -> VariantForwarding | None:
        """What a variant hands on for a call for which it does nothing else.

        Args:
            variant: The variant that is called.
            arguments: Of the call.

        Returns:
            None where it does more, or where the arguments decide nothing.
        """
        values = _values(variant, arguments)
        if not values:
            return None
        key = variant.name, values
        if key not in self._known:
            self._known[key] = self._read(variant, dict(values))
        return self._known[key]

    def names_read(self, variant: Variant, arguments: Sequence[Argument]) -> Set[str] | None:
        """The names in what a variant does for a call; None where all of it may run.

        Args:
            variant: The variant that is called.
            arguments: Of the call.
        """
        left = self._left(variant, dict(_values(variant, arguments)))
        if left is None:
            return None
        return {node.id for node in ast.walk(left) if isinstance(node, ast.Name)}

    def _read(self, variant: Variant, values: Mapping[str, object]) -> VariantForwarding | None:
        callee, left = variant.callee, self._left(variant, values)
        if left is None:
            return None
        body = Body(self._index, callee.place[0], callee.definition, left)
        forwarding = reduced_forwarding(self._index, variant, self._variants, body)
        if forwarding.more or lost_demands(self._index, variant.goal.callee, forwarding):
            return None
        return forwarding

    def _left(self, variant: Variant, values: Mapping[str, object]) -> FunctionNode | None:
        """A variant without what does not run for some values; None if all of it may."""
        read = read_function(self._index, variant.callee.place[0], variant.callee.definition)
        node = read.node if read is not None else None
        if not values or not isinstance(node, FunctionNode):
            return None
        return reduced(node, values)


def _values(variant: Variant, arguments: Sequence[Argument]) -> GivenValues:
    """What is known of the parameters of a variant in a call, as far as anything is."""
    callee = variant.callee
    if callee.kind == CLASS or callee.signature is None:
        return ()
    try:
        bound = bind(arguments, callee.signature)
    except Refused:
        return ()
    found: dict[str, object] = {}
    for name, param in callee.signature.named.items():
        argument = bound.by_name.get(name)
        if argument is None:
            found[name] = literal_value(param.default)
        elif argument.is_none is not None:
            found[name] = None if argument.is_none else SOMETHING
    return tuple((name, value) for name, value in found.items() if _is_plain(value))


def _is_plain(value: object) -> bool:
    """Whether a value is known, and can be compared with others of its kind."""
    kinds = (type(None), bool, int, str, bytes, type(SOMETHING))
    return value is not UNKNOWN and isinstance(value, kinds)


def reduced(node: FunctionNode, values: Mapping[str, object]) -> FunctionNode | None:
    """A function without the branches that do not run; None if all of them may.

    Args:
        node: The function.
        values: Parameter -> its value, as `decide.holds` takes it; those that are not here are
            not known.
    """
    inner = [child for child in ast.walk(node) if isinstance(child, ast.Nonlocal | ast.Global)]
    if inner:
        return None
    left = _suite(node.body, dict(values))
    if left == node.body:
        return None
    new = copy.copy(node)
    new.body = left or [ast.Pass()]
    return new


def _suite(statements: Sequence[ast.stmt], known: dict[str, object]) -> list[ast.stmt]:
    """Statements without the branches that do not run; forgets the names that they bind."""
    left: list[ast.stmt] = []
    for statement in statements:
        decided = None
        if isinstance(statement, ast.If) and not has_effects(statement.test):
            decided = holds(statement.test, known)
        if isinstance(statement, ast.If) and decided is not None:
            left += _suite(statement.body if decided else statement.orelse, known)
        else:
            left.append(statement)
            for name in _bound(statement):
                known.pop(name, None)
        if left and isinstance(left[-1], ast.Return | ast.Raise):
            break
    return left


def _bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement binds, in whatever way; some more do no harm."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                yield node.id
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.partition(".")[0]
        elif isinstance(node, ast.MatchMapping):
            yield node.rest or ""
        elif isinstance(node, _NAMING):
            yield node.name or ""
