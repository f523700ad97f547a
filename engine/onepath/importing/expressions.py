"""What evaluating an expression reads and calls, and what is known of its value."""

import ast
import sys
from collections.abc import Callable, Iterator

from onepath.importing.removals import removed
from onepath.importing.steps import (
    Bind,
    BodyStep,
    Branch,
    Call,
    Chain,
    Condition,
    Load,
    Read,
    Remove,
    StepPlace,
    StringTable,
)

_IMPORTING = ("import_module", "__import__")
_HERE = ("__package__", "__name__")
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


class Expressions:
    """Turns expressions into steps.

    Args:
        place: Gives the place of a node.
    """

    def __init__(self, place: Callable[[ast.stmt | ast.expr], StepPlace]) -> None:
        self._place = place
        self._hidden: list[frozenset[str]] = []
        """Names that comprehensions around the expression bind."""

    def steps(self, node: ast.expr) -> Iterator[BodyStep]:
        """The steps of an expression, in the order of its evaluation."""
        chain = chain_of(node)
        if chain is not None:
            yield from self._read(node, chain)
            return
        match node:
            case ast.Constant():
                pass
            case ast.Attribute() | ast.Starred() | ast.Await() | ast.YieldFrom():
                yield from self.steps(node.value)
            case ast.Call():
                yield from self._call(node)
            case ast.Lambda():
                for default in (*node.args.defaults, *node.args.kw_defaults):
                    if default is not None:
                        yield from self.steps(default)
            case ast.NamedExpr():
                yield from self.steps(node.value)
                yield Bind(self._place(node), node.target.id, chain_read(node.value))
            case ast.BoolOp():
                yield from self.steps(node.values[0])
                rest = tuple(
                    step for expression in node.values[1:] for step in self.steps(expression)
                )
                if rest:
                    yield Branch(self._place(node), None, rest, ())
            case ast.IfExp():
                yield from self.steps(node.test)
                body, orelse = tuple(self.steps(node.body)), tuple(self.steps(node.orelse))
                yield Branch(self._place(node), None, body, orelse)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                yield from self._comprehension(node)
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        yield from self.steps(child)

    def call(self, node: ast.expr, chain: Chain) -> Iterator[BodyStep]:
        """The call of what a chain means."""
        if not self._is_hidden(chain):
            yield Call(self._place(node), chain)

    def _read(self, node: ast.expr, chain: Chain) -> Iterator[BodyStep]:
        if not self._is_hidden(chain):
            yield Read(self._place(node), chain)

    def _is_hidden(self, chain: Chain) -> bool:
        return any(chain[0] in names for names in self._hidden)

    def _call(self, node: ast.Call) -> Iterator[BodyStep]:
        chain = chain_of(node.func)
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        named = _attribute_read(chain, node)
        if chain is None:
            yield from self.steps(node.func)
        elif chain == ("hasattr",):
            arguments = []
        else:
            yield from self._read(node.func, chain)
        for expression in arguments:
            yield from self.steps(expression)
        module, name = loaded_module(node, self._place(node)), removed(node)
        if name is not None:
            yield Remove(self._place(node), name)
        elif module is not None:
            yield module
        elif named is not None:
            yield from self._read(node, named)
        elif chain is not None:
            yield from self.call(node, chain)

    def _comprehension(self, node: Comprehension) -> Iterator[BodyStep]:
        first, *others = node.generators
        yield from self.steps(first.iter)
        names = {
            inner.id
            for comprehension in node.generators
            for inner in ast.walk(comprehension.target)
            if isinstance(inner, ast.Name)
        }
        self._hidden.append(frozenset(names))
        elements = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        inner_steps = [*first.ifs]
        for comprehension in others:
            inner_steps += [comprehension.iter, *comprehension.ifs]
        rest = tuple(step for inner in (*inner_steps, *elements) for step in self.steps(inner))
        self._hidden.pop()
        if rest and not isinstance(node, ast.GeneratorExp):
            yield Branch(self._place(node), None, rest, ())


