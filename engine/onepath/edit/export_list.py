"""Takes names out of `__all__`, in the layout that it has."""

import ast
import re
from collections.abc import Collection, Iterable, Iterator

from onepath.facts.computed.nodes import DefinitionNode
from onepath.facts.source import SourceText
from onepath.model.refused import Refused

_END = re.compile(rb"\s*,?\s*(#[^\n]*)?\s*")
"""What may follow an entry that is alone on its line."""
_Replacement = tuple[int, int, str]
"""A span of the file, and the text that takes its place."""


def without_exports(
    source: SourceText, tree: ast.Module, names: Collection[str]
) -> tuple[_Replacement, ...]:
    """What to replace so that `__all__` does not list some names any more.

    Args:
        source: The file.
        tree: Its tree.
        names: What goes.

    Raises:
        Refused: One of them is elsewhere than in a plain list, or beside a comment.
    """
    left = {
        id(node)
        for statement in tree.body
        if _is_about_exports(statement)
        for node in ast.walk(statement)
        if isinstance(node, ast.Constant) and node.value in names
    }
    found: list[_Replacement] = []
    for statement in tree.body if left else ():
        for node in ast.walk(statement) if _is_about_exports(statement) else ():
            if isinstance(node, ast.List | ast.Tuple):
                gone = [at for at, expression in enumerate(node.elts) if id(expression) in left]
                if gone:
                    found += _without(source, node, gone)
                    left -= {id(node.elts[at]) for at in gone}
    if left:
        raise Refused("not-removed", "'__all__' lists it in a way that can't be changed")
    return tuple(found)


def _is_about_exports(statement: ast.stmt) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == "__all__" for node in ast.walk(statement)
    ) and not isinstance(statement, DefinitionNode)


def _without(source: SourceText, node: ast.List | ast.Tuple, gone: list[int]) -> list[_Replacement]:
    spans = [(_offset(source, expression), source.end(expression)) for expression in node.elts]
    opening, closing = _offset(source, node), source.end(node)
    if source.utf8[opening : opening + 1] not in (b"[", b"("):
        raise Refused("not-removed", "'__all__' is a tuple without parentheses")
    own = [line for at in gone if (line := _own_line(source, *spans[at])) is not None]
    inside = opening, closing
    parts = [*_merged(_with_heading(source, *lines, inside) for lines in _merged(own))]
    by_line = [(source.to_file(start), source.to_file(end), "") for start, end in parts]
    if len(own) < len(gone):
        by_line = []
    if by_line and any(b"#" in source.utf8[start:end] for start, end in parts):
        return by_line
    try:
        return [*_joined(source, node, gone, spans, (opening + 1, closing - 1))]
    except Refused:
        if not by_line:
            raise
        return by_line  # The comments around them, on lines of their own, stay where they are.


def _joined(
    source: SourceText,
    node: ast.List | ast.Tuple,
    gone: list[int],
    spans: list[tuple[int, int]],
    inside: tuple[int, int],
) -> Iterator[_Replacement]:
    """The entries that follow each other as one, with what separates them from the next."""
    if len(gone) == len(spans):
        yield _checked(source, *inside, "")
        return
    for group in _groups(gone):
        first, last = group[0], group[-1]
        if last + 1 < len(spans):
            start, end = spans[first][0], spans[last + 1][0]
            yield _checked(source, *_whole_lines(source, start, end, spans[last][1]), "")
        else:
            single = isinstance(node, ast.Tuple) and first == 1
            yield _checked(source, spans[first - 1][1], spans[last][1], "," if single else "")


def _own_line(source: SourceText, start: int, end: int) -> tuple[int, int] | None:
    """The line of an entry that is alone on it, with the comment that follows; else nothing."""
    first = source.line_starts[source.line(start) - 1]
    following = source.line_starts[source.line(end)]
    is_first = not source.utf8[first:start].strip()
    return (first, following) if is_first and _END.fullmatch(source.utf8[end:following]) else None


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans in order, those as one that touch or overlap."""
    start = end = -1
    for first, following in sorted(spans):
        if first <= end:
            end = max(end, following)
            continue
        if end >= 0:
            yield start, end
        start, end = first, following
    if end >= 0:
        yield start, end


def _with_heading(
    source: SourceText, start: int, end: int, inside: tuple[int, int]
) -> tuple[int, int]:
    """Lines of entries, with the comment above that is about nothing else and the gap around.

    They are all of a part if a gap or a bracket is on either side. Entries that are commented out
    are no heading.
    """
    opening, closing = inside
    top = start
    while _line_before(source, top).strip().startswith(b"#"):
        top -= len(_line_before(source, top))
    above, below = _line_before(source, top), _line_at(source, end)
    begins = not above.strip() or top - len(above) <= opening
    ends = not below.strip() or end + len(below) > closing
    if not begins or not ends or re.search(rb"['\"]", source.utf8[top:start]):
        return start, end
    if not below.strip():
        return top, end + len(below)
    return top - len(above) * (not above.strip()), end


def _line_before(source: SourceText, start: int) -> bytes:
    """The line that ends where another starts."""
    return source.utf8[source.utf8.rfind(b"\n", 0, max(start - 1, 0)) + 1 : start]


def _line_at(source: SourceText, start: int) -> bytes:
    """The line that starts at a place."""
    return source.utf8[start : source.utf8.find(b"\n", start) + 1 or len(source.utf8)]


def _whole_lines(source: SourceText, start: int, end: int, last: int) -> tuple[int, int]:
    """The span itself, or the lines on which nothing else stands, their comments included."""
    first = source.line_starts[source.line(start) - 1]
    following = source.line_starts[source.line(last)]
    tail = source.utf8[last:following].strip().removeprefix(b",").strip()
    if not source.utf8[first:start].strip() and following <= end and not tail:
        return first, following
    return start, end


def _checked(source: SourceText, start: int, end: int, new: str) -> _Replacement:
    if b"#" in source.utf8[start:end]:
        raise Refused("not-removed", "a comment is beside its entry in '__all__'")
    return source.to_file(start), source.to_file(end), new


def _groups(places: list[int]) -> list[list[int]]:
    """Places that follow each other, together."""
    groups: list[list[int]] = []
    for place in places:
        if groups and groups[-1][-1] == place - 1:
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups


def _offset(source: SourceText, node: ast.expr) -> int:
    return source.offset(node.lineno, node.col_offset)
