"""Pieces made of lines of a text: fences, code blocks and doctests."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from onepath.facts.documents.piece import DocumentText, Piece, PieceKind, applied, statement_lines
from onepath.model import Edit

BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n|\n|\r")


class PieceLine(NamedTuple):
    """One line of a piece, and where it comes from."""

    text: bytes
    """What belongs to the source, with its line end."""
    at: int
    """Where `text` starts in the UTF-8 text of the document."""
    prefix: bytes
    """What is before `text`: indentation, quote marks and prompt."""
    indent: bytes
    """What a line added here begins with, before any prompt."""
    number: int
    prompt: bytes = b""
    """`>>>`, `...` or empty"""
    has_output: bool = False
    """Whether expected output follows."""

    @property
    def begin(self) -> int:
        return self.at - len(self.prefix)

    @property
    def end(self) -> int:
        return self.at + len(self.text)

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()

    def without(self, width: int) -> "PieceLine":
        """The same line with `width` more bytes of its text counted to its prefix."""
        return self._replace(
            text=self.text[width:],
            at=self.at + width,
            prefix=self.prefix + self.text[:width],
        )


class Literal(NamedTuple):
    """The string literal in which a docstring's lines lie."""

    start: int
    """Where the text between the quotes starts."""
    end: int
    quote: bytes
    is_raw: bool

    def admits(self, body: bytes) -> bool:
        """Whether `body` between the quotes is one literal that ends where it should."""
        quote = re.escape(self.quote)
        dot = rb"[^\\\r\n]" if len(self.quote) == 1 else rb"[^\\]"
        pattern = rb"(?s:(?:\\.|(?!" + quote + rb")" + dot + rb")*)" + quote
        return re.fullmatch(pattern, body + self.quote) is not None


def document_lines(
    data: bytes, start: int = 0, end: int | None = None, number: int = 1
) -> list[PieceLine]:
    """The lines of `data[start:end]`, whole; a byte order mark is left out."""
    if start == 0 and data.startswith(BOM):
        start = len(BOM)
    lines = []
    for text in data[start:end].splitlines(keepends=True):
        lines.append(PieceLine(text, start, b"", b"", number))
        start += len(text)
        number += 1
    return lines


def line_piece(
    text: DocumentText, lines: Sequence[PieceLine], kind: PieceKind, literal: Literal | None = None
) -> tuple[Piece, ...]:
    """One piece of these lines, or none if they are blank."""
    if all(line.is_blank for line in lines):
        return ()
    source = b"".join(line.text for line in lines)
    carrier = LineCarrier(text, tuple(lines), literal)
    return (Piece(source, lines[0].number, kind, carrier),)


