"""Mutations that Cosmic Ray does not have: forced conditions, `in`, a call left out."""

from collections.abc import Iterator
from typing import Any

import parso
from cosmic_ray.operators.operator import Example, Operator

Position = tuple[tuple[int, int], tuple[int, int]]


class ForceCondition(Operator):
    """The condition of an `if`, `elif`, ternary or comprehension becomes False, or True."""

    VALUES = (" False", " True")

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        for at in self._conditions(node):
            condition = node.children[at]
            yield from [(condition.start_pos, condition.end_pos)] * len(self.VALUES)

    def mutate(self, node: Any, index: int) -> Any:
        at = self._conditions(node)[index // len(self.VALUES)]
        node.children[at] = parso.parse(self.VALUES[index % len(self.VALUES)])
        return node

    @staticmethod
    def _conditions(node: Any) -> list[int]:
        if node.type == "if_stmt":
            return [at + 1 for at, child in enumerate(node.children) if child in ("if", "elif")]
        return {"test": [2], "comp_if": [1]}.get(node.type, [])

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (
            Example("if a: pass", "if False: pass"),
            Example("x if a else y", "x if True else y", occurrence=1),
        )


class ReplaceMembership(Operator):
    """`in` becomes `not in`, and the reverse."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        for at in self._operators(node):
            yield node.children[at].start_pos, node.children[at].end_pos

    def mutate(self, node: Any, index: int) -> Any:
        at = self._operators(node)[index]
        is_in = node.children[at].get_code().split() == ["in"]
        node.children[at] = parso.parse(" not in" if is_in else " in")
        return node

    @staticmethod
    def _operators(node: Any) -> list[int]:
        if node.type != "comparison":
            return []
        written = [child.get_code().split() for child in node.children]
        return [at for at, words in enumerate(written) if words in (["in"], ["not", "in"])]

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example("a in b", "a not in b"), Example("a not in b", "a in b"))


class RemoveCall(Operator):
    """A call that is a statement of its own is left out."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        if self._is_call(node):
            yield node.children[0].start_pos, node.children[0].end_pos

    def mutate(self, node: Any, index: int) -> Any:
        prefix = node.children[0].get_first_leaf().prefix
        node.children[0] = parso.parse(f"{prefix}None")
        return node

    @staticmethod
    def _is_call(node: Any) -> bool:
        statement = node.children[0] if node.type == "simple_stmt" else None
        return (
            statement is not None
            and statement.type == "atom_expr"
            and statement.children[-1].get_last_leaf() == ")"
        )

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example("f(x)\n", "None\n"),)


OPERATORS = {kind.__name__: kind for kind in (ForceCondition, ReplaceMembership, RemoveCall)}
