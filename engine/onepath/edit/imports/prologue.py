"""Where the first import of a module goes: after its docstring, before everything else."""

import ast
from typing import NamedTuple

from onepath.facts.computed.nodes import DefinitionNode
from onepath.facts.extract.file import parse
from onepath.facts.source import SourceText


class ImportPlace(NamedTuple):
    """An offset of a file at which a line begins, and the line breaks that an import there needs.

    They stand as `\\n`, whatever line ends the file has.
    """

    offset: int
    before: str
    after: str


def after_prologue(data: bytes) -> ImportPlace:
    """Where the first import of a module goes.

    After a shebang, a licence and the docstring, and after imports from `__future__`; before the
    first other statement and the comments directly above it.

    Args:
        data: The bytes of a file that parses.
    """
    source = SourceText(data)
    body = parse(source.utf8).body
    lines = source.utf8.splitlines(keepends=True)
    count = sum(_is_prologue(statement, at) for at, statement in enumerate(body))
    following = body[count] if count < len(body) else None
    parting = "\n\n" if isinstance(following, DefinitionNode) else "\n"
    if count:
        line = body[count - 1].end_lineno or 1
        ends = lines[line - 1].endswith((b"\n", b"\r"))
        gap = line == len(lines) or not lines[line].strip()
        place = ImportPlace(line, "\n" if ends else "\n\n", "" if gap else parting)
    elif following is not None:
        place = ImportPlace(first_line(following, lines), "", parting)
    else:
        place = ImportPlace(len(lines), "", "")
    return place._replace(offset=source.to_file(source.line_starts[place.offset]))


def first_line(statement: ast.stmt, lines: list[bytes]) -> int:
    """How many lines stand before a statement with its decorators and its own comments.

    Its own are those directly above it, as far in as it is, unless they are the head of the file.
    """
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(node.lineno for node in decorators)]) - 1
    above, comment = first, lines[first][: -len(lines[first].lstrip(b" \t\f"))] + b"#"
    while above and lines[above - 1].startswith(comment):
        above -= 1
    # Comments from the first line on are those of the file.
    return first if above == 0 else above


def _is_prologue(statement: ast.stmt, at: int) -> bool:
    docstring = (
        at == 0
        and isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
    return docstring or _is_future(statement)


def _is_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
