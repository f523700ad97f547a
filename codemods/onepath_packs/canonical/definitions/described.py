"""Where a docstring describes a parameter or a member, in the forms that tools read.

Fields of Sphinx and Epydoc (https://www.sphinx-doc.org/en/master/usage/domains/python.html), and
the sections of Google's and NumPy's styles
(https://www.sphinx-doc.org/en/master/usage/extensions/napoleon.html). Prose is left as it is.
"""

import ast
import re
from collections.abc import Iterator

from onepath.facts.computed.nodes import FunctionNode
from onepath.facts.extract.definitions import string_value
from onepath.symbols.tree.syntax import Span, SyntaxTree

_GOOGLE_ITEM = re.compile(r"\**(?P<name>\w+)\s*(?:\(.*?\)\s*)?:(?:\s|$)")
_NUMPY_ITEM = re.compile(r"(?P<names>\**\w+(?:\s*,\s*\**\w+)*)\s*(?:\(.*\))?\s*(?::(?!:)|$)")
_NAME = re.compile(r"\w+")


class Described:
    """What is described.

    Args:
        fields: What the fields are called that describe it, as a regular expression.
        sections: The same of the titles of sections.
    """

    def __init__(self, fields: str, sections: str) -> None:
        self.field = re.compile(rf"[:@](?:{fields})\s(?:[^:\n]*?[\s*\\])?(?P<name>\w+)\s*:")
        self.section = re.compile(rf"(?:{sections})(?P<colon>:?)")


PARAMETERS = Described(
    "param(?:eter)?|arg(?:ument)?|key(?:word)?|kwarg|type|kwtype",
    "(?:Other |Keyword )?(?:Parameters|Params|Arguments|Args)",
)
MEMBERS = Described("[ic]?var|vartype|attr(?:ibute)?", "Attributes|Methods")


def described_in(
    tree: SyntaxTree, owner: FunctionNode | ast.ClassDef, encoding: str, name: str, what: Described
) -> Iterator[Span]:
    """Where the docstring of a function or a class has a name as that of what is described.

    Args:
        tree: The file.
        owner: The function or the class.
        encoding: That of the file.
        name: The name.
        what: Of what it is the name.
    """
    first = owner.body[0]
    if isinstance(first, ast.Expr) and string_value(first.value) is not None:
        start, end = tree.place(first.value)
        codec = encoding.removesuffix("-sig")
        text = tree.data[start:end].decode(codec)
        for offset in described(text, name, what):
            at = start + len(text[:offset].encode(codec))
            yield at, at + len(name.encode(codec))


def described(text: str, name: str, what: Described) -> Iterator[int]:
    """Where a name stands as that of what is described.

    Args:
        text: The docstring as it is written, with its quotes.
        name: The name.
        what: Of what it is the name.

    Yields:
        Offsets in `text`, in order.
    """
    lines = text.splitlines(keepends=True)
    at, inside = 0, -1
    item: re.Pattern[str] | None = None
    for number, line in enumerate(lines):
        code = line.strip(" \t\r\n\"'")
        indent = len(line) - len(line.lstrip(" \t"))
        ruled = lines[number + 1].strip() if number + 1 < len(lines) else ""
        section = what.section.fullmatch(code)
        if field := what.field.match(code):
            yield from _at(line, at, code, [field.span("name")], name)
        elif section and section["colon"]:
            inside, item = indent + 1, _GOOGLE_ITEM
        elif section and ruled and not ruled.strip("-"):
            inside, item = indent, _NUMPY_ITEM
        elif item is not None and code:
            is_rule = not code.strip("-")
            if indent < inside or (ruled and not ruled.strip("-") and not is_rule):
                item = None
            elif item is _GOOGLE_ITEM and inside <= indent:
                # What is deeper than the first item goes on with one.
                inside = indent if _is_first(lines, number, what) else inside
                if indent == inside and (match := item.match(code)):
                    yield from _at(line, at, code, [match.span("name")], name)
            elif indent == inside and not is_rule and (match := item.match(code)):
                spans = [found.span() for found in _NAME.finditer(match["names"])]
                yield from _at(line, at, code, spans, name)
        at += len(line)


def _is_first(lines: list[str], number: int, what: Described) -> bool:
    """Whether a line is the first one of a section of Google's style."""
    above = next((line.strip() for line in reversed(lines[:number]) if line.strip()), "")
    return what.section.fullmatch(above.strip("\"' \t")) is not None


def _at(line: str, at: int, code: str, spans: list[tuple[int, int]], name: str) -> Iterator[int]:
    """The offsets of those spans of what a line says that are the name."""
    start = at + line.index(code)
    yield from (start + first for first, last in spans if code[first:last] == name)
