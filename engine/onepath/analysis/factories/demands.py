"""What something that is called refuses to work without: the parameters that it demands."""

import ast
from collections.abc import Iterator

from onepath.analysis.bodies import Body
from onepath.analysis.factories.decide import holds, literal_value
from onepath.analysis.factories.forwarding import BESIDES, VariantForwarding
from onepath.analysis.factories.variants import CLASS, Callee
from onepath.analysis.index import Index
from onepath.analysis.mentions import read_function
from onepath.analysis.places import defining
from onepath.facts.extract.definitions import dotted
from onepath.model import FUNCTION_KINDS

PERMISSION = BESIDES
"""Stands for what is demanded and is no parameter: a flag, a context, the caller."""
_BLOCKS = (ast.With, ast.AsyncWith, ast.Try, ast.For, ast.While)
_DEEP = 20


def demands(index: Index, callee: Callee) -> frozenset[str]:
    """The parameters without which a call raises; `PERMISSION` where it raises without others.

    Parameters without a default count, and those whose default a check in the body rejects. A
    check that can't be decided counts as one that rejects.

    Args:
        index: The repository.
        callee: A class or a function.
    """
    signature = callee.signature
    defaults = signature.named if signature is not None else {}
    found = {
        name
        for name, param in defaults.items()
        if param.default is None and param.kind not in ("*", "**")
    }
    values = {
        name: literal_value(param.default) for name, param in defaults.items() if param.default
    }
    for read in _bodies(index, callee):
        params = [param.name for param in read.definition.params]
        own = frozenset(params[1:] if callee.kind == CLASS else params)
        for test in _refusing(getattr(read.node, "body", []), 0):
            asked = _asked(test, read, own)
            if not asked:
                found.add(PERMISSION)
            elif holds(test, values) is not False:
                found |= asked
    return frozenset(found)


def lost_demands(index: Index, goal: Callee, forwarding: VariantForwarding) -> str:
    """What a variant supplies and calls of the goal would lack, in words; empty if nothing.

    Args:
        index: The repository.
        goal: What would be called instead.
        forwarding: What the variant hands on.
    """
    if not forwarding.supplied:
        return ""
    given = {*forwarding.giving.to.values(), *forwarding.giving.added}
    lost = (demands(index, goal) & forwarding.supplied) - given
    if lost == {PERMISSION}:
        return "what its check asks for"
    return ", ".join(f"'{name}'" for name in sorted(lost - {PERMISSION}))


def lost_arguments(goal: Callee, forwarding: VariantForwarding) -> tuple[str, ...]:
    """The parameters to which a variant gives something that its calls neither say nor could.

    Args:
        goal: What would be called instead.
        forwarding: What the variant hands on.
    """
    given = {*forwarding.giving.to.values(), *forwarding.giving.added}
    lost = forwarding.supplied - given - {BESIDES}
    named = goal.signature.named if goal.signature is not None else {}
    return tuple(name for name in named if name in lost)


def _bodies(index: Index, callee: Callee) -> Iterator[Body]:
    """What runs when it is called."""
    places = [callee.place]
    if callee.kind == CLASS:
        cls = index.classes.get(callee.place)
        names = ("__new__", "__init__", "__post_init__") if cls is not None else ()
        holders = [(defining(index, cls, name), name) for name in names if cls is not None]
        places = [(one.path, f"{one.name}.{name}") for one, name in holders if one is not None]
    for path, name in places:
        definition = index.definitions(path).get(name)
        if definition is not None and definition.kind in FUNCTION_KINDS:
            index.world.read([path])
            read = read_function(index, path, definition)
            if read is not None:
                yield read


def _refusing(statements: list[ast.stmt], depth: int) -> Iterator[ast.expr]:
    """The tests under which a body raises; a constant where it always does."""
    for statement in statements if depth < _DEEP else ():
        if isinstance(statement, ast.Raise):
            yield ast.Constant(value=True)
        elif isinstance(statement, ast.Assert):
            yield ast.UnaryOp(ast.Not(), statement.test)
        elif isinstance(statement, ast.If):
            if any(isinstance(inner, ast.Raise) for inner in statement.body):
                yield statement.test
            else:
                yield from _refusing(statement.body, depth + 1)
            if any(isinstance(inner, ast.Raise) for inner in statement.orelse):
                yield ast.UnaryOp(ast.Not(), statement.test)
            else:
                yield from _refusing(statement.orelse, depth + 1)
        elif isinstance(statement, _BLOCKS):
            yield from _refusing(statement.body, depth + 1)


def _asked(test: ast.expr, read: Body, own: frozenset[str]) -> frozenset[str]:
    """The parameters that a test looks at, also through variables and attributes made of them."""
    seen: set[str] = set()
    waiting: list[ast.AST] = [test]
    while waiting:
        for node in ast.walk(waiting.pop()):
            name = dotted(node) if isinstance(node, ast.Name | ast.Attribute) else ""
            if name and name not in seen:
                seen.add(name)
                waiting += read.assigned.get(name, ())
    return own & seen
