"""Finds the pieces of Python in a document: Markdown, reStructuredText, notebooks, doctests."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from onepath.facts.documents.doctest import docstring_pieces, doctest_pieces, is_prompted
from onepath.facts.documents.lines import PieceLine, document_lines, line_piece
from onepath.facts.documents.notebook import notebook_pieces
from onepath.facts.documents.piece import DocumentText, Piece

_PYTHON = {b"python", b"python3", b"py", b"py3", b"pyi"}
_CONSOLE = {b"pycon", b"pycon3", b"python-console", b"doctest"}

_FENCE = re.compile(
    rb"^(?:\xef\xbb\xbf)?(?P<quote>(?: {0,3}> ?)*)"
    rb"(?P<indent>[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)"
    rb"(?P<marks>`{3,}|~{3,})(?P<info>[^\r\n]*)",
    re.MULTILINE,
)
_BRACED = re.compile(rb"\{(?:code-block|code-cell|code|sourcecode)\}[ \t]*([\w-]*)")
_ATTRIBUTES = re.compile(rb"\{[ \t]*\.?([\w-]+)")
_WORD = re.compile(rb"[\w-]+")
_OPTION = re.compile(rb"[ \t]*:[\w-]+:")
_DIRECTIVE = re.compile(
    rb"([ \t]*)\.\.[ \t]+(code-block|code|sourcecode|testcode|testsetup|testcleanup)::"
    rb"[ \t]*([\w-]*)"
)


def pieces(path: str, data: bytes) -> tuple[Piece, ...]:
    """The pieces of Python in a document, in its order, chosen by the suffix of `path`.

    Args:
        path: Only its suffix is looked at; other kinds of files have no pieces.
        data: The document as stored.

    Raises:
        DocumentError: A notebook is not valid JSON.
    """
    find = _FINDERS.get(PurePosixPath(path).suffix.lower())
    return find(data) if find else ()


def _markdown(data: bytes) -> tuple[Piece, ...]:
    if b"```" not in data and b"~~~" not in data:
        return ()
    text = DocumentText.read(data)
    result: list[Piece] = []
    for fence in _fences(text.utf8):
        language, is_directive = _language(fence.info)
        if language not in _PYTHON | _CONSOLE:
            continue
        lines = _fence_lines(text.utf8, fence)
        while is_directive and lines and _OPTION.match(lines[0].text):
            del lines[0]
        if is_prompted(lines):
            result += doctest_pieces(text, lines)
        elif language in _PYTHON:
            result += line_piece(text, lines, "fenced")
    return tuple(result)


class _Fence(NamedTuple):
    info: bytes
    quote: bytes
    width: int
    """Columns by which the fence is indented inside its quote."""
    start: int
    """Where its first line starts."""
    end: int


def _fences(data: bytes) -> Iterator[_Fence]:
    """The fenced blocks, each closed as CommonMark says or at the end of the document."""
    opened: re.Match[bytes] | None = None
    for match in _FENCE.finditer(data):
        if match["marks"].startswith(b"`") and b"`" in match["info"]:
            continue
        if opened is None:
            opened = match
        elif _closes(match, opened):
            yield _fence(data, opened, match.start())
            opened = None
        elif match["quote"].count(b">") < opened["quote"].count(b">"):
            # The quote has ended, and with it the fence inside.
            yield _fence(data, opened, match.start())
            opened = match
    if opened is not None:
        yield _fence(data, opened, len(data))


def _closes(match: re.Match[bytes], opened: re.Match[bytes]) -> bool:
    return (
        match["marks"].startswith(opened["marks"])
        and not match["info"].strip()
        and not match["indent"].strip()
        and match["quote"].count(b">") == opened["quote"].count(b">")
        and _columns(match["indent"]) < _columns(opened["indent"]) + 4
    )


def _fence(data: bytes, opened: re.Match[bytes], end: int) -> _Fence:
    start = data.find(b"\n", opened.end()) + 1 or len(data)
    width = _columns(opened["indent"])
    return _Fence(opened["info"].strip(), opened["quote"], width, start, max(start, end))


def _fence_lines(data: bytes, fence: _Fence) -> list[PieceLine]:
    number = data.count(b"\n", 0, fence.start) + 1
    quote = re.compile(rb"(?: {0,3}> ?)" + b"{%d}" % fence.quote.count(b">"))
    lines = []
    for line in document_lines(data, fence.start, fence.end, number):
        quoted = quote.match(line.text)
        if quoted is None:
            break
        inner = line.text[quoted.end() :]
        width = 0
        while (
            width < len(inner) and inner[width] in b" \t" and _columns(inner[:width]) < fence.width
        ):
            width += 1
        cut = line.without(quoted.end() + width)
        indent = fence.quote + b" " * fence.width if cut.is_blank else cut.prefix
        lines.append(cut._replace(indent=indent))
    return lines


def _columns(indent: bytes) -> int:
    return len(indent.expandtabs(4))


def _language(info: bytes) -> tuple[bytes, bool]:
    """The language of a fence, lower case, and whether it is written as a directive."""
    info = info.lower()
    if braced := _BRACED.match(info):
        return braced[1], True
    if attributes := _ATTRIBUTES.match(info):
        return attributes[1], attributes[1] == b"doctest"
    word = _WORD.match(info)
    return (word[0] if word else b""), False


def _restructured(data: bytes) -> tuple[Piece, ...]:
    if b">>>" not in data and b"::" not in data:
        return ()
    text = DocumentText.read(data)
    rest: list[PieceLine] = []
    result: list[Piece] = []
    lines = document_lines(text.utf8)
    at = 0
    while at < len(lines):
        directive = _DIRECTIVE.match(lines[at].text)
        rest.append(lines[at])
        at += 1
        if directive is None:
            continue
        end = _block_end(lines, at, _columns(directive[1]))
        block = _dedented(_without_options(lines[at:end]))
        language = b"python" if directive[2].startswith(b"test") else directive[3].lower()
        if is_prompted(block) and (not language or language in _PYTHON | _CONSOLE):
            rest += lines[at:end]
        elif language in _PYTHON:
            result += line_piece(text, block, "code-block")
        at = end
    result += doctest_pieces(text, rest)
    return tuple(sorted(result, key=lambda piece: piece.line))


def _block_end(lines: Sequence[PieceLine], at: int, width: int) -> int:
    """The line after the block that is indented deeper than `width`, from line `at` on."""
    end = at
    while at < len(lines) and (lines[at].is_blank or _columns(_margin(lines[at])) > width):
        at += 1
        if not lines[at - 1].is_blank:
            end = at
    return end


def _without_options(lines: Sequence[PieceLine]) -> Sequence[PieceLine]:
    at = 0
    while at < len(lines) and _OPTION.match(lines[at].text):
        at += 1
    while at < len(lines) and lines[at].is_blank:
        at += 1
    return lines[at:]


def _margin(line: PieceLine) -> bytes:
    return line.text[: len(line.text) - len(line.text.lstrip(b" \t"))]


def _dedented(lines: Sequence[PieceLine]) -> list[PieceLine]:
    margins = [_margin(line) for line in lines if not line.is_blank]
    margin = min(margins, key=len, default=b"")
    while not all(other.startswith(margin) for other in margins):
        margin = margin[:-1]
    return [
        line.without(min(len(margin), len(_margin(line))))._replace(indent=margin) for line in lines
    ]


_FINDERS: dict[str, Callable[[bytes], tuple[Piece, ...]]] = {
    ".md": _markdown,
    ".markdown": _markdown,
    ".rst": _restructured,
    ".txt": _restructured,
    ".ipynb": notebook_pieces,
    ".py": docstring_pieces,
    ".pyi": docstring_pieces,
}