def chain_of(node: ast.expr) -> Chain | None:
    """`a.b.c` as a chain; None for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return (node.id, *reversed(parts))


def chain_read(node: ast.expr) -> Chain | None:
    """The chain whose value an expression has: that of `a.b`, and of `getattr(a, "b")`."""
    if isinstance(node, ast.Call):
        return _attribute_read(chain_of(node.func), node)
    return chain_of(node)


def _attribute_read(chain: Chain | None, node: ast.Call) -> Chain | None:
    """`getattr(a.b, "c")` as the chain that it reads."""
    if chain != ("getattr",) or len(node.args) != 2 or node.keywords:
        return None
    owner, name = chain_of(node.args[0]), node.args[1]
    if owner is None or not isinstance(name, ast.Constant) or not isinstance(name.value, str):
        return None
    return (*owner, name.value)


def loaded_module(node: ast.expr, place: StepPlace) -> Load | None:
    """The module that `import_module("a.b")` loads, if a literal says it."""
    if not isinstance(node, ast.Call) or not node.args:
        return None
    chain, first = chain_of(node.func), node.args[0]
    if chain is None or chain[-1] not in _IMPORTING:
        return None
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        return None
    name, package = first.value, node.args[1] if len(node.args) > 1 else None
    if name.startswith("."):
        if isinstance(package, ast.Constant) and isinstance(package.value, str):
            above = package.value.split(".")
            dots = len(name) - len(name.lstrip("."))
            kept = above[: len(above) - dots + 1]
            name = ".".join((*kept, name.lstrip(".")))
        elif package is None or chain_of(package) not in [(one,) for one in _HERE]:
            return None
    return Load(place, name)


def strings_in(node: ast.expr) -> Iterator[str]:
    """The string literals anywhere in a display."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value


def condition(node: ast.expr) -> bool | Condition | None:
    """What is known of a condition before it is evaluated."""
    match node:
        case ast.Constant():
            return bool(node.value)
        case ast.UnaryOp(op=ast.Not()):
            inner = condition(node.operand)
            if isinstance(inner, Condition):
                return inner._replace(negated=not inner.negated)
            return None if inner is None else not inner
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return False
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _compared(left, op, right)
        case ast.BoolOp():
            values = [condition(expression) for expression in node.values]
            decides = isinstance(node.op, ast.Or)
            if decides in values:
                return decides
            return not decides if all(one is (not decides) for one in values) else None
    return None


def _compared(left: ast.expr, op: ast.cmpop, right: ast.expr) -> bool | Condition | None:
    chain = chain_of(left)
    if chain == ("sys", "version_info"):
        try:
            wanted = ast.literal_eval(right)
            if isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE):
                return _ordered(op, tuple(sys.version_info), wanted)
        except (ValueError, TypeError):
            pass
        return None
    if chain == ("__name__",) and isinstance(right, ast.Constant) and isinstance(op, ast.Eq):
        return False if right.value == "__main__" else None
    if chain is None or len(chain) > 1:
        return None
    negated = isinstance(op, ast.NotEq | ast.NotIn)
    if isinstance(op, ast.Eq | ast.NotEq) and isinstance(right, ast.Constant):
        if isinstance(right.value, str):
            return Condition(chain[0], frozenset({right.value}), "", negated)
    elif isinstance(op, ast.In | ast.NotIn):
        if isinstance(right, ast.Name):
            return Condition(chain[0], frozenset(), right.id, negated)
        if isinstance(right, ast.Tuple | ast.List | ast.Set):
            return Condition(chain[0], frozenset(strings_in(right)), "", negated)
    return None


def _ordered(op: ast.cmpop, version: tuple[object, ...], wanted: tuple[object, ...]) -> bool:
    match op:
        case ast.Lt():
            return version < wanted
        case ast.LtE():
            return version <= wanted
        case ast.Gt():
            return version > wanted
    return version >= wanted


def literal_table(node: ast.expr) -> StringTable | None:
    """A literal dict or list as a table of names; None for anything else."""
    if isinstance(node, ast.Dict):
        return {
            key.value: tuple(strings_in(value))
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant) and isinstance(key.value, str)
        }
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return dict.fromkeys(strings_in(node), ())
    return None
