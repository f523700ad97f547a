"""Calls that mean more than they say: what they call later, name, or hand the module over to."""

import ast
from collections.abc import Iterator

from onepath.facts.extract.definitions import dotted

NAMESPACES = frozenset(("globals", "locals", "vars"))
TYPE_ARGUMENTS = {"cast": ("0", "typ"), "TypeVar": ("1", "2", "bound")}
"""Arguments that are types, so that a string there is a quoted one."""
BY_NAME = frozenset(("object", "spy", "setattr", "delattr", "getattr", "hasattr"))
"""Calls whose second argument names an attribute of the first, `patch.object` among them."""
_DISPLAYS = (ast.Dict, ast.List, ast.Tuple, ast.Set)
_ONLY_READING = frozenset((
    "all", "any", "dict", "frozenset", "id", "isinstance", "iter", "len", "list", "print", "repr",
    "set", "sorted", "str", "tuple", "type",
))  # fmt: skip
"""Builtins that leave a namespace as it is."""


def later(node: ast.Call) -> ast.Call:
    """The call that `partial(function, ...)` makes later; the call itself where it is no such."""
    if not node.args or not dotted(node.args[0]):
        return node
    made = ast.Call(node.args[0], node.args[1:], node.keywords)
    return ast.copy_location(made, node)


def attribute_target(call: ast.Call | None, argument: str) -> ast.expr | None:
    """The object whose attribute an argument of a call names, as in `setattr(target, "Name")`."""
    if call is None or argument not in ("1", "attribute"):
        return None
    name = getattr(call.func, "attr", None) or getattr(call.func, "id", "")
    if name not in BY_NAME:
        return None
    named = (keyword.value for keyword in call.keywords if keyword.arg == "target")
    return call.args[0] if call.args else next(named, None)


def handed_over(node: ast.Call) -> Iterator[str]:
    """The ways in which a call gets the module: its namespace, or its own name and a table.

    It may give the module attributes.
    """
    first, *rest = node.args or (None,)
    given = [*rest, *(keyword.value for keyword in node.keywords if keyword.arg)]
    is_named = isinstance(first, ast.Name) and first.id == "__name__"
    if is_named and any(isinstance(expression, _DISPLAYS) for expression in given):
        yield "__name__"
    if dotted(node.func) in _ONLY_READING:
        return
    for expression in (first, *given):
        if (
            isinstance(expression, ast.Call)
            and dotted(expression.func) in NAMESPACES
            and not expression.args
        ):
            yield f"{dotted(expression.func)}()"
