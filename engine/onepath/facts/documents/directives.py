"""Names in the markup of documentation tools: what they import or link to, in prose.

Sphinx directives (`.. autoclass:: a.b.C`), their lists (`.. autosummary::`), roles
(``:class:`~a.b.C` ``), fields (`:rtype: a.b.C`), the same in MyST, and mkdocstrings (`::: a.b.C`).
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from onepath.facts.documents.member_lists import listed_members

PROSE = (".rst", ".md", ".markdown", ".txt", ".rest", ".myst")
"""Suffixes of the files in which such markup is read."""

_OBJECTS = (
    r"(?:py:)?(?:auto(?:pydantic_\w+|enum|doc\w*|program|summary|api\w*|typer\w*)"
    r"|(?:auto)?(?:module|class|function|exception|data|method|attribute|decorator|property)"
    r"|currentmodule|click"
    r"|inheritance-diagram|autodoc2-\w+|argparse|typer|program-output)"
)
_DIRECTIVE = re.compile(rf"\s*\.\.\s+{_OBJECTS}::\s+(?:[\w.]+\s+)*")
_MYST = re.compile(rf"\s*(?::{{3,}}|`{{3,}})\{{{_OBJECTS}\}}\s+")
_MKDOCS = re.compile(r"\s*:{3}\s+")
_AFTER = re.compile(r"\s*(?:\(.*)?(?:\s[\w.\s]*)?\Z")
_ROLE = re.compile(
    r"(?::(?:py:)?(?:class|func|meth|mod|attr|data|exc|obj|const|any|type|deco|autolink)(?::\w+)?:"
    r"|\{(?:py:)?(?:class|func|meth|mod|attr|data|exc|obj|const|any|type|deco|py:\w+)\})"
    r"`(?:[^`<\n]*<)?[!~]?\.?\Z"
)
_ROLE_AFTER = re.compile(r"(?:\(\))?>?`")
_FIELD = re.compile(
    r"\s*(?::param\s+|:(?:raises?|except(?:ion)?)\s+|:(?:r?type|vartype)(?:\s+[\w*\\]+)?:\s+)\Z"
)
"""A field of a docstring, up to the type that it names."""
_FIELD_AFTER = re.compile(r"\s*(?::|\s\w+:|\Z)")
_CROSS_REFERENCE = re.compile(r"\]\[\Z")
_LISTED = re.compile(r"\s+[~!]?\Z")
_LISTS = re.compile(r"\s*(?:\.\.\s+autosummary::|(?::{3,}|`{3,})\{autosummary\})")
_CONTEXT = re.compile(
    r"^[ \t]*(?:\.\.[ \t]+(?:py:)?(?:current|auto)?module::"
    r"|(?::{3,}|`{3,})\{(?:py:)?(?:current|auto)?module\})[ \t]+([\w.]+)[ \t]*$",
    re.MULTILINE,
)
_OF_MODULE = r"(?:auto)?(?:class|function|exception|data|decorator)"
_OF_CLASS = r"(?:auto)?(?:method|attribute|property)"
# Sphinx takes `a.f` in the first as the name f of a module a, wherever it is written, and completes
# only `f`; in the second it completes `C.f`, and takes everything longer as it is.
_SHORT = re.compile(
    rf"^[ \t]*(?:\.\.[ \t]+(?:py:)?|(?::{{3,}}|`{{3,}})\{{(?:py:)?)"
    rf"(?:{_OF_MODULE}(?:::|\}})[ \t]+~?(?P<name>[^\W\d]\w*)"
    rf"|{_OF_CLASS}(?:::|\}})[ \t]+~?(?P<class>[^\W\d]\w*)\.\w+)[ \t]*(?:\(.*)?$",
    re.MULTILINE,
)
_ENTRY = re.compile(r"^([ \t]+)[~!]?(?P<name>[^\W\d]\w*)(?:\.\w+)*[ \t]*$", re.MULTILINE)
"""A line that may be an entry of `.. autosummary::`."""
_ROLE_NAME = re.compile(
    r"(?::(?:py:)?(?:class|func|meth|attr|data|exc|obj)(?::\w+)?:"
    r"|\{(?:py:)?(?:class|func|meth|attr|data|exc|obj|py:\w+)\})"
    r"`(?:[^`<\n]*<)?[!~]?\.?(?P<name>[^\W\d]\w*)(?P<rest>(?:\.\w+)*)(?:\(\))?>?`"
)
_TYPES = r"[\w.]+(?:[ \t]*(?:[\[\](),|]|\b(?:or|of)\b)[ \t]*[\w.]*)*"
_TYPES_OF_FIELD = re.compile(
    rf"^[ \t]*:(?:(?:raises?|except(?:ion)?)[ \t]+(?P<raised>{_TYPES}):"
    rf"|param[ \t]+(?P<taken>{_TYPES})[ \t]+[*\\]*\w+:"
    rf"|(?:r?type|vartype)(?:[ \t]+[\w*\\]+)?:[ \t]*(?P<types>{_TYPES})[ \t]*\r?$)",
    re.MULTILINE,
)
"""A field with types, each of which Sphinx links to: `:rtype: list[C] or None`."""
_FIRST_NAME = re.compile(r"(?<![\w.])(?P<name>[^\W\d]\w*)(?P<rest>(?:\.\w+)*)")
_LOOKED_BACK = 400
"""Lines before an entry of a list in which its directive is looked for."""


class ShortName(NamedTuple):
    """A name in a directive that belongs to the module that is documented there."""

    start: int
    """Offset of the name, in characters."""
    end: int
    module: str
    name: str
    rest: str = ""
    """What is written behind it: `.C.f` in `mod.C.f`."""
    is_member: bool = False
    """Whether it is in a list of what the module has, where a path can't stand."""


