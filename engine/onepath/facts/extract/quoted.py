"""The names in quoted types: `"list[Engine]"`, and `'dict[str, "Engine"]'` at any depth."""

import ast
import re
from collections.abc import Iterator

from onepath.facts.extract.definitions import dotted

UseChain = tuple[tuple[str, int], ...]
"""The attributes after a name, each with the offset at which it ends."""

_QUOTED = re.compile(rb"[rRuUbB]{0,2}(\"\"\"|'''|\"|')")


def quoted_names(
    value: str, literal: bytes, start: int
) -> Iterator[tuple[str, tuple[int, int], UseChain]]:
    """The names that a quoted type reads, each with its span and what follows it.

    Args:
        value: What the literal means.
        literal: How it is written, in UTF-8.
        start: Where it begins.

    Yields:
        Nothing where the literal does not say what it means, as one with escapes: the places of
        its names are not known then.
    """
    inner = text_start(value, literal)
    if inner is None or "\n" in value:
        return
    text = value.strip()
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError):
        return
    start += inner + len(value) - len(value.lstrip())
    for node in _parts(tree.body, is_type=True):
        at, end = node.col_offset, node.end_col_offset or 0
        if isinstance(node, ast.Constant):
            yield from quoted_names(str(node.value), text[at:end].encode(), start + at)
            continue
        chain: list[tuple[str, int]] = []
        base: ast.expr = node
        while isinstance(base, ast.Attribute):
            chain.append((base.attr, start + (base.end_col_offset or 0)))
            base = base.value
        if isinstance(base, ast.Name):
            place = (start + base.col_offset, start + (base.end_col_offset or 0))
            yield base.id, place, tuple(reversed(chain))


def quoted_types(annotation: ast.expr) -> Iterator[ast.Constant]:
    """The strings of an annotation that are types: no values of `Literal`, no further arguments
    of `Annotated`."""
    for node in _parts(annotation, is_type=True):
        if isinstance(node, ast.Constant):
            yield node


def text_start(value: str, literal: bytes) -> int | None:
    """Where the text of a one-token literal begins that says what it is; None for any other."""
    match = _QUOTED.match(literal)
    if match is None or not literal.endswith(match[1]):
        return None
    inner = literal[match.end() : len(literal) - len(match[1])]
    return match.end() if inner.isascii() and inner.decode() == value else None


def _parts(node: ast.AST, *, is_type: bool) -> Iterator[ast.expr]:
    """Names, attribute chains and, where types stand, strings; `Literal[...]` left out."""
    if isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and dotted(node)):
        yield node
    elif isinstance(node, ast.Constant):
        if is_type and isinstance(node.value, str):
            yield node
    elif isinstance(node, ast.Subscript):
        head = dotted(node.value).rpartition(".")[2]
        yield from _parts(node.value, is_type=is_type)
        if head == "Annotated" and isinstance(node.slice, ast.Tuple):
            yield from _parts(node.slice.elts[0], is_type=is_type)
            for extra in node.slice.elts[1:]:
                yield from _parts(extra, is_type=False)
        elif head != "Literal":
            yield from _parts(node.slice, is_type=is_type)
    else:
        for child in ast.iter_child_nodes(node):
            yield from _parts(child, is_type=is_type and not isinstance(node, ast.Call))
