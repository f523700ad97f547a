"""Globs of paths, as `.gitignore` users write them: `*` stays in a folder, `**` does not."""

import re
from collections.abc import Iterable


class Globs:
    """Any of some globs; a glob without wildcards also matches what lies below it."""

    def __init__(self, globs: Iterable[str]) -> None:
        patterns = [_pattern(glob) for glob in globs]
        self._regex = re.compile("|".join(patterns)) if patterns else None

    def match(self, path: str) -> bool:
        """Whether one of the globs matches the whole path."""
        return self._regex is not None and self._regex.fullmatch(path) is not None


def _pattern(glob: str) -> str:
    parts = []
    for piece in re.findall(r"\*\*/|\*\*|\*|\?|\[[^\]]+\]|.", glob, re.DOTALL):
        if piece == "**/":
            parts.append("(?:.*/)?")
        elif piece == "**":
            parts.append(".*")
        elif piece == "*":
            parts.append("[^/]*")
        elif piece == "?":
            parts.append("[^/]")
        elif len(piece) > 1:
            parts.append(piece.replace("[!", "[^"))
        else:
            parts.append(re.escape(piece))
    return f"(?s:{''.join(parts)}(?:/.*)?)"


def literal_globs(paths: Iterable[str]) -> tuple[str, ...]:
    """Return globs that match these paths; a character that a glob takes for more matches any."""
    table = str.maketrans(dict.fromkeys("*?[]\\", "?"))
    return tuple(path.translate(table) for path in paths)