@dataclass(frozen=True, slots=True)
class LineCarrier:
    """Carries edits to lines that stand behind indentation, quote marks or prompts."""

    text: DocumentText
    lines: tuple[PieceLine, ...]
    literal: Literal | None = None

    def carry(self, source: bytes, edits: Sequence[Edit]) -> tuple[Edit, ...]:
        """See `Carrier.carry`."""
        starts = tuple(accumulate((len(line.text) for line in self.lines[:-1]), initial=0))
        result = [
            self._one(_without_last_line_end(source, edit), starts, leads)
            for edit, leads in zip(edits, self._leads(source, edits), strict=True)
        ]
        if self.literal is not None:
            self._check_literal(self.literal, result)
        return tuple(self.text.edit(edit.start, edit.end, edit.new, edit.line) for edit in result)

    def _leads(self, source: bytes, edits: Sequence[Edit]) -> Iterator["_Leads"]:
        prompts = bool(self.lines[0].prompt)
        openers: frozenset[int] = frozenset()
        edited = b""
        if prompts and any(_LINE_END.search(edit.new) for edit in edits):
            edited = applied(source, edits)
            openers = statement_lines(edited)
        shift = 0
        for edit in edits:
            number = len((edited[: edit.start + shift] + b".").splitlines())
            yield _Leads(prompts, openers, number)
            shift += len(edit.new) - (edit.end - edit.start)

    def _one(self, edit: Edit, starts: Sequence[int], leads: "_Leads") -> Edit:
        first, column = _place(starts, edit.start)
        line = self.lines[first]
        if edit.start == edit.end and edit.new:
            if column and column == len(line.text) and _LINE_END.search(line.text):
                return self._insert_lines(edit, line, line.end, leads)
            if not column and edit.new.endswith((b"\n", b"\r")):
                return self._insert_lines(edit, line, line.begin, leads)
        last, stop = _place(starts, edit.end)
        if not edit.new and not column and edit.end > edit.start:
            if not stop:
                last, stop = last - 1, len(self.lines[last - 1].text)
            if stop == len(self.lines[last].text):
                return self._delete_lines(first, last)
        self._check_contiguous(first, last)
        new = self._continued(edit.new, first, column, self.lines[last].text[stop:], leads)
        if self.lines[last].has_output and leads.opens(edit.new):
            raise ValueError("expected output would follow another statement")
        return Edit(line.at + column, self.lines[last].at + stop, new, "document", line.number)

    def _insert_lines(self, edit: Edit, line: PieceLine, at: int, leads: "_Leads") -> Edit:
        new = b"".join(
            leads.lead(line, number, part) + part.rstrip(b"\r\n") + self._line_end(line)
            for number, part in enumerate(edit.new.splitlines(keepends=True))
        )
        return Edit(at, at, new, "document", line.number)

    def _delete_lines(self, first: int, last: int) -> Edit:
        self._check_contiguous(first, last)
        line, end = self.lines[first], self.lines[last].end
        if self.lines[last].has_output:
            raise ValueError("expected output would be left without its statement")
        following = self.lines[last + 1] if last + 1 < len(self.lines) else None
        if following and following.prompt == b"..." and line.prompt == b">>>":
            raise ValueError("a continuation line would be left without its statement")
        return Edit(line.begin, end, b"", "document", line.number)

    def _continued(
        self, new: bytes, first: int, column: int, remainder: bytes, leads: "_Leads"
    ) -> bytes:
        line = self.lines[first]
        head, *rest = _LINE_END.split(new)
        result = [head]
        if line.is_blank and head.strip() and not column:
            prompt = line.prompt + b" " if line.prompt else b""
            result.insert(0, (line.indent + prompt)[len(line.prefix) :])
        for number, part in enumerate(rest, 1):
            content = part + remainder if number == len(rest) else part
            result += (self._line_end(line), leads.lead(line, number, content), part)
        return b"".join(result)

    def _line_end(self, line: PieceLine) -> bytes:
        match = _LINE_END.search(line.text) or _LINE_END.search(self.text.utf8)
        return match[0] if match else b"\n"

    def _check_contiguous(self, first: int, last: int) -> None:
        for line, following in zip(
            self.lines[first:last], self.lines[first + 1 : last + 1], strict=True
        ):
            if line.end != following.begin:
                raise ValueError("the change would span text that is not code")

    def _check_literal(self, literal: Literal, edits: Iterable[Edit]) -> None:
        moved = [
            edit._replace(start=edit.start - literal.start, end=edit.end - literal.start)
            for edit in edits
        ]
        if not literal.is_raw and any(b"\\" in edit.new for edit in moved):
            raise ValueError("a backslash would be read as an escape of the docstring")
        if not literal.admits(applied(self.text.utf8[literal.start : literal.end], moved)):
            raise ValueError("the new text would end the docstring early")


class _Leads(NamedTuple):
    """Says what a new line of one edit begins with."""

    prompts: bool
    openers: frozenset[int]
    """Lines of the edited source on which a statement starts."""
    number: int
    """Line of the edited source on which the edit starts."""

    def lead(self, line: PieceLine, number: int, content: bytes) -> bytes:
        if not self.prompts:
            return line.indent if content.strip() else b""
        if not content.strip():
            return line.indent + b"..."
        opens = self.number + number in self.openers
        return line.indent + (b">>> " if opens else b"... ")

    def opens(self, new: bytes) -> bool:
        count = len(_LINE_END.findall(new))
        return any(self.number + number in self.openers for number in range(1, count + 1))


def _place(starts: Sequence[int], offset: int) -> tuple[int, int]:
    index = bisect_right(starts, offset) - 1
    return index, offset - starts[index]


def _without_last_line_end(source: bytes, edit: Edit) -> Edit:
    """The same change without the line end that both the old and the new text end with."""
    old = re.search(rb"(?:\r\n|\n|\r)\Z", source[edit.start : edit.end])
    new = re.search(rb"(?:\r\n|\n|\r)\Z", edit.new)
    if not old or not new:
        return edit
    return edit._replace(end=edit.end - len(old[0]), new=edit.new[: new.start()])
