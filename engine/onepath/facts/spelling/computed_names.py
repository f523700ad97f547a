"""Names that a file computes: `globals()[f"on_{event}"]` gives no other than those with `on_`."""

import ast
import re
from collections.abc import Mapping
from functools import cached_property

from onepath.facts.computed.names import Names
from onepath.facts.computed.nodes import DefinitionNode
from onepath.facts.computed.patterns import Pattern, patterns


class ComputedNames:
    """What the expressions of a file may give, as far as it tells.

    Args:
        tree: The file.
        parents: Each of its nodes, by those that it holds; may be filled later.
    """

    def __init__(self, tree: ast.Module, parents: Mapping[ast.AST, ast.AST]) -> None:
        self._tree = tree
        self._parents = parents

    def may_be(self, node: ast.expr, name: str) -> bool:
        """Whether an expression may give a name."""
        found = patterns(node, self._names, self._scope(node))
        return any(_expression(pattern).fullmatch(name) for pattern in found)

    @cached_property
    def _names(self) -> Names:
        return Names(self._tree)

    def _scope(self, node: ast.AST) -> ast.AST | None:
        """The innermost function or class in whose body a node is; None for the module."""
        while (parent := self._parents.get(node)) is not None:
            if isinstance(parent, DefinitionNode) and node in parent.body:
                return parent
            node = parent
        return None


def _expression(pattern: Pattern) -> re.Pattern[str]:
    parts = (re.escape(part.value) if part.kind == "text" else ".*" for part in pattern)
    return re.compile("".join(parts), re.DOTALL)
