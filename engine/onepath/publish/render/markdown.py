"""Text from a repository inside Markdown: shown as it is, and never taken for anything else.

A path or a reason may hold whatever a file's name or a line of code can: markup, a mention
(`@team`), a reference that closes an issue (`fixes #12`), a command for a CI log (`##[...]`).
Whoever builds a line puts text of its own first, so nothing here has to fear the line's start.
"""

import re

from onepath.report.text import printable

_BREAK = "&#8203;"
"""An invisible character as an entity: renderers decode it, and it ends a mention."""
_INVISIBLE = "\u200b"
_MARKUP = re.compile(r"[\\`*_\[\]<>|~&]")
_REFERENCE = re.compile(
    r"(?<=[@#!$%^&~])(?=[\w\[])"  # @name, #12, ##[command], !12 and %12 of GitLab
    r"|(?<=\bGH)(?=-\d)"
    r"|(?<=:)(?=//)"  # a URL becomes a link, and a link to an issue may close it
    r"|(?<=\bwww)(?=\.|\Z)"  # the text that follows may begin with a dot
    r"|(?<=:)(?=[\w+-]+:)",  # an emoji
    re.IGNORECASE,
)
_LONG = 400


def code(text: str) -> str:
    """Return `text` as a code span, in which nothing is markup, a mention or a reference."""
    shown = _harmless(shortened(printable(text))) or " "
    fence = "`" * (_longest_run(shown) + 1)
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def cell(text: str) -> str:
    """Return `text` as a code span inside a table, where a bar would end the cell."""
    return code(text).replace("|", "\\|")


def prose(text: str) -> str:
    """Return `text` as plain words inside a line."""
    pieces = _REFERENCE.split(shortened(printable(text)))
    return _BREAK.join(_MARKUP.sub(r"\\\g<0>", piece) for piece in pieces)


def fenced(lines: list[str], language: str) -> list[str]:
    """Return lines as a code block; control characters other than tabs are shown as escapes."""
    shown = ["\t".join(map(printable, line.split("\t"))) for line in lines]
    shown = [
        _harmless(line).replace("::", f"{_INVISIBLE}::", 1) if is_command(line) else _harmless(line)
        for line in shown
    ]
    fence = "`" * max(3, _longest_run("\n".join(shown)) + 1)
    return [f"{fence}{language}", *shown, fence]


def is_command(line: str) -> bool:
    """Whether a CI log would take a line for a command, as it is in a code block."""
    return "##[" in line or line.lstrip("+- \t").startswith("::")


def _harmless(text: str) -> str:
    """Break what a CI log obeys anywhere in a line, and what looks like a mark of ours."""
    return text.replace("##[", f"##{_INVISIBLE}[").replace("<!-- one", f"<!--{_INVISIBLE} one")


def folded_section(summary: str, lines: list[str]) -> list[str]:
    """Return lines folded under a summary, which is Markdown already escaped."""
    return ["<details>", f"<summary>{summary}</summary>", "", *lines, "", "</details>", ""]


def shortened(text: str) -> str:
    """Return `text`, or its beginning and how much is left out."""
    rest = len(text) - _LONG
    return text if rest <= 0 else f"{text[:_LONG]} ... ({rest:,} characters more)"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
