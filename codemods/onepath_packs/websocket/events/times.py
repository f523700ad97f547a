"""Times as texts, and the numbers of seconds that take their place."""

import ast
from collections.abc import Iterable
from datetime import datetime

from onepath.symbols.tree.scoped import ScopedTree
from onepath_packs.websocket.events.canonical_form import TEXTUAL

CLOCK = "time.time"
"""What gives the number of seconds now."""
_NOW = frozenset({"datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today"})


def is_now(node: ast.expr, tree: ScopedTree) -> bool:
    """Whether an expression is certainly the present time as an ISO text."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        zone = node.right
        return isinstance(zone, ast.Constant) and zone.value == "Z" and is_now(node.left, tree)
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    clock = node.func.value
    if node.func.attr != "isoformat" or node.args or node.keywords:
        return False
    if not isinstance(clock, ast.Call) or tree.path_of(clock.func) not in _NOW:
        return False
    zones = [*clock.args, *(keyword.value for keyword in clock.keywords)]
    return len(zones) <= 1 and all(
        isinstance(expression, ast.Name | ast.Attribute) for expression in zones
    )


def seconds(text: str) -> str:
    """The number of seconds that an ISO text with a zone means; empty if it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return "" if moment.tzinfo is None else repr(moment.timestamp())


def is_text(node: ast.expr, tree: ScopedTree) -> bool:
    """Whether an expression is certainly a text."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add) and any(
            is_text(expression, tree) for expression in (node.left, node.right)
        )
    if isinstance(node, ast.Call):
        function = node.func
        named = function.attr if isinstance(function, ast.Attribute) else ""
        return named in TEXTUAL or (isinstance(function, ast.Name) and function.id == "str")
    if isinstance(node, ast.Name):
        values = list(_assigned(node, tree))
        return bool(values) and all(
            value is not None and not isinstance(value, ast.Name) and is_text(value, tree)
            for value in values
        )
    return False


def _assigned(name: ast.Name, tree: ScopedTree) -> Iterable[ast.expr | None]:
    """What a name is assigned, each time; None for what is no plain assignment."""
    key = tree.binding(name)
    if key is None:
        return
    if key in tree.other_binders:
        yield None
    for one in tree.named(key):
        if isinstance(one.ctx, ast.Store):
            statement = tree.parent(one)
            if isinstance(statement, ast.Assign) and statement.targets == [one]:
                yield statement.value
            else:
                yield None
