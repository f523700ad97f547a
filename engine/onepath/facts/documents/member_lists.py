"""The members of a module that documentation shows: they are written without their module.

Options of Sphinx's `automodule` (`:members: Name, other`), also in MyST, and `members:` below the
`::: package.module` of mkdocstrings.
"""

import re
from collections.abc import Iterator

_OPTION = re.compile(
    r"^(?P<margin>[ \t]*):(?:exclude-|private-|special-)?members:[ \t]+(?P<names>[\w, \t]+)$",
    re.MULTILINE,
)
_MODULE = re.compile(
    r"[ \t]*(?:\.\.[ \t]+(?:py:)?automodule::|(?::{3,}|`{3,})\{(?:py:)?automodule\})"
    r"[ \t]+([\w.]+)[ \t]*"
)
_ANY_OPTION = re.compile(r"[ \t]*:[\w-]+:")
_ITEM = re.compile(r"^(?P<margin>[ \t]+)-[ \t]+(?P<names>\w+)[ \t]*$", re.MULTILINE)
_FLOW = re.compile(
    r"^(?P<margin>[ \t]+)members:[ \t]*\[(?P<names>[\w, \t'\"]+)\][ \t]*$", re.MULTILINE
)
_SHOWN = re.compile(r"[ \t]*:{3}[ \t]+([\w.]+)[ \t]*")
_WORD = re.compile(r"[^\W\d]\w*")
_LOOKED_BACK = 400
"""Lines before a list in which its directive is looked for."""


def listed_members(text: str) -> Iterator[tuple[int, int, str]]:
    """Where a document names members of a module, and of which.

    Args:
        text: The whole document.

    Returns:
        Of each name its first character, the one after its last, and the dotted path of the module.
    """
    if "members:" not in text:
        return
    for match in (*_OPTION.finditer(text), *_ITEM.finditer(text), *_FLOW.finditer(text)):
        module = (_documented if match.re is _OPTION else _shown)(text, match)
        for word in _WORD.finditer(match["names"]) if module else ():
            start = match.start("names")
            yield start + word.start(), start + word.end(), module


def _documented(text: str, option: re.Match[str]) -> str:
    """The module of the `automodule` that an option belongs to; empty if to something else."""
    for line in _above(text, option.start()):
        if not _ANY_OPTION.match(line):
            found = _MODULE.fullmatch(line)
            return found[1] if found else ""
    return ""


def _shown(text: str, entry: re.Match[str]) -> str:
    """The module of the `:::` that a list of members stands below; empty if it is another list."""
    width = len(entry["margin"].expandtabs())
    is_list = entry.re is _FLOW
    for line in _above(text, entry.start()):
        margin = len(line.expandtabs()) - len(line.expandtabs().lstrip())
        # The items of a list may begin where its key does.
        is_key = not is_list and margin <= width and not line.lstrip().startswith("-")
        if not line or not (margin < width or is_key):
            continue
        if is_key:
            if line.strip() != "members:":
                return ""
            is_list = True
        elif found := _SHOWN.fullmatch(line):
            return found[1]
        width = margin
    return ""


def _above(text: str, line: int) -> Iterator[str]:
    """The lines before the one that begins at an offset, the nearest first."""
    for _ in range(_LOOKED_BACK):
        if line <= 0:
            return
        end, line = line - 1, text.rfind("\n", 0, line - 1) + 1
        yield text[line:end].rstrip()
