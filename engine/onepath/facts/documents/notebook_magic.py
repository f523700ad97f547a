"""Takes IPython's own syntax out of a cell, so that Python parses what is left."""

import re

from onepath.facts.documents.piece import parsed

_CELL = re.compile(r"\s*%%(\w+)[^\n]*")
_PYTHON_CELLS = {"time", "timeit", "capture", "prun", "debug"}
_ASSIGNED = re.compile(r"(\s*[\w.,\[\]\"' \t]+=[ \t]*)[%!][^=]")
_QUOTE = re.compile(rb"(?<!\\)\"")
_LINE = re.compile(r"[ \t]*(?:[%!]|\?{1,2}[\w%*]|%{0,2}[\w.*]+\?{1,2}[ \t]*$)")


def without_magic(cell: str) -> str:
    """The cell with magics, shell lines and help requests blanked, character for character.

    A cell that is Python as it stands is left alone, so that a `%` that continues an expression
    or starts a line of a string is none of its business.
    """
    if parsed(cell) is not None:
        return cell
    magic = _CELL.match(cell)
    if magic and magic[1] not in _PYTHON_CELLS:
        return _blank(cell)
    lines = []
    is_continued = False
    for line in re.split(r"(?<=\n)", cell):
        shown = _blank(line) if is_continued else _without_line_magic(line)
        is_continued = shown != line and line.rstrip().endswith("\\")
        lines.append(shown)
    return "".join(lines)


def is_in_shell_line(data: bytes, at: int) -> bool:
    """Whether a place in the JSON of a notebook is in a line that a shell or a magic runs.

    Args:
        data: The notebook.
        at: An offset in it.
    """
    line = data[data.rfind(b"\n", 0, at) + 1 : at]
    text = line[max((quote.end() for quote in _QUOTE.finditer(line)), default=0) :]
    return text.rpartition(rb"\n")[2].lstrip().startswith((b"!", b"%"))


def _without_line_magic(line: str) -> str:
    assigned = _ASSIGNED.match(line)
    if assigned:
        return assigned[1] + _value(line[assigned.end(1) :])
    if not _LINE.match(line.rstrip("\r\n")):
        return line
    body = line.lstrip(" \t")
    indent = line[: len(line) - len(body)]
    # An indented line may be all that a block has.
    return indent + (_value(body) if indent else _blank(body))


def _value(text: str) -> str:
    return "0" + _blank(text[1:])


def _blank(text: str) -> str:
    return re.sub(r"[^\r\n]", " ", text)
