"""Which mutants of a module are tried: a draw that other lines of the module don't change."""

import ast
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray import plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from tests.mutants.operators import OPERATORS

plugins.OPERATOR_PROVIDERS["own"] = OPERATORS

Span = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Mutant:
    """A module with one small change."""

    path: str
    line: int
    operator: str
    occurrence: int
    in_function: bool
    """Whether the change is in the body of a function, and not in a value of the module."""

    def text(self, source: str) -> str:
        """The changed source of the module."""
        operator = plugins.get_operator(self.operator)()
        changed = mutate_code(source, operator, self.occurrence)
        assert changed is not None
        return str(changed)


def draw(path: Path, root: Path, operators: Sequence[str], count: int, seed: int) -> list[Mutant]:
    """Draw mutants of a module.

    Args:
        path: Its file.
        root: What its path is given relative to.
        operators: Names of operators, as Cosmic Ray has them.
        count: How many at most.
        seed: Another one draws others; the same draws the same as long as their lines are there.
    """
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    ranked = []
    repeated: Counter[tuple[str, str, int]] = Counter()
    for name, occurrence, (line, column) in _mutations(source, operators):
        written = name, lines[line - 1], column
        identity = repr((seed, path.relative_to(root).as_posix(), *written, repeated[written]))
        repeated[written] += 1
        rank = hashlib.sha256(identity.encode()).hexdigest()
        ranked.append((rank, line, name, occurrence))
    functions = list(_function_bodies(ast.parse(source)))
    return [
        Mutant(
            path.relative_to(root).as_posix(),
            line,
            name,
            occurrence,
            any(first <= line <= last for first, last in functions),
        )
        for _, line, name, occurrence in sorted(ranked)[:count]
    ]


def _mutations(source: str, operators: Sequence[str]) -> Iterator[tuple[str, int, tuple[int, int]]]:
    nodes = list(ast_nodes(get_ast(source)))
    left_out = list(_left_out(ast.parse(source)))
    for name in operators:
        operator = plugins.get_operator(name)()
        positions = [span for node in nodes for span in operator.mutation_positions(node)]
        for occurrence, (start, end) in enumerate(positions):
            if not any(first <= start and end <= last for first, last in left_out):
                yield name, occurrence, start


def _left_out(module: ast.Module) -> Iterator[Span]:
    """What says nothing of behaviour (annotations, texts of messages), or runs only once."""
    parts: list[ast.AST | None] = []
    for node in ast.walk(module):
        parts += [getattr(node, "annotation", None), getattr(node, "returns", None)]
        parts += getattr(node, "decorator_list", [])
        if isinstance(node, ast.arguments):
            parts += [*node.defaults, *node.kw_defaults]
        if isinstance(node, ast.ClassDef):
            parts += [one for one in node.body if not isinstance(one, ast.FunctionDef)]
        if isinstance(node, ast.JoinedStr):
            parts.append(node)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            parts.append(node.test)
    for part in parts:
        if isinstance(part, ast.expr | ast.stmt):
            yield (
                (part.lineno, part.col_offset),
                (part.end_lineno or 0, part.end_col_offset or 0),
            )


def _function_bodies(module: ast.Module) -> Iterator[tuple[int, int]]:
    """First and last line of each function."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            yield node.lineno, node.end_lineno or node.lineno
