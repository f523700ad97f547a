"""Types in comments (PEP 484): `x = f()  # type: a.b.C`, `# type: (a.B) -> c.D`."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from typing import NamedTuple

from onepath.facts.documents.piece import parsed
from onepath.facts.source import SourceText, UndecodableError

MARK = b"type:"
MARKS = ("# type:", "#type:", "#  type:")
"""How such comments begin."""
_COMMENT = re.compile(r"#\s*type:\s*(?!ignore\b)(?=\S)")
_MAY_HAVE = re.compile(rb"#[ \t]*type:[ \t]*(?!ignore\b)[^\s]")
_STARS = re.compile(r"(?<=[(,])(\s*)(\*{1,2})")


class CommentName(NamedTuple):
    """A name in the type of a comment, with the attributes that follow."""

    name: str
    chain: tuple[str, ...]
    start: int
    """Span in the file, in bytes."""
    end: int
    line: int


class TypeComment(NamedTuple):
    """One comment that gives a type."""

    text: str
    """The type as written."""
    start: int
    """Where it begins in the file, in bytes."""
    line: int
    names: tuple[CommentName, ...] | None
    """The names in it; None if it is no type."""


def is_in_type_comment(head: str) -> bool:
    """Whether what follows on a line is part of a type in a comment.

    Args:
        head: What is before it on its line.
    """
    return _COMMENT.search(f"{head}x") is not None


def type_comments(data: bytes) -> Iterator[TypeComment]:
    """The types in a file's comments, in its order; none if the file can't be read.

    Args:
        data: The file's bytes.
    """
    if not _MAY_HAVE.search(data):
        return
    try:
        source = SourceText(data)
    except UndecodableError:
        return
    try:
        for token in tokenize.generate_tokens(io.StringIO(source.utf8.decode()).readline):
            match = _COMMENT.match(token.string) if token.type == tokenize.COMMENT else None
            if match is None:
                continue
            text = token.string[match.end() :].partition("#")[0].rstrip()
            row, column = token.start
            before = token.line[:column] + token.string[: match.end()]
            if row > len(source.line_starts) or "\r" in token.line.rstrip("\r\n"):
                return
            start = source.line_starts[row - 1] + len(before.encode())
            names = _names(text, start, row, source)
            yield TypeComment(text, source.to_file(start), row, names)
    except (tokenize.TokenError, SyntaxError):
        return


def _names(text: str, start: int, line: int, source: SourceText) -> tuple[CommentName, ...] | None:
    tree = _parsed(text)
    if tree is None:
        return None
    at = [*_outermost(tree)]
    names = []
    for node in at:
        chain: list[str] = []
        base: ast.expr = node
        while isinstance(base, ast.Attribute):
            chain.append(base.attr)
            base = base.value
        if isinstance(base, ast.Name):
            first = source.to_file(start + node.col_offset)
            last = source.to_file(start + (node.end_col_offset or 0))
            names.append(CommentName(base.id, tuple(reversed(chain)), first, last, line))
    return tuple(sorted(names, key=lambda name: name.start))


def _parsed(text: str) -> ast.Module | None:
    """The type as a tree with the columns of the text; None if it is no type."""
    if not text.startswith("(") or "->" not in text:
        return parsed(text)
    arguments, _, result = text.rpartition("->")
    blank = " " * (len(arguments) + 2)
    plain = _STARS.sub(lambda match: match[1] + " " * len(match[2]), arguments)
    first, second = parsed(plain), parsed(f"({blank[1:]}{result})")
    if first is None or second is None:
        return None
    return ast.Module([*first.body, *second.body], [])


def _outermost(node: ast.AST) -> Iterator[ast.expr]:
    """Names and attribute chains, none of which is part of another."""
    if isinstance(node, ast.Name | ast.Attribute):
        yield node
    else:
        for child in ast.iter_child_nodes(node):
            yield from _outermost(child)
