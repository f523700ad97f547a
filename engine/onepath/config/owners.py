"""CODEOWNERS, read by GitHub's rules.

The last line that matches a path decides. Patterns are those of `.gitignore` without `!`, `[ ]`
and `\\#`; a line that uses them is skipped, as GitHub does. Other than in `.gitignore`, `docs/*`
means the files of the folder and not what lies below its folders. Paths are case sensitive.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where GitHub looks, in this order; the first that is there counts."""
GITLAB_PLACES = ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")

_MOST_BYTES = 3_000_000
"""GitHub does not read a larger file."""
_OWNER = re.compile(r"@[\w.-]+(?:/[\w.-]+)*|[^\s@]+@[^\s@]+\.[^\s@]+")
_UNESCAPED = re.compile(r"(?<!\\)\s+")


@dataclass(frozen=True, slots=True)
class OwnersLine:
    """A line of the file that GitHub would take."""

    pattern: "re.Pattern[str]"
    owners: tuple[str, ...]
    """`@user`, `@organisation/team` or an address; empty where nobody owns what matches."""


class CodeOwners:
    """Who owns which path.

    Args:
        data: The content of the file.
    """

    def __init__(self, data: bytes) -> None:
        text = data.decode("utf-8", "replace") if len(data) <= _MOST_BYTES else ""
        lines = [line for raw in text.splitlines() if (line := _line(raw)) is not None]
        self._lines = lines[::-1]

    def of(self, path: str) -> tuple[str, ...]:
        """Return the owners of a path; empty if it has none."""
        for line in self._lines:
            if line.pattern.match(path):
                return line.owners
        return ()


def find_owners(files: Mapping[str, bytes], places: tuple[str, ...] = PLACES) -> CodeOwners | None:
    """Return the owners that a repository declares; None if it has no such file.

    Args:
        files: Content by path; those that are not there are left out.
        places: Where to look.
    """
    return next((CodeOwners(files[path]) for path in places if path in files), None)


def _line(raw: str) -> OwnersLine | None:
    """Read one line; None if it says nothing or GitHub would skip it."""
    stripped = raw.strip()
    if not stripped or stripped.startswith("#"):
        return None
    pattern, *rest = _UNESCAPED.split(stripped)
    owners = []
    for word in rest:
        if word.startswith("#"):
            break
        if not _OWNER.fullmatch(word):
            return None
        owners.append(word)
    expression = _expression(pattern.replace("\\ ", " "))
    return (
        None if expression is None else OwnersLine(re.compile(expression, re.DOTALL), tuple(owners))
    )


def _expression(pattern: str) -> str | None:
    """Return the regular expression of a pattern; None if GitHub does not take it."""
    if pattern.startswith(("!", "\\#")) or "[" in pattern or not pattern.strip("/"):
        return None
    anchored = "/" in pattern.rstrip("/")
    parts = pattern.strip("/").split("/")
    below = "/.*" if pattern.endswith("/") else "(?:/.*)?"
    if pattern.endswith("/*"):
        below = ""
    inside = parts[-1] == "**"
    if inside:
        # What is inside the folder before it; with a slash behind, what is inside its folders.
        below = ".*/.*" if pattern.endswith("/") else ".*"
        parts = [*parts[:-1], ""]
    pieces = ["" if anchored or inside else "(?:.*/)?"]
    for number, part in enumerate(parts):
        slash = "" if number == len(parts) - 1 else "/"
        pieces.append("(?:.*/)?" if part == "**" else _part(part) + slash)
    return f"{''.join(pieces)}{below}\\Z"


def _part(part: str) -> str:
    """Return the expression of what is between two slashes."""
    pieces = []
    for piece in re.findall(r"\\.|\*+|\?|[^*?\\]+|\\", part):
        if piece.startswith("*"):
            pieces.append("[^/]*")
        elif piece == "?":
            pieces.append("[^/]")
        else:
            pieces.append(re.escape(piece[-1] if len(piece) == 2 and piece[0] == "\\" else piece))
    return "".join(pieces)
