"""From a file's bytes to text that CPython's parser takes, and its offsets back to the bytes."""

import ast
import codecs
import io
import re
import tokenize
from bisect import bisect_right
from itertools import accumulate

_LINE_END = re.compile(rb"\r\n|\r|\n")
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.MULTILINE)


class UndecodableError(ValueError):
    """The bytes are not text in the encoding that the file names."""

    def __init__(self, reason: str, line: int = 1) -> None:
        super().__init__(reason)
        self.line = line


class SourceText:
    """One file as UTF-8 without BOM (`utf8`), and where its lines and offsets lie in the file.

    Args:
        data: The file's bytes.

    Raises:
        UndecodableError: The encoding is unknown, or the bytes are not in it.
    """

    __slots__ = ("_map", "_shift", "encoding", "line_starts", "utf8")

    def __init__(self, data: bytes) -> None:
        self._shift = 3 if data.startswith(codecs.BOM_UTF8) else 0
        self._map: tuple[list[int], list[int]] | None = None
        self.encoding = _encoding(data)
        body = data[self._shift :]
        if self.encoding in ("utf-8", "utf-8-sig"):
            self.utf8 = body
            if not body.isascii():
                _decode(body, "utf-8")
        else:
            text = _decode(body, self.encoding)
            try:
                self.utf8 = text.encode("utf-8")
                if self.utf8 != body:
                    self._map = _offset_map(text, self.encoding, body)
            except UnicodeError as error:
                raise UndecodableError(f"not {self.encoding}: {error}") from None
        # Bytes are split at \n, \r\n and \r alone, as the parser counts lines.
        self.line_starts = [0, *accumulate(map(len, self.utf8.splitlines(keepends=True)))]

    @property
    def identical(self) -> bool:
        """Whether offsets in `utf8` are offsets in the file."""
        return not self._shift and self._map is None

    def offset(self, line: int, column: int) -> int:
        """The offset in `utf8` of an `ast` position (line from 1, column in UTF-8 bytes)."""
        return self.line_starts[line - 1] + column

    def end(self, node: ast.expr | ast.stmt | ast.pattern | ast.arg | ast.keyword) -> int:
        """The offset in `utf8` of the end of an `ast` node."""
        return self.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def line(self, offset: int) -> int:
        """The line, from 1, in which an offset of `utf8` lies."""
        return bisect_right(self.line_starts, offset)

    def to_file(self, offset: int) -> int:
        """Where an offset of `utf8` lies in the file's own bytes."""
        if self._map is None:
            return offset + self._shift
        ours, theirs = self._map
        return theirs[bisect_right(ours, offset) - 1] + self._shift


def _encoding(data: bytes) -> str:
    """The codec the interpreter would use (PEP 263), normalised."""
    body = data.removeprefix(codecs.BOM_UTF8)
    second_end = body.find(b"\n", body.find(b"\n") + 1)
    head = body if second_end < 0 else body[:second_end]
    if b"coding" not in head or not _COOKIE.search(head):
        return "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
    try:
        name, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        raise UndecodableError(str(error.msg)) from None
    return name if name == "utf-8-sig" else codecs.lookup(name).name


def _decode(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        line = len(_LINE_END.findall(body[: error.start])) + 1
        raise UndecodableError(f"not {encoding}: byte 0x{body[error.start]:02x}", line) from None
    except (UnicodeError, LookupError):
        raise UndecodableError(f"'{encoding}' is not the encoding of a text") from None


def _offset_map(text: str, encoding: str, body: bytes) -> tuple[list[int], list[int]]:
    """Where each character starts: in UTF-8, and in the file's encoding."""
    encoded = [char.encode(encoding) for char in text]
    if b"".join(encoded) != body:
        raise UndecodableError(f"the characters of {encoding} do not stand for themselves")
    ours = [0, *accumulate(len(char.encode("utf-8")) for char in text)]
    return ours, [0, *accumulate(map(len, encoded))]