def is_marked_up(text: str, start: int, head: str, tail: str) -> bool:
    """Whether a dotted path in prose is where a documentation tool looks it up.

    Args:
        text: The whole document.
        start: Where the path begins, in characters.
        head: What is before it on its line.
        tail: What is behind it on its line.
    """
    if _ROLE.search(head):
        return bool(_ROLE_AFTER.match(tail))
    if _FIELD.fullmatch(head):
        return bool(_FIELD_AFTER.match(tail))
    if _CROSS_REFERENCE.search(head):
        return tail.startswith("]")
    if _DIRECTIVE.fullmatch(head) or _MYST.fullmatch(head):
        return bool(_AFTER.fullmatch(tail))
    if _MKDOCS.fullmatch(head):
        return not tail.strip()
    if _LISTED.fullmatch(head) and not tail.strip():
        return _is_in_list(text, start - len(head), len(head.rstrip("~!").expandtabs()))
    return False


def _is_in_list(text: str, line: int, width: int) -> bool:
    """Whether a line is an entry below `.. autosummary::`."""
    for _ in range(_LOOKED_BACK):
        if line <= 0:
            return False
        end, line = line - 1, text.rfind("\n", 0, line - 1) + 1
        above = text[line:end].rstrip()
        margin = len(above.expandtabs()) - len(above.expandtabs().lstrip())
        if above and margin < width:
            return _LISTS.match(above) is not None
    return False


def linked_names(text: str) -> Iterator[tuple[int, int, str]]:
    """Where roles and fields link to something by a name, and what is written behind the name."""
    for role in _ROLE_NAME.finditer(text):
        yield *role.span("name"), role["rest"]
    for field in _TYPES_OF_FIELD.finditer(text):
        for name in _FIRST_NAME.finditer(text, *field.span(field.lastgroup or 0)):
            yield *name.span("name"), name["rest"]


def short_names(text: str) -> Iterator[ShortName]:
    """The names in directives, lists and roles to which the markup around them gives the module."""
    found = [
        ShortName(start, end, module, text[start:end], is_member=True)
        for start, end, module in listed_members(text)
    ]
    contexts = [(match.start(), match[1]) for match in _CONTEXT.finditer(text)]
    if not contexts:
        yield from sorted(found)
        return
    for match in _SHORT.finditer(text):
        before = bisect_left(contexts, (match.start(), ""))
        if before:
            name = "name" if match["name"] else "class"
            module = contexts[before - 1][1]
            # What is described by hand is in the module, and can't be given a path.
            is_member = "auto" not in text[match.start() : match.start(name)]
            start, end = match.span(name)
            found.append(ShortName(start, end, module, match[name], is_member=is_member))
    entries = (
        (*entry.span("name"), "")
        for entry in _ENTRY.finditer(text)
        if _is_in_list(text, entry.start(), len(entry[1].expandtabs()))
    )
    for start, end, rest in (*entries, *linked_names(text)):
        before = bisect_left(contexts, (start, ""))
        if before:
            found.append(ShortName(start, end, contexts[before - 1][1], text[start:end], rest))
    yield from sorted(set(found))
